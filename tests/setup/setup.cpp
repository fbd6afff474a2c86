// The models of this program cannot be set up, and the error with the code that it is compiled for says so.
#include <string>
#include <string_view>

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Child;
struct Key : Model<Key> {
    Column<int, primary_key> one;
    Column<int, primary_key> two;
};

#if defined(SETUP_no_foreign_keys)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child> children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
};
#elif defined(SETUP_ambiguous_foreign_keys)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child> children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Parent> > mother_id, father_id;
};
#elif defined(SETUP_unknown_foreign_key)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, foreign_keys<"mother"> > children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Parent> > mother_id;
};
#elif defined(SETUP_no_back_populates)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, back_populates<"parents"> > children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Parent> > parent_id;
    One<Parent> parent;
};
#elif defined(SETUP_malformed_order)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, order_by<"id downwards"> > children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Parent> > parent_id;
};
#elif defined(SETUP_composite_target)
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Key> > key;
};
#elif defined(SETUP_foreign_key_type)
struct Parent : Model<Parent> {
    Column<std::string, primary_key> code;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Parent> > parent_code;
    One<Parent> parent;
};
#elif defined(SETUP_orphans_of_many)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Parent> > parent_id;
    One<Parent, cascade<"all, delete-orphan"> > parent;
};
#elif defined(SETUP_orphans_of_a_table_between)
struct Parent;
struct Child : Model<Child> {
    Column<int, primary_key> id;
};
struct children_of : Model<children_of> {
    Column<int, primary_key, foreign_key<Parent> > parent_id;
    Column<int, primary_key, foreign_key<Child> > child_id;
};
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, secondary<children_of>, cascade<"all, delete-orphan"> > children;
};
#elif defined(SETUP_order_by_an_expression)
sql::Expression upper_name();
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, order_by<"loud"> > children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::string, column_property<upper_name> > loud;
    Column<int, foreign_key<Parent> > parent_id;
};
sql::Expression upper_name() { return func::upper(Child::c.name); }
#elif defined(SETUP_cascade_beside_passive)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, passive_deletes_all, cascade<"all, delete-orphan"> > children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Parent> > parent_id;
};
#elif defined(SETUP_ordered_query)
struct Parent : Model<Parent> {
    Column<int, primary_key> id;
    Many<Child, lazy::dynamic, ordering_list<"position"> > children;
};
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<int> position;
    Column<int, foreign_key<Parent> > parent_id;
};
#elif defined(SETUP_discriminator_twice)
struct Child : Model<Child> {
    Column<int, primary_key> id;
    Column<std::string, polymorphic_on> type;
    Column<std::string, polymorphic_on> kind;
};
#endif

}  // namespace

TEST_CASE("models that cannot be set up are refused, by a code") {
    auto engine = create_engine("sqlite://");
    std::string code = "none";
    try {
        orm::create_all(engine);
        Session session{engine};
        session.add(Child{});
    } catch (const Error& error) {
        code = error.code();
        CHECK(std::string_view(error.what()).find("mend: ") != std::string_view::npos);
    }
    CHECK(code == SETUP_CODE);
}
