// Authors with their books through sessions, by each way of loading.
#include <cstdlib>
#include <optional>

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/connection.hpp"
#include "retort/orm/orm.hpp"
#include "shelves.hpp"

using namespace retort;

namespace {

struct Book;

struct Author : Model<Author> {
    static constexpr auto table_name = "authors";
    Column<int, primary_key> id;
    Column<std::string> name;
    Column<std::string> email;
    Many<Book> books;
};

struct Book : Model<Book> {
    static constexpr auto table_name = "books";
    Column<int, primary_key> id;
    Column<std::string> title;
    Column<int, foreign_key<Author>> author_id;
    One<Author> author;
};

}  // namespace

struct OurShelves::Parts {
    Engine engine = create_engine("sqlite://");
    std::optional<Session> session{};
    std::vector<Ptr<Author>> authors{};

    void load(const Load& option) {
        session.emplace(engine);
        authors = session->scalars(select<Author>().order_by(Author::c.id).options(option)).all();
    }
};

OurShelves::OurShelves(int authors) : parts_(new Parts) {
    auto connection = parts_->engine.connect();
    connection->run(authors_schema);
    connection->run(books_schema);
    connection->run(books_index);
    connection->run(fill_authors(authors));
    connection->run(fill_books(authors));
}
OurShelves::~OurShelves() = default;

void OurShelves::forget() {
    parts_->authors = std::vector<Ptr<Author>>();
    parts_->session.reset();
}
void OurShelves::joined() { parts_->load(joinedload(Author::c.books)); }
void OurShelves::selectin() { parts_->load(selectinload(Author::c.books)); }
void OurShelves::subquery() { parts_->load(subqueryload(Author::c.books)); }
void OurShelves::batch() {
    parts_->load(batchload(Author::c.books));
    long books = 0;
    for (const auto& author : parts_->authors) books += static_cast<long>(author->books.size());
    if (books == 0) std::abort();
}

long OurShelves::checksum() const {
    long sum = 0;
    for (const auto& author : parts_->authors) {
        sum += author->id + static_cast<long>(author->name.value().size() + author->email.value().size());
        for (const auto& book : author->books) {
            sum += static_cast<long>(book->id) * author->id + static_cast<long>(book->title.value().size());
        }
    }
    return sum;
}
