// expect: this takes the handle
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

void forget(Session& session, const Ptr<Author>& author) {
#ifdef RETORT_CONTROL
    session.delete_(author);
#else
    session.delete_(*author);
#endif
}
