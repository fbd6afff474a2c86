// expect: session.add takes a new object
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

void keep(Session& session, std::vector<Author> authors) {
#ifdef RETORT_CONTROL
    session.add_all(std::move(authors));
#else
    session.add(std::move(authors));
#endif
}
