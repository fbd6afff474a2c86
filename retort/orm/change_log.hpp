// ChangeLog: the old values of what was changed in a session, in the order of the changes, until commit or rollback.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "retort/sql/value.hpp"

namespace retort::orm {

/// One attribute of one object that was changed, once between two flushes.
struct Change {
    void* object;
    sql::ValueView old;      ///< its text lives in the log
    std::uint32_t previous;  ///< the object's change before, counted from 1; 0 when there is none since the last flush
    std::uint16_t attribute;
    bool known;  ///< whether the old value was in memory at all
};

/// Changes of all objects. Those before `flushed()` are written already, and kept for a rollback.
class ChangeLog {
  public:
    /// Returns its number, counted from 1.
    std::uint32_t add(void* object, std::uint16_t attribute, std::uint32_t previous, sql::ValueView old, bool known);
    /// The old value of a change, read later.
    void learn(std::uint32_t number, sql::ValueView old);
    const Change& operator[](std::uint32_t number) const { return changes_[number - 1]; }
    /// Whether this is the first change of an object whose newest is `newest` (and not one that was taken back).
    bool starts(std::uint32_t number, std::uint32_t newest) const {
        while (newest > number) newest = (*this)[newest].previous;
        return newest == number && (*this)[number].previous == 0;
    }
    std::vector<Change>& all() { return changes_; }
    std::size_t capacity() const { return changes_.capacity(); }
    bool has_unflushed() const { return flushed_ < changes_.size(); }
    std::size_t flushed() const { return flushed_; }
    void set_flushed() { flushed_ = changes_.size(); }
    /// Takes the changes of an attribute away from an object whose newest is `newest`; gives the newest that is left.
    /// They stay here for a rollback.
    std::uint32_t take_out(std::uint16_t attribute, std::uint32_t newest);
    /// Forgets all from this one on; what they point at stays until `clear`.
    void truncate(std::size_t size);
    void clear();

  private:
    const char* keep(const char* data, std::size_t size);

    std::vector<Change> changes_;
    std::size_t flushed_ = 0;
    std::vector<std::unique_ptr<char[]>> blocks_;
    std::size_t used_ = 0;
    std::vector<std::unique_ptr<char[]>> large_;  // a deque would take memory for each session that changes nothing
};

}  // namespace retort::orm
