// expect: values(…) assigns: write =, not ==
// control: RETORT_CONTROL
#include "retort/orm/orm.hpp"

using namespace retort;

struct Book;
struct Author : Model<Author> {
    Column<int, primary_key> id;
    Column<std::string> name;
    Many<Book> books;
};
struct Book : Model<Book> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Author>> author_id;
    One<Author> author;
};

auto renamed() {
#ifdef RETORT_CONTROL
    return update<Author>().values(Author::c.name = "ada");
#else
    return update<Author>().values(Author::c.name == "ada");
#endif
}
