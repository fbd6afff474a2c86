// expect: write_the_relationship_itself_as_in_joinedload_of_User_c_bookmarks
// control: RETORT_CONTROL
#include "retort/orm/orm.hpp"

using namespace retort;

struct Book;
struct Author : Model<Author> {
    Column<int, primary_key> id;
    Many<Book> books;
};
struct Book : Model<Book> {
    Column<int, primary_key> id;
    Column<std::optional<int>, foreign_key<Author>> author_id;
    One<Author> author;
};

Load with_books() {
#ifdef RETORT_CONTROL
    return joinedload("*");
#else
    return joinedload("books");
#endif
}
