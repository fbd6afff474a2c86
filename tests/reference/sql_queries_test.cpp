// Joins, subqueries, common table expressions and unions that no recording shows, against what SQLAlchemy 2.0.10 writes
// for them.
#include "sql_cases.hpp"

using namespace sql_cases;

namespace {

constexpr Case cases[] = {
    {"select(User.id).where(User.id == any_(select(Post.user_id).scalar_subquery()))",
     [] { return (pick({id}).where(id == any_(pick({user_id}).scalar_subquery()))).ref(); }},
    {"select(User.id).where(User.id > all_(select(Post.user_id).scalar_subquery()))",
     [] { return (pick({id}).where(id > all_(pick({user_id}).scalar_subquery()))).ref(); }},
    {"(lambda l: select(User.id, l.c.id).join(l, true()))(select(Post.id).where(Post.user_id == "
     "User.id).limit(3).lateral(\"l\"))",
     [] {
         return ([](auto l) {
                    return pick({id, l.column("id")}).join(l, true_());
                }(pick({post_id}).where(user_id == id).limit(3).lateral("l")))
             .ref();
     }},
    {"(lambda l: select(User.id, l.c.id).outerjoin(l, true()))(select(Post.id).where(Post.user_id == "
     "User.id).lateral())",
     [] {
         return ([](auto l) {
                    return pick({id, l.column("id")}).outerjoin(l, true_());
                }(pick({post_id}).where(user_id == id).lateral()))
             .ref();
     }},
    {"select(User.id).where(User.id == select(Post.user_id).where(Post.id == 1).scalar_subquery())",
     [] { return (pick({id}).where(id == pick({user_id}).where(post_id == 1).scalar_subquery())).ref(); }},
    {"select(select(User.id).subquery())", [] { return (pick({pick({id}).subquery()})).ref(); }},
    {"select(select(User.id, User.name).subquery(\"s\").c.name)",
     [] { return (pick({pick({id, name}).subquery("s").column("name")})).ref(); }},
    {"select(select(User.id, Post.id).subquery())", [] { return (pick({pick({id, post_id}).subquery()})).ref(); }},
    {"select(select(User.id, Post.id).where(User.id == Post.user_id).subquery(\"s\"))",
     [] { return (pick({pick({id, post_id}).where(id == user_id).subquery("s")})).ref(); }},
    {"(lambda s: select(User.id).join(s, s.c.user_id == User.id))(select(Post.user_id).subquery())",
     [] {
         return ([](auto s) { return pick({id}).join(s, s.column("user_id") == id); }(pick({user_id}).subquery()))
             .ref();
     }},
    {"(lambda a, b: select(a.c.id, b.c.id).join(b, a.c.id == b.c.id))(select(User.id).cte(\"a\"), "
     "select(Post.id).cte(\"b\"))",
     [] {
         return ([](auto a, auto b) {
                    return pick({a.column("id"), b.column("id")}).join(b, a.column("id") == b.column("id"));
                }(pick({id}).cte("a"), pick({post_id}).cte("b")))
             .ref();
     }},
    {"(lambda a: select(a.c.id, a.alias(\"a2\").c.id))(select(User.id).cte(\"a\"))",
     [] {
         return ([](auto a) { return pick({a.column("id"), a.alias("a2").column("id")}); }(pick({id}).cte("a"))).ref();
     }},
    {"(lambda a: (lambda b: select(b.c.id))(select(a.c.id).cte(\"b\")))(select(User.id).where(User.id==1).cte(\"a\"))",
     [] {
         return ([](auto a) {
                    return [](auto b) { return pick({b.column("id")}); }(pick({a.column("id")}).cte("b"));
                }(pick({id}).where(id == 1).cte("a")))
             .ref();
     }},
    {"select(select(User.id).cte().c.id)", [] { return (pick({pick({id}).cte().column("id")})).ref(); }},
    {"(lambda a: select(a.c.id).where(a.c.id.in_(select(a.c.id))))(select(User.id).cte(\"a\"))",
     [] {
         return ([](auto a) {
                    return pick({a.column("id")}).where(a.column("id").in_(pick({a.column("id")})));
                }(pick({id}).cte("a")))
             .ref();
     }},
    {"select(select(User.id).cte(\"c\", nesting=True).c.id)",
     [] { return (pick({pick({id}).cte("c").column("id")})).ref(); }},
    {"(lambda c: select(c.c.n))((lambda c: c.union(select(c.c.n + 1).where(c.c.n < "
     "10)))(select(literal(1).label(\"n\")).cte(\"nums\", recursive=True)))",
     [] {
         return ([](auto c) { return pick({c.column("n")}); }([](auto c) {
                    return c.union_(pick({c.column("n") + 1}).where(c.column("n") < 10));
                }(pick({lit(1).label("n")}).cte("nums", true))))
             .ref();
     }},
    {"(lambda c: select(c.c.n))((lambda c: c.union_all(select(c.c.n + 1).where(c.c.n < "
     "10)))(select(literal_column(\"1\").label(\"n\")).cte(\"nums\", recursive=True)))",
     [] {
         return ([](auto c) { return pick({c.column("n")}); }([](auto c) {
                    return c.union_all(pick({c.column("n") + 1}).where(c.column("n") < 10));
                }(pick({literal_column("1").label("n")}).cte("nums", true))))
             .ref();
     }},
    {"select(select(User.id).cte(\"c\").prefix_with(\"MATERIALIZED\").c.id)",
     [] { return (pick({pick({id}).cte("c").prefix_with("MATERIALIZED").column("id")})).ref(); }},
    {"select(select(User.id).cte(\"c\").suffix_with(\"XX\").c.id)",
     [] { return (pick({pick({id}).cte("c").suffix_with("XX").column("id")})).ref(); }},
    {"(lambda c: delete(Post).where(Post.user_id.in_(select(c.c.id))))(select(User.id).cte(\"c\"))",
     [] {
         return ([](auto c) { return delete_(post).where(user_id.in_(pick({c.column("id")}))); }(pick({id}).cte("c")))
             .ref();
     }},
    {"(lambda c: select(u.c.id).where(u.c.id.in_(select(c.c.id))).add_cte(c))(delete(p).returning(p.c.id).cte(\"d\"))",
     [] {
         return ([](auto c) {
                    return pick({id}).where(id.in_(pick({c.column("id")}))).add_cte(c);
                }(delete_(post).returning({post_id}).cte("d")))
             .ref();
     }},
    {"(lambda c: select(u.c.id).add_cte(c))(delete(p).returning(p.c.id).cte(\"d\"))",
     [] { return ([](auto c) { return pick({id}).add_cte(c); }(delete_(post).returning({post_id}).cte("d"))).ref(); }},
    {"union(select(User.id), select(Post.id)).order_by(\"id\")",
     [] { return (union_({pick({id}), pick({post_id})}).order_by({"id"})).ref(); }},
    {"union(select(User.id), select(Post.id)).order_by(User.id).limit(5)",
     [] { return (union_({pick({id}), pick({post_id})}).order_by({id}).limit(5)).ref(); }},
    {"union_all(select(User.id), select(Post.id), select(Post.user_id)).limit(5).offset(2)",
     [] { return (union_all({pick({id}), pick({post_id}), pick({user_id})}).limit(5).offset(2)).ref(); }},
    {"union(select(User.id).order_by(User.name), select(Post.id))",
     [] { return (union_({pick({id}).order_by({name}), pick({post_id})})).ref(); }},
    {"union(union_all(select(User.id), select(Post.id)), select(Post.user_id))",
     [] { return (union_({union_all({pick({id}), pick({post_id})}), pick({user_id})})).ref(); }},
    {"union(select(User.id), except_(select(Post.id), select(Post.user_id)))",
     [] { return (union_({pick({id}), except_({pick({post_id}), pick({user_id})})})).ref(); }},
    {"union_all(union_all(select(User.id), select(Post.id)), select(Post.user_id))",
     [] { return (union_all({union_all({pick({id}), pick({post_id})}), pick({user_id})})).ref(); }},
    {"select(User.id).union(select(Post.id))", [] { return (pick({id}).union_(pick({post_id}))).ref(); }},
    {"intersect_all(select(User.id), select(Post.id))",
     [] { return (intersect_all({pick({id}), pick({post_id})})).ref(); }},
    {"except_all(select(User.id), select(Post.id))", [] { return (except_all({pick({id}), pick({post_id})})).ref(); }},
    {"select(union(select(User.id), select(Post.id)).subquery(\"x\").c.id)",
     [] { return (pick({union_({pick({id}), pick({post_id})}).subquery("x").column("id")})).ref(); }},
    {"select(union(select(User.id).limit(1), select(Post.id).limit(1)).subquery().c.id)",
     [] { return (pick({union_({pick({id}).limit(1), pick({post_id}).limit(1)}).subquery().column("id")})).ref(); }},
    {"union(select(User.id.label(\"a\")), select(Post.id)).order_by(\"a\")",
     [] { return (union_({pick({id.label("a")}), pick({post_id})}).order_by({"a"})).ref(); }},
    {"exists(union(select(User.id), select(Post.id)))",
     [] { return (exists(union_({pick({id}), pick({post_id})}))).ref(); }},
    {"select(union(select(User.id), select(Post.id)).cte(\"x\").c.id)",
     [] { return (pick({union_({pick({id}), pick({post_id})}).cte("x").column("id")})).ref(); }},
    {"select(u.c.id).select_from(u.outerjoin(p).join(post_tag, p.c.id==post_tag.c.post_id))",
     [] {
         return (pick({id}).select_from(
                     user.outerjoin(post, id == user_id).join(post_tag, post_id == post_tag.column("post_id"))))
             .ref();
     }},
    {"select(u.c.id).select_from(u.join(p.join(post_tag, p.c.id==post_tag.c.post_id), u.c.id==p.c.user_id))",
     [] {
         return (pick({id}).select_from(
                     user.join(post.join(post_tag, post_id == post_tag.column("post_id")), id == user_id)))
             .ref();
     }},
    {"select(u.c.id).select_from(u.outerjoin(p.join(post_tag, p.c.id==post_tag.c.post_id), u.c.id==p.c.user_id))",
     [] {
         return (pick({id}).select_from(
                     user.outerjoin(post.join(post_tag, post_id == post_tag.column("post_id")), id == user_id)))
             .ref();
     }},
    {"select(User.id).join(Post, and_(User.id == Post.user_id, Post.title == \"x\"))",
     [] { return (pick({id}).join(post, and_({id == user_id, title == "x"}))).ref(); }},
    {"select(User.id).join(UA, User.manager_id == UA.id)",
     [] { return (pick({id}).join(user_1, manager_id == user_1.column("id"))).ref(); }},
    {"select(User.id, UB.name).join(UB, User.manager_id == UB.id)",
     [] { return (pick({id, boss.column("name")}).join(boss, manager_id == boss.column("id"))).ref(); }},
    {"User.id == 1", [] { return (id == 1).ref(); }},
    {"User.id + 1", [] { return (id + 1).ref(); }},
    {"and_(User.id == 1, User.name == \"x\")", [] { return (and_({id == 1, name == "x"})).ref(); }},
    {"User.active", [] { return (active).ref(); }},
    {"~User.active", [] { return (~active).ref(); }},
    {"not_(User.id)", [] { return (not_(id)).ref(); }},
    {"-User.id", [] { return (-id).ref(); }},
    {"User.name.desc()", [] { return (name.desc()).ref(); }},
    {"exists().where(User.id==1)", [] { return (exists_where({id == 1})).ref(); }},
    {"(lambda l: select(l).order_by(l))((User.age+1).label(\"x\"))",
     [] { return ([](auto l) { return pick({l}).order_by({l}); }((age + 1).label("x"))).ref(); }},
    {"(lambda l: select(l).order_by(l.desc()))((User.age+1).label(\"x\"))",
     [] { return ([](auto l) { return pick({l}).order_by({l.desc()}); }((age + 1).label("x"))).ref(); }},
    {"(lambda l: select(l).where(l > 3))((User.age+1).label(\"x\"))",
     [] { return ([](auto l) { return pick({l}).where(l > 3); }((age + 1).label("x"))).ref(); }},
    {"(lambda l: select(l).having(l > 3))((User.age+1).label(\"x\"))",
     [] { return ([](auto l) { return pick({l}).having(l > 3); }((age + 1).label("x"))).ref(); }},
    {"(lambda l: select(l, l + 1))((User.age+1).label(\"x\"))",
     [] { return ([](auto l) { return pick({l, l + 1}); }((age + 1).label("x"))).ref(); }},
};

const std::vector<Difference> differences = {
    // SQLite refuses parentheses around the members of a union.
    {"union(select(User.id).order_by(User.name), select(Post.id))", "sqlite",
     "SELECT * FROM (SELECT user.id FROM user ORDER BY user.name) UNION SELECT post.id FROM post"},
    {"union(union_all(select(User.id), select(Post.id)), select(Post.user_id))", "sqlite",
     "SELECT * FROM (SELECT user.id FROM user UNION ALL SELECT post.id FROM post) UNION SELECT post.user_id FROM post"},
    {"union(select(User.id), except_(select(Post.id), select(Post.user_id)))", "sqlite",
     "SELECT user.id FROM user UNION SELECT * FROM (SELECT post.id FROM post EXCEPT SELECT post.user_id FROM post)"},
    {"union_all(union_all(select(User.id), select(Post.id)), select(Post.user_id))", "sqlite",
     "SELECT * FROM (SELECT user.id FROM user UNION ALL SELECT post.id FROM post) UNION ALL SELECT post.user_id FROM "
     "post"},
    {"select(union(select(User.id).limit(1), select(Post.id).limit(1)).subquery().c.id)", "sqlite",
     "SELECT anon_1.id FROM (SELECT * FROM (SELECT user.id AS id FROM user LIMIT ? OFFSET ?) UNION SELECT * FROM "
     "(SELECT post.id AS id FROM post LIMIT ? OFFSET ?)) AS anon_1"},
};

}  // namespace

TEST_CASE("joins, subqueries, common table expressions and unions are written as SQLAlchemy writes them") {
    check_neighbours(cases, differences);
}
