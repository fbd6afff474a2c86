// compile_query: queries of one shape share a text, and each has its own values.
#include "retort/orm/compile.hpp"

#include "retort/fiber/loop.hpp"
#include "retort/orm/statement_shape.hpp"
#include "support.hpp"
#include "tests/doctest.hpp"

namespace {

using namespace orm_test;

struct Shape : Model<Shape> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::optional<int>> weight;
};

struct Shapes : TestDatabase {
    Shapes() {
        create<Shape>();
        Session filling{engine};
        for (int i = 1; i <= 5; ++i) filling.add(Shape{.name = "s" + std::to_string(i), .weight = i * 10});
        filling.commit();
    }
    template <class Query>
    std::string names(const Query& query) {
        std::string found;
        for (const auto& shape : session.scalars(query)) found += shape->name + " ";
        return found;
    }
    template <class Query>
    std::string bytes(const Query& query) {
        orm::StatementShape shape;
        return shape.take(*query.statement().ref()) ? std::string(shape.bytes()) : "";
    }
    Session session{engine};
};

auto between(int low, int high) {
    return select<Shape>().where(Shape::c.weight >= low, Shape::c.weight <= high).order_by(Shape::c.id);
}

}  // namespace

TEST_CASE_FIXTURE(Shapes, "compile_query: the same text, other values") {
    CHECK(names(between(20, 30)) == "s2 s3 ");
    CHECK(names(between(30, 50)) == "s3 s4 s5 ");
    CHECK(names(between(40, 40)) == "s4 ");
    CHECK(names(between(50, 20)) == "");
}

TEST_CASE_FIXTURE(Shapes, "compile_query: values that are equal at first are not mixed up later") {
    CHECK(names(select<Shape>().order_by(Shape::c.id).limit(2).offset(2)) == "s3 s4 ");
    CHECK(names(select<Shape>().order_by(Shape::c.id).limit(1).offset(2)) == "s3 ");
    CHECK(names(select<Shape>().order_by(Shape::c.id).limit(2).offset(1)) == "s2 s3 ");
    CHECK(names(select<Shape>().order_by(Shape::c.id).limit(2)) == "s1 s2 ");
}

TEST_CASE_FIXTURE(Shapes, "compile_query: lists of other lengths") {
    for (int length = 1; length <= 4; ++length) {
        std::vector<int> ids;
        for (int i = 1; i <= length; ++i) ids.push_back(i);
        CHECK(session.scalars(select<Shape>().where(Shape::c.id.in_(ids))).size() == ids.size());
        for (int& id : ids) id += 1;
        CHECK(session.scalars(select<Shape>().where(Shape::c.id.in_(ids))).size() == ids.size());
    }
}

TEST_CASE_FIXTURE(Shapes, "compile_query: a shape tells apart what the text tells apart") {
    auto all = select<Shape>();
    std::vector<std::string> shapes{
        bytes(all),
        bytes(all.where(Shape::c.id == 1)),
        bytes(all.where(Shape::c.id != 1)),
        bytes(all.where(Shape::c.weight == 1)),
        bytes(all.where(Shape::c.weight.is_null())),
        bytes(all.where(Shape::c.weight.is_not_null())),
        bytes(all.where(Shape::c.name == "1")),
        bytes(all.where(Shape::c.id == 1, Shape::c.id == 2)),
        bytes(all.where(Shape::c.id == 1 || Shape::c.id == 2)),
        bytes(all.where(Shape::c.id.in_({1}))),
        bytes(all.where(Shape::c.id.in_({1, 2}))),
        bytes(all.where(Shape::c.name.like("a"))),
        bytes(all.where(Shape::c.name.like("a", '/'))),
        bytes(all.order_by(Shape::c.id)),
        bytes(all.order_by(Shape::c.id.desc())),
        bytes(all.limit(1)),
        bytes(all.offset(1)),
        bytes(all.distinct()),
        bytes(select(Shape::c.id)),
        bytes(select(Shape::c.name)),
    };
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        CHECK_FALSE(shapes[i].empty());
        for (std::size_t k = 0; k < i; ++k) CHECK(shapes[i] != shapes[k]);
    }
    CHECK(bytes(all.where(Shape::c.id == 1)) == bytes(all.where(Shape::c.id == 7)));
    CHECK(bytes(all.where(Shape::c.name == "a")) == bytes(all.where(Shape::c.name == "bcd")));
    CHECK(bytes(all.where(Shape::c.id.cast(sql::Type(sql::TypeKind::text)) == "a")) == "");
}

