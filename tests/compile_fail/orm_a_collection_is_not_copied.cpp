// expect: a Many is not copied, for its objects have one parent
#include "retort/orm/orm.hpp"

using namespace retort;

struct Page;
struct Book : Model<Book> {
    Column<int, primary_key> id;
    Many<Page> pages;
};
struct Page : Model<Page> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Book>> book_id;
};

std::size_t count(const Ptr<Book>& book) {
    auto pages = book->pages;
    return pages.size();
}
