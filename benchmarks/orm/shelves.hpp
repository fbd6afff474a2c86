// authors and books, one to many: each way of loading by hand with raw sqlite3 and through sessions.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "measure.hpp"
#include "raw_database.hpp"

inline constexpr int books_each = 10;
inline constexpr int keys_in_one = 500;  ///< in one IN, by hand and through sessions

inline constexpr const char* authors_schema =
    "CREATE TABLE authors (id INTEGER NOT NULL, name VARCHAR NOT NULL, email VARCHAR NOT NULL, "
    "CONSTRAINT pk_authors PRIMARY KEY (id))";
inline constexpr const char* books_schema =
    "CREATE TABLE books (id INTEGER NOT NULL, title VARCHAR NOT NULL, author_id INTEGER NOT NULL, "
    "CONSTRAINT pk_books PRIMARY KEY (id), "
    "CONSTRAINT fk_books_author_id_authors FOREIGN KEY(author_id) REFERENCES authors (id))";
inline constexpr const char* books_index = "CREATE INDEX ix_books_author_id ON books (author_id)";
std::string fill_authors(int authors);
std::string fill_books(int authors);

struct RawBook {
    int id = 0;
    std::string title;
    int author_id = 0;
};
struct RawAuthor {
    int id = 0;
    std::string name;
    std::string email;
    std::vector<RawBook> books;
};

/// By hand, with the SQL that each way of loading sends.
class RawShelves {
  public:
    explicit RawShelves(int authors);

    void forget() { authors_ = std::vector<RawAuthor>(); }
    /// A join, whose rows are merged by the author.
    void joined();
    /// The authors, then their books by IN.
    void selectin();
    /// The authors, then their books by a join with the query repeated.
    void subquery();
    long checksum() const;

  private:
    void read_authors();
    void read_books(sqlite3_stmt* statement);
    std::size_t place_of(int author) const;

    int count_;
    RawDatabase database_;
    sqlite3_stmt* joined_;
    sqlite3_stmt* all_;
    sqlite3_stmt* books_in_;
    sqlite3_stmt* last_books_in_;
    sqlite3_stmt* subquery_;
    std::vector<RawAuthor> authors_;
};

/// The same through sessions.
class OurShelves {
  public:
    explicit OurShelves(int authors);
    ~OurShelves();

    void forget();
    void joined();
    void selectin();
    void subquery();
    void batch();
    long checksum() const;

  private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

void measure_loading(measure::Table& table, int times, RawShelves& raw, OurShelves& ours);