TEST_CASE_FIXTURE(Shapes, "compile_query: one condition on a column, with every operator and kind of value") {
    for (int round = 0; round < 3; ++round) {
        CHECK(names(select<Shape>().where(Shape::c.id == 2)) == "s2 ");
        CHECK(names(select<Shape>().where(Shape::c.id == 2 + round)) == "s" + std::to_string(2 + round) + " ");
        CHECK(names(select<Shape>().where(Shape::c.id != 2)) == "s1 s3 s4 s5 ");
        CHECK(names(select<Shape>().where(Shape::c.id > 3)) == "s4 s5 ");
        CHECK(names(select<Shape>().where(Shape::c.weight == 30)) == "s3 ");
        CHECK(names(select<Shape>().where(Shape::c.weight == nullptr)).empty());
        CHECK(names(select<Shape>().where(Shape::c.name == "s4")) == "s4 ");
        CHECK(names(select<Shape>().where(Shape::c.name.like("%5"))) == "s5 ");
        CHECK(names(select<Shape>().where(Shape::c.id == Shape::c.weight / 10)) == "s1 s2 s3 s4 s5 ");
        CHECK(session.scalars(select<Shape>().where(Shape::c.id == 99)).one_or_none() == nullptr);
    }
}

TEST_CASE_FIXTURE(Shapes, "compile_query: columns of aliases come and go, their queries are their own") {
    using Other = aliased<Shape, "other">;
    using Third = aliased<Shape, "third">;
    for (int id = 1; id <= 5; ++id) {
        CHECK(names(select<Other>().where(Other::c.id == id)) == "s" + std::to_string(id) + " ");
        CHECK(names(select<Third>().where(Third::c.weight == id * 10)) == "s" + std::to_string(id) + " ");
    }
}

TEST_CASE_FIXTURE(Shapes, "compile_query: conditions are noted in their order, however many there are") {
    auto base = select<Shape>();
    auto some = base.where(Shape::c.id > 1).where(Shape::c.id < 5).where(Shape::c.weight != 30);
    CHECK(names(base) == "s1 s2 s3 s4 s5 ");
    CHECK(names(some) == "s2 s4 ");
    CHECK(names(some.order_by(Shape::c.id.desc()).limit(1)) == "s4 ");
    CHECK(names(base.where(Condition{}, Shape::c.id == 3, Condition{})) == "s3 ");
    const auto& kept = base.where(Shape::c.id == 4);
    auto copy = kept;
    CHECK(names(copy.where(Shape::c.weight == 10)).empty());
    CHECK(names(kept) == "s4 ");
    CHECK(session.execute(copy.with_only_columns(Shape::c.name)).scalars().one() == "s4");
    CHECK(session.scalars(copy.union_all(base.where(Shape::c.id == 5))).size() == 2);
}

TEST_CASE_FIXTURE(Shapes, "compile_query: a key tells of one row only where nothing stands beside its table") {
    using Other = aliased<Shape, "other">;
    for (int round = 0; round < 2; ++round) {
        CHECK(session.scalars(select<Shape>().where(Shape::c.id == 1, Other::c.weight > 10)).size() == 4);
        CHECK(session.scalars(select<Other>().where(Shape::c.id == 1)).size() == 5);
        CHECK_THROWS_AS(static_cast<void>(session.scalars(select<Other>().where(Shape::c.id == 1)).one()),
                        MultipleResultsFound);
        CHECK(session.scalars(select<Shape>().where(Shape::c.id == 1)).size() == 1);
    }
}

TEST_CASE_FIXTURE(Shapes, "what is nested too deeply is refused before it takes the stack of a fiber") {
    std::string code;
    fibers::run([&] {
        Condition condition = Shape::c.id == 0;
        for (int i = 1; i < 20'000; ++i) condition = (condition && Shape::c.id > 0) || Shape::c.id == i;
        auto query = select<Shape>();
        for (int i = 0; i < 20'000; ++i)
            query = select<Shape>().where(Shape::c.id.in_(query.with_only_columns(Shape::c.id)));
        for (const auto& each : {select<Shape>().where(condition), query}) {
            try {
                (void)session.scalars(each);
            } catch (const sql::CompileError& error) {
                code += std::string(error.code()) + " ";
            }
        }
    });
    CHECK(code == "expression-too-deep expression-too-deep ");
}
