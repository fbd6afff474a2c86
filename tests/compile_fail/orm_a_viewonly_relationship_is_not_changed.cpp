// expect: this relationship is viewonly
#include "retort/orm/orm.hpp"

using namespace retort;

struct Page;
struct Book : Model<Book> {
    Column<int, primary_key> id;
    Many<Page, viewonly> pages;
};
struct Page : Model<Page> {
    Column<int, primary_key> id;
    Column<int, foreign_key<Book>> book_id;
};

void add(const Ptr<Book>& book, const Ptr<Page>& page) { book->pages.append(page); }
