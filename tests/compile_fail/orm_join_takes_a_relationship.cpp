// expect: join takes a relationship, join(User::c.bookmarks)
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
};

#ifdef RETORT_CONTROL
auto query() { return select<Author>().join(Author::c.books); }
#else
auto query() { return select<Author>().join(Author::c.name); }
#endif
