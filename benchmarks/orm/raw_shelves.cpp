// Authors with their books by hand. Rows of one author come together, so a book's author is mostly the one before.
#include <algorithm>

#include "shelves.hpp"

namespace {

std::string counting(int to) {
    return "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " + std::to_string(to) + ") ";
}
std::string question_marks(int count) {
    std::string marks = "?";
    for (int i = 1; i < count; ++i) marks += ", ?";
    return marks;
}

}  // namespace

std::string fill_authors(int authors) {
    return counting(authors) + "INSERT INTO authors SELECT i, 'author' || i, 'author' || i || '@example.com' FROM n";
}
std::string fill_books(int authors) {
    return counting(authors * books_each) + "INSERT INTO books SELECT i, 'The title of book ' || i, (i - 1) / " +
           std::to_string(books_each) + " + 1 FROM n";
}

RawShelves::RawShelves(int authors) : count_(authors), database_(":memory:") {
    database_.run(authors_schema);
    database_.run(books_schema);
    database_.run(books_index);
    database_.run(fill_authors(authors).c_str());
    database_.run(fill_books(authors).c_str());
    joined_ = database_.prepare(
        "SELECT authors.id, authors.name, authors.email, books_1.id, books_1.title, books_1.author_id FROM authors "
        "LEFT OUTER JOIN books AS books_1 ON authors.id = books_1.author_id ORDER BY authors.id");
    all_ = database_.prepare("SELECT id, name, email FROM authors ORDER BY id");
    std::string by_author = "SELECT id, title, author_id FROM books WHERE author_id IN (";
    books_in_ = database_.prepare(by_author + question_marks(keys_in_one) + ")");
    last_books_in_ = database_.prepare(by_author + question_marks(std::max(1, count_ % keys_in_one)) + ")");
    subquery_ = database_.prepare(
        "SELECT books.id, books.title, books.author_id FROM (SELECT authors.id AS id FROM authors) AS anon_1 "
        "JOIN books ON anon_1.id = books.author_id");
}

namespace {

RawBook read_book(sqlite3_stmt* statement, int column) {
    return {sqlite3_column_int(statement, column), RawDatabase::text(statement, column + 1),
            sqlite3_column_int(statement, column + 2)};
}
RawAuthor read_author(sqlite3_stmt* statement) {
    return {sqlite3_column_int(statement, 0), RawDatabase::text(statement, 1), RawDatabase::text(statement, 2), {}};
}

}  // namespace

void RawShelves::joined() {
    while (database_.step(joined_)) {
        int id = sqlite3_column_int(joined_, 0);
        if (authors_.empty() || authors_.back().id != id) authors_.push_back(read_author(joined_));
        if (sqlite3_column_type(joined_, 3) != SQLITE_NULL) authors_.back().books.push_back(read_book(joined_, 3));
    }
    sqlite3_reset(joined_);
}

void RawShelves::read_authors() {
    while (database_.step(all_)) authors_.push_back(read_author(all_));
    sqlite3_reset(all_);
}

std::size_t RawShelves::place_of(int author) const {
    auto found = std::lower_bound(authors_.begin(), authors_.end(), author,
                                  [](const RawAuthor& each, int id) { return each.id < id; });
    return static_cast<std::size_t>(found - authors_.begin());
}

void RawShelves::read_books(sqlite3_stmt* statement) {
    RawAuthor* newest = nullptr;
    while (database_.step(statement)) {
        auto book = read_book(statement, 0);
        if (newest == nullptr || newest->id != book.author_id) newest = &authors_[place_of(book.author_id)];
        newest->books.push_back(std::move(book));
    }
    sqlite3_reset(statement);
}

void RawShelves::selectin() {
    read_authors();
    std::size_t size = authors_.size();
    for (std::size_t at = 0; at < size; at += keys_in_one) {
        std::size_t count = std::min<std::size_t>(keys_in_one, size - at);
        auto* statement = count == keys_in_one ? books_in_ : last_books_in_;
        for (std::size_t i = 0; i < count; ++i) {
            sqlite3_bind_int(statement, static_cast<int>(i + 1), authors_[at + i].id);
        }
        read_books(statement);
    }
}

void RawShelves::subquery() {
    read_authors();
    read_books(subquery_);
}

long RawShelves::checksum() const {
    long sum = 0;
    for (const auto& author : authors_) {
        sum += author.id + static_cast<long>(author.name.size() + author.email.size());
        for (const auto& book : author.books)
            sum += static_cast<long>(book.id) * author.id + static_cast<long>(book.title.size());
    }
    return sum;
}
