// expect: this option takes a relationship
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

Load with_books() {
#ifdef RETORT_CONTROL
    return joinedload(Author::c.books);
#else
    return joinedload(Author::c.name);
#endif
}
