// expect: a query does not go through a relationship by ->
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

Select<Ptr<Book>> of_ada() {
#ifdef RETORT_CONTROL
    return select<Book>().where(Book::c.author.has(Author::c.name == "ada"));
#else
    return select<Book>().where(Book::c.author->name == "ada");
#endif
}
