// IdentityMap: the objects of one mapper in one session, by primary key: the same row is the same object.
#pragma once

#include <cstddef>
#include <cstdint>

namespace retort::orm {

/// Open addressing with linear probing. The key is the primary key itself where that is one integer, otherwise a hash,
/// and then `same` tells whether an object is the one that is meant.
class IdentityMap {
  public:
    IdentityMap() = default;
    IdentityMap(const IdentityMap&) = delete;
    IdentityMap& operator=(const IdentityMap&) = delete;
    ~IdentityMap();

    std::size_t size() const { return count_; }

    /// The object with this integer key, or null.
    void* find(std::int64_t key) const {
        if (room_ == 0) return nullptr;
        for (std::size_t at = home(static_cast<std::uint64_t>(key));; at = next(at)) {
            const Entry& entry = entries_[at];
            if (entry.object == nullptr || entry.key == static_cast<std::uint64_t>(key)) return entry.object;
        }
    }
    /// The place of the object with this integer key; null inside when it is new: fill it at once.
    void*& place(std::int64_t key) {
        if ((count_ + 1) * 5 > room_ * 4) grow();
        for (std::size_t at = home(static_cast<std::uint64_t>(key));; at = next(at)) {
            Entry& entry = entries_[at];
            if (entry.object == nullptr) {
                entry.key = static_cast<std::uint64_t>(key);
                ++count_;
                return entry.object;
            }
            if (entry.key == static_cast<std::uint64_t>(key)) return entry.object;
        }
    }
    /// Gives back a place that was not filled.
    void forget_place() { --count_; }

    template <class Same>
    void* find(std::uint64_t hash, Same&& same) const {
        if (room_ == 0) return nullptr;
        for (std::size_t at = home(hash);; at = next(at)) {
            const Entry& entry = entries_[at];
            if (entry.object == nullptr || (entry.key == hash && same(entry.object))) return entry.object;
        }
    }
    /// Adds an object that is not there yet.
    void insert(std::uint64_t hash, void* object) {
        if ((count_ + 1) * 5 > room_ * 4) grow();
        put({hash, object});
        ++count_;
    }
    /// Removes this object, if it is there under this key.
    void erase(std::uint64_t key, const void* object);
    /// Room for so many more.
    void reserve(std::size_t more) {
        while ((count_ + more) * 5 > room_ * 4) grow();
    }
    /// Keeps the memory of a small map, so that a session which is used again takes none.
    void clear();
    template <class Each>
    void each(Each&& visit) const {
        for (std::size_t at = 0; at < room_; ++at) {
            if (entries_[at].object != nullptr) visit(entries_[at].object);
        }
    }

  private:
    struct Entry {
        std::uint64_t key = 0;
        void* object = nullptr;
    };

    // Keys that count up fill the table in order, without collisions and in the order in which rows are walked. What a
    // key has above the table's size moves it to a scattered place, so that keys in large steps do not pile up.
    std::size_t home(std::uint64_t key) const {
        std::uint64_t above = (key >> bits_) * 0x9E3779B97F4A7C15u;
        return static_cast<std::size_t>(key + (above >> 20)) & (room_ - 1);
    }
    std::size_t next(std::size_t at) const { return (at + 1) & (room_ - 1); }
    void put(Entry entry) {
        std::size_t at = home(entry.key);
        while (entries_[at].object != nullptr) at = next(at);
        entries_[at] = entry;
    }
    void grow();
    void close_gap(std::size_t gap);

    Entry* entries_ = nullptr;  // no vector: this header is in every program, and a vector costs it compile time
    std::size_t room_ = 0;      ///< a power of two, or 0
    std::size_t count_ = 0;
    unsigned bits_ = 0;
};

}  // namespace retort::orm
