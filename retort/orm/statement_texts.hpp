// The SQL that sessions repeat for one mapper, compiled once per dialect and shape.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

namespace retort::engines {
class Dialect;
}

namespace retort::orm {

struct Attribute;
struct Mapper;

/// A list that only grows: reading takes no lock. Shapes are few.
class StatementTexts {
  public:
    explicit StatementTexts(const Mapper& mapper) : mapper_(mapper) {}
    ~StatementTexts();
    StatementTexts(const StatementTexts&) = delete;
    StatementTexts& operator=(const StatementTexts&) = delete;

    /// All columns of the row with this primary key.
    const std::string& select(const engines::Dialect& dialect) { return text(dialect, Kind::select, 0); }
    /// Some columns of it.
    const std::string& select(const engines::Dialect& dialect, std::uint64_t mask) {
        return text(dialect, Kind::select, mask);
    }
    /// The columns whose bits are set in `mask`.
    const std::string& insert(const engines::Dialect& dialect, std::uint64_t mask) {
        return text(dialect, Kind::insert, mask);
    }
    const std::string& update(const engines::Dialect& dialect, std::uint64_t mask) {
        return text(dialect, Kind::update, mask);
    }
    /// The same by the primary key alone, whatever version the row has.
    const std::string& update_by_key(const engines::Dialect& dialect, std::uint64_t mask) {
        return text(dialect, Kind::update_by_key, mask);
    }
    /// The same, which raises the row's version.
    const std::string& update_raising(const engines::Dialect& dialect, std::uint64_t mask) {
        return text(dialect, Kind::update_raising, mask);
    }
    /// DELETE of the rows whose columns in `mask` have given values.
    const std::string& remove_where(const engines::Dialect& dialect, std::uint64_t mask) {
        return text(dialect, Kind::remove_where, mask);
    }
    /// The objects of a relationship, by its index; one parameter, the key.
    const std::string& related(const engines::Dialect& dialect, std::uint16_t relationship) {
        return text(dialect, Kind::related, relationship);
    }
    const std::string& remove(const engines::Dialect& dialect) { return text(dialect, Kind::remove, 0); }

  private:
    enum class Kind : std::uint8_t {
        select,
        insert,
        update,
        update_by_key,
        update_raising,
        remove,
        remove_where,
        related
    };
    struct Entry {
        const engines::Dialect* dialect;
        Kind kind;
        std::uint64_t mask;
        std::string text;
        Entry* next;
    };

    const std::string& text(const engines::Dialect& dialect, Kind kind, std::uint64_t mask);
    const std::string& add(const engines::Dialect& dialect, Kind kind, std::uint64_t mask);
    std::vector<const Attribute*> row_keys() const;
    std::string compile(const engines::Dialect& dialect, Kind kind, std::uint64_t mask) const;

    const Mapper& mapper_;
    std::atomic<Entry*> first_ = nullptr;
    std::mutex adding_;
};

}  // namespace retort::orm
