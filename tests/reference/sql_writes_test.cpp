// INSERT, UPDATE and DELETE that no recording shows, against what SQLAlchemy 2.0.10 writes for them.
#include "sql_cases.hpp"

using namespace sql_cases;

namespace {

constexpr Case cases[] = {
    {"(lambda c: select(c.c.id))(insert(User).values(name=\"a\").returning(User.id).cte(\"ins\"))",
     [] {
         return ([](auto c) {
                    return pick({c.column("id")});
                }(insert(user).values({{"name", "a"}}).returning({id}).cte("ins")))
             .ref();
     }},
    {"(lambda c: insert(Post).from_select([\"user_id\"], select(c.c.id)))(select(User.id).cte(\"c\"))",
     [] {
         return ([](auto c) {
                    return insert(post).from_select({"user_id"}, pick({c.column("id")}));
                }(pick({id}).cte("c")))
             .ref();
     }},
    {"(lambda c: update(Post).where(Post.user_id == c.c.id).values(title=\"x\"))(select(User.id).cte(\"c\"))",
     [] {
         return ([](auto c) {
                    return update(post).where(user_id == c.column("id")).values({{"title", "x"}});
                }(pick({id}).cte("c")))
             .ref();
     }},
    {"(lambda c: insert(Post).from_select([\"user_id\"], select(c.c.id)).add_cte(c))(select(User.id).cte(\"c\"))",
     [] {
         return ([](auto c) {
                    return insert(post).from_select({"user_id"}, pick({c.column("id")})).add_cte(c);
                }(pick({id}).cte("c")))
             .ref();
     }},
    {"select(User.id).with_for_update(of=User)", [] { return (pick({id}).with_for_update({.of = {user}})).ref(); }},
    {"select(User.id).with_for_update(of=User.id, skip_locked=True)",
     [] { return (pick({id}).with_for_update({.skip_locked = true, .of = {user}})).ref(); }},
    {"select(User.id).with_for_update(skip_locked=True)",
     [] { return (pick({id}).with_for_update({.skip_locked = true})).ref(); }},
    {"select(User.id).with_for_update(key_share=True)",
     [] { return (pick({id}).with_for_update({.key_share = true})).ref(); }},
    {"select(User.id).with_for_update(key_share=True, read=True)",
     [] { return (pick({id}).with_for_update({.read = true, .key_share = true})).ref(); }},
    {"select(User.id).with_for_update(read=True, nowait=True)",
     [] { return (pick({id}).with_for_update({.read = true, .nowait = true})).ref(); }},
    {"select(User.id).with_for_update(read=True, skip_locked=True)",
     [] { return (pick({id}).with_for_update({.read = true, .skip_locked = true})).ref(); }},
    {"select(User.id).join(Post, User.id==Post.user_id).with_for_update(of=[User, Post], nowait=True)",
     [] { return (pick({id}).join(post, id == user_id).with_for_update({.nowait = true, .of = {user, post}})).ref(); }},
    {"select(User.id).limit(3).with_for_update()", [] { return (pick({id}).limit(3).with_for_update()).ref(); }},
    {"insert(u).values(name=\"a\", age=3)", [] { return (insert(user).values({{"name", "a"}, {"age", 3}})).ref(); }},
    {"insert(u).values([{\"name\":\"a\",\"age\":1},{\"name\":\"b\",\"age\":2}])",
     [] { return (insert(user).rows({"name", "age"}, {{"a", 1}, {"b", 2}})).ref(); }},
    {"insert(u).values({\"name\": func.lower(\"X\")})",
     [] { return (insert(user).values({{"name", func::lower("X")}})).ref(); }},
    {"insert(u).values(name=select(Post.title).limit(1).scalar_subquery())",
     [] { return (insert(user).values({{"name", pick({title}).limit(1).scalar_subquery()}})).ref(); }},
    {"insert(u).values(name=None)", [] { return (insert(user).values({{"name", nullptr}})).ref(); }},
    {"insert(u).values(name=User.email + \"x\")", [] { return (insert(user).values({{"name", email + "x"}})).ref(); }},
    {"insert(u).values(name=bindparam(\"foo\"))",
     [] { return (insert(user).values({{"name", bindparam("foo")}})).ref(); }},
    {"insert(u).values(name=\"a\").returning(u.c.id)",
     [] { return (insert(user).values({{"name", "a"}}).returning({id})).ref(); }},
    {"insert(u).values(name=\"a\").returning(u.c.id, u.c.name)",
     [] { return (insert(user).values({{"name", "a"}}).returning({id, name})).ref(); }},
    {"insert(u).values(name=\"a\").returning(u)",
     [] { return (insert(user).values({{"name", "a"}}).returning({user_columns})).ref(); }},
    {"insert(u).values(name=\"a\").returning(func.lower(u.c.name), u.c.id + 1)",
     [] { return (insert(user).values({{"name", "a"}}).returning({func::lower(name), id + 1})).ref(); }},
    {"insert(u).values(name=\"a\").returning(func.lower(u.c.name).label(\"l\"))",
     [] { return (insert(user).values({{"name", "a"}}).returning({func::lower(name).label("l")})).ref(); }},
    {"insert(u).values([{\"name\":\"a\"},{\"name\":\"b\"}]).returning(u.c.id)",
     [] { return (insert(user).rows({"name"}, {{"a"}, {"b"}}).returning({id})).ref(); }},
    {"insert(u).values(active=True, created=func.now())",
     [] { return (insert(user).values({{"active", true}, {"created", func::now()}})).ref(); }},
    {"insert(u).from_select([\"name\",\"age\"], select(p.c.title, literal(3)))",
     [] { return (insert(user).from_select({"name", "age"}, pick({title, lit(3)}))).ref(); }},
    {"insert(u).from_select([\"name\"], select(p.c.title)).returning(u.c.id)",
     [] { return (insert(user).from_select({"name"}, pick({title})).returning({id})).ref(); }},
    {"insert(u).from_select([\"name\"], union(select(p.c.title), select(p.c.body)))",
     [] { return (insert(user).from_select({"name"}, union_({pick({title}), pick({body})}))).ref(); }},
    {"insert(u).prefix_with(\"OR IGNORE\").values(name=\"a\")",
     [] { return (insert(user).prefix_with("OR IGNORE").values({{"name", "a"}})).ref(); }},
    {"insert(u).prefix_with(\"IGNORE\", dialect=\"mysql\").values(name=\"a\")",
     [] { return (insert(user).prefix_with("IGNORE", "mysql").values({{"name", "a"}})).ref(); }},
    {"insert(weird).values({\"Select\": 1, \"a b\": \"x\"})",
     [] { return (insert(order).values({{"Select", 1}, {"a b", "x"}})).ref(); }},
    {"sqlite_insert(User).values(id=1,name=\"a\").on_conflict_do_nothing()",
     [] { return (insert(user).values({{"id", 1}, {"name", "a"}}).on_conflict_do_nothing()).ref(); }},
    {"sqlite_insert(User).values(id=1,name=\"a\").on_conflict_do_nothing(index_elements=[\"id\"])",
     [] {
         return (insert(user).values({{"id", 1}, {"name", "a"}}).on_conflict_do_nothing(std::vector<std::string>{"id"}))
             .ref();
     }},
    {"sqlite_insert(User).values(id=1,name=\"a\").on_conflict_do_nothing(index_elements=[User.id], "
     "index_where=User.age > 3)",
     [] {
         return (insert(user)
                     .values({{"id", 1}, {"name", "a"}})
                     .on_conflict_do_nothing(ConflictTarget{.elements = {id}, .index_where = age > 3}))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(index_elements=[\"id\"], set_={\"name\": \"x\"}, where=User.age > "
     "3))(sqlite_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(std::vector<std::string>{"id"}, {{"name", "x"}}, age > 3);
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(index_elements=[\"id\"], set_={\"name\": s.excluded.name + \"x\", \"age\": "
     "User.age + 1}))(sqlite_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(std::vector<std::string>{"id"},
                                                   {{"name", excluded(name) + "x"}, {"age", age + 1}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"pg_insert(User).values(id=1,name=\"a\").on_conflict_do_nothing()",
     [] { return (insert(user).values({{"id", 1}, {"name", "a"}}).on_conflict_do_nothing()).ref(); }},
    {"pg_insert(User).values(id=1,name=\"a\").on_conflict_do_nothing(constraint=\"uq_x\")",
     [] {
         return (insert(user)
                     .values({{"id", 1}, {"name", "a"}})
                     .on_conflict_do_nothing(ConflictTarget{.constraint = "uq_x"}))
             .ref();
     }},
    {"pg_insert(User).values(id=1,name=\"a\").on_conflict_do_nothing(index_elements=[\"id\"])",
     [] {
         return (insert(user).values({{"id", 1}, {"name", "a"}}).on_conflict_do_nothing(std::vector<std::string>{"id"}))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(constraint=\"uq_x\", "
     "set_=dict(name=s.excluded.name)))(pg_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(ConflictTarget{.constraint = "uq_x"}, {{"name", excluded(name)}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(index_elements=[\"id\"], index_where=User.age > 3, "
     "set_=dict(name=s.excluded.name), where=User.name == \"z\"))(pg_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(ConflictTarget{.elements = {"id"}, .index_where = age > 3},
                                                   {{"name", excluded(name)}}, name == "z");
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(index_elements=[text(\"lower(name)\")], "
     "set_=dict(name=s.excluded.name)))(pg_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(ConflictTarget{.elements = {text("lower(name)")}},
                                                   {{"name", excluded(name)}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(index_elements=[\"id\"], "
     "set_=dict(name=s.excluded.name)).returning(User.id))(pg_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(std::vector<std::string>{"id"}, {{"name", excluded(name)}})
                        .returning({id});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_conflict_do_update(index_elements=[\"id\"], "
     "set_=dict(name=func.lower(\"x\"))))(pg_insert(User).values([{\"id\":1},{\"id\":2}]))",
     [] {
         return ([](auto s) {
                    return s.on_conflict_do_update(std::vector<std::string>{"id"}, {{"name", func::lower("x")}});
                }(insert(user).rows({"id"}, {{1}, {2}})))
             .ref();
     }},
    {"(lambda s: s.on_duplicate_key_update(name=s.inserted.name))(my_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_duplicate_key_update({{"name", inserted("name")}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_duplicate_key_update(name=\"x\", age=User.age + 1))(my_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_duplicate_key_update({{"name", "x"}, {"age", age + 1}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_duplicate_key_update([(\"age\", 3), (\"name\", "
     "func.now())]))(my_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_duplicate_key_update({{"age", 3}, {"name", func::now()}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"(lambda s: s.on_duplicate_key_update(name=func.concat(s.inserted.name, "
     "\"x\")))(my_insert(User).values(id=1,name=\"a\"))",
     [] {
         return ([](auto s) {
                    return s.on_duplicate_key_update({{"name", function("concat", {inserted("name"), "x"})}});
                }(insert(user).values({{"id", 1}, {"name", "a"}})))
             .ref();
     }},
    {"update(u).values(name=\"x\")", [] { return (update(user).values({{"name", "x"}})).ref(); }},
    {"update(u).where(u.c.id == 1).values(name=\"x\", age=u.c.age + 1)",
     [] { return (update(user).where(id == 1).values({{"name", "x"}, {"age", age + 1}})).ref(); }},
    {"update(u).where(u.c.id == p.c.user_id).values(name=p.c.title)",
     [] { return (update(user).where(id == user_id).values({{"name", title}})).ref(); }},
    {"update(u).where(u.c.id == p.c.user_id).where(p.c.title == \"x\").values(name=\"y\")",
     [] { return (update(user).where(id == user_id).where(title == "x").values({{"name", "y"}})).ref(); }},
    {"update(u).where(u.c.id == 1).values(name=\"x\").returning(u.c.id, u.c.name)",
     [] { return (update(user).where(id == 1).values({{"name", "x"}}).returning({id, name})).ref(); }},
    {"update(u).values(name=None, active=False)",
     [] { return (update(user).values({{"name", nullptr}, {"active", false}})).ref(); }},
    {"update(u).values(name=func.lower(u.c.name))",
     [] { return (update(user).values({{"name", func::lower(name)}})).ref(); }},
    {"update(u).ordered_values((u.c.age, 3), (u.c.name, \"x\"))",
     [] { return (update(user).values({{"age", 3}, {"name", "x"}})).ref(); }},
    {"update(u).where(u.c.id.in_(select(p.c.user_id))).values(name=\"x\")",
     [] { return (update(user).where(id.in_(pick({user_id}))).values({{"name", "x"}})).ref(); }},
    {"update(u).where(exists(select(p.c.id).where(p.c.user_id == u.c.id))).values(name=\"x\")",
     [] { return (update(user).where(exists(pick({post_id}).where(user_id == id))).values({{"name", "x"}})).ref(); }},
    {"update(u).where(u.c.id == select(p.c.user_id).where(p.c.id == 3).scalar_subquery()).values(name=\"x\")",
     [] {
         return (update(user)
                     .where(id == pick({user_id}).where(post_id == 3).scalar_subquery())
                     .values({{"name", "x"}}))
             .ref();
     }},
    {"update(u).values(age=case((u.c.age > 3, 1), else_=2))",
     [] { return (update(user).values({{"age", case_({{age > 3, 1}}, 2)}})).ref(); }},
    {"update(u).values(age=bindparam(\"b_age\")).where(u.c.id == bindparam(\"b_id\"))",
     [] { return (update(user).values({{"age", bindparam("b_age")}}).where(id == bindparam("b_id"))).ref(); }},
    {"update(u).where(u.c.id==5).values({\"name\": u.c.name + \"x\"})",
     [] { return (update(user).where(id == 5).values({{"name", name + "x"}})).ref(); }},
    {"update(u).prefix_with(\"LOW_PRIORITY\", dialect=\"mysql\").values(name=\"x\")",
     [] { return (update(user).prefix_with("LOW_PRIORITY", "mysql").values({{"name", "x"}})).ref(); }},
    {"update(u).with_dialect_options(mysql_limit=5).values(name=\"x\")",
     [] { return (update(user).limit(5).values({{"name", "x"}})).ref(); }},
    {"update(u.alias(\"q\")).where(u.alias(\"q\").c.id==1).values(name=\"x\")",
     [] { return (update(user.alias("q")).where(user.alias("q").column("id") == 1).values({{"name", "x"}})).ref(); }},
    {"update(u).where(u.c.id==UA.id).values(name=UA.name)",
     [] { return (update(user).where(id == user_1.column("id")).values({{"name", user_1.column("name")}})).ref(); }},
    {"delete(u)", [] { return (delete_(user)).ref(); }},
    {"delete(u).where(u.c.id == 1)", [] { return (delete_(user).where(id == 1)).ref(); }},
    {"delete(u).where(u.c.id == p.c.user_id).where(p.c.title == \"x\")",
     [] { return (delete_(user).where(id == user_id).where(title == "x")).ref(); }},
    {"delete(u).where(u.c.id.in_(select(p.c.user_id)))",
     [] { return (delete_(user).where(id.in_(pick({user_id})))).ref(); }},
    {"delete(u).where(~exists(select(p.c.id).where(p.c.user_id == u.c.id)))",
     [] { return (delete_(user).where(~exists(pick({post_id}).where(user_id == id)))).ref(); }},
    {"delete(u).returning(u.c.id, u.c.name)", [] { return (delete_(user).returning({id, name})).ref(); }},
    {"delete(u).where(and_(u.c.id > 1, u.c.name != \"x\"))",
     [] { return (delete_(user).where(and_({id > 1, name != "x"}))).ref(); }},
    {"delete(u).where(u.c.id == UA.id)", [] { return (delete_(user).where(id == user_1.column("id"))).ref(); }},
    {"delete(u).with_hint(\"X\")", [] { return (delete_(user).with_hint("X")).ref(); }},
    {"delete(u).prefix_with(\"QUICK\")", [] { return (delete_(user).prefix_with("QUICK")).ref(); }},
    {"update(u).values(name=p.c.title)", [] { return (update(user).values({{"name", title}})).ref(); }},
    {"update(u).values(name=p.c.title).where(u.c.id==p.c.user_id)",
     [] { return (update(user).values({{"name", title}}).where(id == user_id)).ref(); }},
    {"update(u).where(u.c.id==p.c.user_id, p.c.id==post_tag.c.post_id).values(name=\"x\")",
     [] {
         return (update(user).where(id == user_id).where(post_id == post_tag.column("post_id")).values({{"name", "x"}}))
             .ref();
     }},
    {"update(u).where(u.c.id==p.c.user_id).values({p.c.title: \"z\", u.c.name: \"q\"})",
     [] { return (update(user).where(id == user_id).set(title, "z").set(name, "q")).ref(); }},
};

}  // namespace

TEST_CASE("INSERT, UPDATE and DELETE are written as SQLAlchemy writes them") { check_neighbours(cases); }
