// Functions, windows and arrays that no recording shows, against what SQLAlchemy 2.0.10 writes for them.
#include "sql_cases.hpp"

using namespace sql_cases;

namespace {

constexpr Case cases[] = {
    {"select(User.id).where(User.id == select(func.max(Post.user_id)).scalar_subquery())",
     [] { return (pick({id}).where(id == pick({func::max(user_id)}).scalar_subquery())).ref(); }},
    {"select(func.concat(User.name, \"x\"))", [] { return (pick({function("concat", {name, "x"})})).ref(); }},
    {"select(User.id.label(\"k\")).group_by(\"k\")", [] { return (pick({id.label("k")}).group_by({"k"})).ref(); }},
    {"select(User.id, func.count().label(\"n\")).group_by(User.id).having(func.count() > 3).order_by(desc(\"n\"))",
     [] {
         return (pick({id, func::count().label("n")}).group_by({id}).having(func::count() > 3).order_by({desc("n")}))
             .ref();
     }},
    {"select(User.id).order_by(func.random())", [] { return (pick({id}).order_by({function("random")})).ref(); }},
    {"select(func.count(distinct(User.name)))", [] { return (pick({func::count(distinct(name))})).ref(); }},
    {"select(func.count(User.name.distinct()))", [] { return (pick({func::count(name.distinct())})).ref(); }},
    {"select(func.count())", [] { return (pick({func::count()})).ref(); }},
    {"select(func.count()).select_from(User)", [] { return (pick({func::count()}).select_from(user)).ref(); }},
    {"select(func.count(text(\"*\"))).select_from(User)",
     [] { return (pick({func::count(text("*"))}).select_from(user)).ref(); }},
    {"select(func.now(), func.current_timestamp(), func.current_date(), func.current_time(), func.localtime(), "
     "func.localtimestamp(), func.sysdate(), func.utc_timestamp())",
     [] {
         return (pick({func::now(), func::current_timestamp(), function("current_date"), function("current_time"),
                       function("localtime"), function("localtimestamp"), function("sysdate"),
                       function("utc_timestamp")}))
             .ref();
     }},
    {"select(func.current_user(), func.session_user(), func.user())",
     [] { return (pick({function("current_user"), function("session_user"), function("user")})).ref(); }},
    {"select(func.coalesce(User.name, \"x\"), func.ifnull(User.name, \"y\"), func.nullif(User.name, \"\"))",
     [] {
         return (pick({func::coalesce({name, "x"}), function("ifnull", {name, "y"}), function("nullif", {name, ""})}))
             .ref();
     }},
    {"select(func.max(User.age), func.min(User.age), func.sum(User.age), func.avg(User.age))",
     [] { return (pick({func::max(age), func::min(age), func::sum(age), func::avg(age)})).ref(); }},
    {"select(func.lower(User.name), func.upper(User.name), func.length(User.name), func.char_length(User.name), "
     "func.substr(User.name, 1, 2))",
     [] {
         return (pick({func::lower(name), func::upper(name), func::length(name), function("char_length", {name}),
                       function("substr", {name, 1, 2})}))
             .ref();
     }},
    {"select(func.max(User.age) + 1, func.lower(User.name) + \"x\")",
     [] { return (pick({func::max(age) + 1, func::lower(name) + "x"})).ref(); }},
    {"select(func.coalesce(func.sum(User.age), 0))",
     [] { return (pick({func::coalesce({func::sum(age), 0})})).ref(); }},
    {"select(func.pg_catalog.version(), func.foo.bar.baz(1))",
     [] { return (pick({function("pg_catalog.version"), function("foo.bar.baz", {1})})).ref(); }},
    {"select(func.Foo(User.id), func.LOWER(User.name))",
     [] { return (pick({function("Foo", {id}), function("LOWER", {name})})).ref(); }},
    {"select(func.lower(User.name).label(\"l\")).where(func.lower(User.name) == \"x\")",
     [] { return (pick({func::lower(name).label("l")}).where(func::lower(name) == "x")).ref(); }},
    {"select(func.string_agg(User.name, \",\"))", [] { return (pick({function("string_agg", {name, ","})})).ref(); }},
    {"select(func.aggregate_strings(User.name, \",\"))",
     [] { return (pick({function("aggregate_strings", {name, ","})})).ref(); }},
    {"select(func.array_agg(User.name))", [] { return (pick({function("array_agg", {name})})).ref(); }},
    {"select(func.array_agg(postgresql.aggregate_order_by(User.name, User.id.desc())))",
     [] { return (pick({function("array_agg", {aggregate_order_by(name, {id.desc()})})})).ref(); }},
    {"select(func.count(User.id).filter(User.age > 3, User.name == \"x\"))",
     [] { return (pick({func::count(id).filter({age > 3, name == "x"})})).ref(); }},
    {"select(func.count(User.id).filter(User.active))",
     [] { return (pick({func::count(id).filter({active})})).ref(); }},
    {"select(func.count(User.id).filter(User.age > 3).over(partition_by=User.name))",
     [] { return (pick({func::count(id).filter({age > 3}).over({name}, {})})).ref(); }},
    {"select(func.count().filter(User.age > 3).label(\"x\"))",
     [] { return (pick({func::count().filter({age > 3}).label("x")})).ref(); }},
    {"select(func.row_number().over())", [] { return (pick({function("row_number").over({}, {})})).ref(); }},
    {"select(func.row_number().over(order_by=User.id).label(\"rn\"))",
     [] { return (pick({function("row_number").over({}, {id}).label("rn")})).ref(); }},
    {"select(func.row_number().over(partition_by=[User.name, User.age], order_by=[User.id, User.age.desc()]))",
     [] { return (pick({function("row_number").over({name, age}, {id, age.desc()})})).ref(); }},
    {"select(over(func.sum(User.age), partition_by=User.name))",
     [] { return (pick({func::sum(age).over({name}, {})})).ref(); }},
    {"select(func.sum(User.age).over(order_by=User.id, range_=(None, None)))",
     [] { return (pick({func::sum(age).over({}, {id}, {Frame::Unit::range, {}, {}})})).ref(); }},
    {"select(func.sum(User.age).over(order_by=User.id, range_=(-5, 10)))",
     [] { return (pick({func::sum(age).over({}, {id}, {Frame::Unit::range, -5, 10})})).ref(); }},
    {"select(func.sum(User.age).over(order_by=User.id, rows=(0, None)))",
     [] { return (pick({func::sum(age).over({}, {id}, {Frame::Unit::rows, 0, {}})})).ref(); }},
    {"select(func.sum(User.age).over(order_by=User.id, rows=(1, 5)))",
     [] { return (pick({func::sum(age).over({}, {id}, {Frame::Unit::rows, 1, 5})})).ref(); }},
    {"select(func.sum(User.age).over(order_by=User.id, rows=(-3, -1)))",
     [] { return (pick({func::sum(age).over({}, {id}, {Frame::Unit::rows, -3, -1})})).ref(); }},
    {"select(func.lag(User.age, 1).over(order_by=User.id), func.ntile(4).over(order_by=User.id), "
     "func.first_value(User.age).over(order_by=User.id))",
     [] {
         return (pick({function("lag", {age, 1}).over({}, {id}), function("ntile", {4}).over({}, {id}),
                       function("first_value", {age}).over({}, {id})}))
             .ref();
     }},
    {"select(func.sum(User.age).over(partition_by=User.name) / 2)",
     [] { return (pick({func::sum(age).over({name}, {}) / 2})).ref(); }},
    {"select(func.percentile_cont(0.5).within_group(User.age.desc()))",
     [] { return (pick({function("percentile_cont", {0.5}).within_group({age.desc()})})).ref(); }},
    {"select(func.percentile_cont(0.5).within_group(User.age, User.id).over(partition_by=User.name))",
     [] { return (pick({function("percentile_cont", {0.5}).within_group({age, id}).over({name}, {})})).ref(); }},
    {"select(User.name, func.count()).group_by(func.cube(User.name, User.age))",
     [] { return (pick({name, func::count()}).group_by({function("cube", {name, age})})).ref(); }},
    {"select(User.name, func.count()).group_by(func.rollup(User.name, User.age))",
     [] { return (pick({name, func::count()}).group_by({function("rollup", {name, age})})).ref(); }},
    {"select(User.name, func.count()).group_by(func.grouping_sets(tuple_(User.name), tuple_(User.age), tuple_()))",
     [] {
         return (pick({name, func::count()})
                     .group_by({function("grouping_sets", {tuple_({name}), tuple_({age}), tuple_({})})}))
             .ref();
     }},
    {"select(User.name, func.count()).group_by(func.grouping_sets(User.name, User.age))",
     [] { return (pick({name, func::count()}).group_by({function("grouping_sets", {name, age})})).ref(); }},
    {"select(User.name, func.count()).group_by(User.name, func.lower(User.email)).having(func.count() > "
     "1).having(func.sum(User.age) < 5)",
     [] {
         return (pick({name, func::count()})
                     .group_by({name, func::lower(email)})
                     .having(func::count() > 1)
                     .having(func::sum(age) < 5))
             .ref();
     }},
    {"select(func.generate_series(1, 5).column_valued(\"x\"))",
     [] { return (pick({column_valued(function("generate_series", {1, 5}), "x")})).ref(); }},
    {"select(func.json_each(User.data).table_valued(\"key\", \"value\"))",
     [] { return (pick({table_valued(function("json_each", {data}), {"key", "value"})})).ref(); }},
    {"select(func.json_each(User.data).table_valued(\"key\", \"value\").alias(\"j\").c.key)",
     [] {
         return (pick({table_valued(function("json_each", {data}), {"key", "value"}).alias("j").column("key")})).ref();
     }},
    {"select(func.json_each(User.data).table_valued(\"key\", \"value\", with_ordinality=\"o\").render_derived())",
     [] {
         return (pick({table_valued(function("json_each", {data}), {"key", "value"}, "", "o").render_derived("")}))
             .ref();
     }},
    {"select(func.json_to_recordset(\"x\").table_valued(column(\"a\", Integer), column(\"b\", "
     "String)).render_derived(name=\"r\", with_types=True))",
     [] {
         return (pick({table_valued(function("json_to_recordset", {"x"}),
                                    {column("a", types::Integer()), column("b", types::String())})
                           .render_derived("r", true)}))
             .ref();
     }},
    {"select(User.id, func.jsonb_each(User.data).table_valued(\"k\").lateral(\"L\").c.k)",
     [] { return (pick({id, table_valued(function("jsonb_each", {data}), {"k"}).lateral("L").column("k")})).ref(); }},
    {"select(tablesample(u, func.bernoulli(10), name=\"s\", seed=func.random()).c.id)",
     [] {
         return (pick({user.tablesample(function("bernoulli", {10}), "s", function("random")).column("id")})).ref();
     }},
    {"select(User.id, select(func.count(Post.id)).where(Post.user_id == User.id).scalar_subquery())",
     [] { return (pick({id, pick({func::count(post_id)}).where(user_id == id).scalar_subquery()})).ref(); }},
    {"select(User.id, select(func.count(Post.id)).where(Post.user_id == "
     "User.id).scalar_subquery().label(\"n\")).order_by(\"n\")",
     [] {
         return (pick({id, pick({func::count(post_id)}).where(user_id == id).scalar_subquery().label("n")})
                     .order_by({"n"}))
             .ref();
     }},
    {"select(User.id, select(func.count(Post.id)).where(Post.user_id == User.id).label(\"n\"))",
     [] { return (pick({id, pick({func::count(post_id)}).where(user_id == id).label("n")})).ref(); }},
    {"select(select(User.id.label(\"x\"), func.count(Post.id), User.name + \"x\").subquery())",
     [] { return (pick({pick({id.label("x"), func::count(post_id), name + "x"}).subquery()})).ref(); }},
    {"(lambda s: select(User.id, s.c.n).outerjoin(s, s.c.user_id == User.id))(select(Post.user_id, "
     "func.count().label(\"n\")).group_by(Post.user_id).subquery(\"c\"))",
     [] {
         return ([](auto s) {
                    return pick({id, s.column("n")}).outerjoin(s, s.column("user_id") == id);
                }(pick({user_id, func::count().label("n")}).group_by({user_id}).subquery("c")))
             .ref();
     }},
    {"(lambda c: select(func.sum(c.c.n)))((lambda c: c.union_all(select(c.c.n + 1).where(c.c.n < "
     "10)))(select(literal(1).label(\"n\")).cte(recursive=True)))",
     [] {
         return ([](auto c) { return pick({func::sum(c.column("n"))}); }([](auto c) {
                    return c.union_all(pick({c.column("n") + 1}).where(c.column("n") < 10));
                }(pick({lit(1).label("n")}).cte("", true))))
             .ref();
     }},
    {"select(func.count(User.id), func.count(Post.id))",
     [] { return (pick({func::count(id), func::count(post_id)})).ref(); }},
    {"select(User.age + 1, User.age + 2, func.lower(User.name), func.lower(User.email))",
     [] { return (pick({age + 1, age + 2, func::lower(name), func::lower(email)})).ref(); }},
    {"select(func.sum(case((User.age > 3, 1), else_=0)))",
     [] { return (pick({func::sum(case_({{age > 3, 1}}, 0))})).ref(); }},
    {"select(extract(\"hour\", func.now()))", [] { return (pick({extract("hour", func::now())})).ref(); }},
    {"select(postgresql.array([1,2,3]))", [] { return (pick({array({1, 2, 3})})).ref(); }},
    {"select(postgresql.array([1,2]) + postgresql.array([3]))",
     [] { return (pick({array({1, 2}) + array({3})})).ref(); }},
    {"select(User.id).where(func.foo(User.id))", [] { return (pick({id}).where(function("foo", {id}))).ref(); }},
    {"select(User.id).where(func.foo(User.id, type_=Boolean))",
     [] { return (pick({id}).where(function("foo", {id}, types::Boolean()))).ref(); }},
    {"func.now()", [] { return (func::now()).ref(); }},
    {"select(func.lower(User.data[\"k\"].as_string()) == \"x\")",
     [] { return (pick({func::lower(data["k"].as_string()) == "x"})).ref(); }},
    {"select(User.id).where(func.lower(User.name).in_([\"a\"]))",
     [] { return (pick({id}).where(func::lower(name).in_({"a"}))).ref(); }},
    {"select(func.coalesce(User.age > 3, False))", [] { return (pick({func::coalesce({age > 3, false})})).ref(); }},
    {"select(func.foo(User.age + 1, User.id == 3, and_(User.id==1, User.id==2)))",
     [] { return (pick({function("foo", {age + 1, id == 3, and_({id == 1, id == 2})})})).ref(); }},
    {"select(func.foo(select(Post.id).scalar_subquery(), true(), None, False))",
     [] { return (pick({function("foo", {pick({post_id}).scalar_subquery(), true_(), nullptr, false})})).ref(); }},
    {"select(User.id).order_by(func.lower(User.name).desc())",
     [] { return (pick({id}).order_by({func::lower(name).desc()})).ref(); }},
    {"select(func.lower(User.name).label(\"x\")).order_by(func.lower(User.name))",
     [] { return (pick({func::lower(name).label("x")}).order_by({func::lower(name)})).ref(); }},
    {"select((User.id+1).label(\"x\")).group_by((User.id+1))",
     [] { return (pick({(id + 1).label("x")}).group_by({id + 1})).ref(); }},
    {"(lambda l: select(l).group_by(l))((User.age+1).label(\"x\"))",
     [] { return ([](auto l) { return pick({l}).group_by({l}); }((age + 1).label("x"))).ref(); }},
};

}  // namespace

TEST_CASE("functions, windows and arrays are written as SQLAlchemy writes them") { check_neighbours(cases); }
