// How old values are kept, and forgotten.
#include "retort/orm/change_log.hpp"

#include <algorithm>
#include <cstring>

namespace retort::orm {

namespace {

constexpr std::size_t block_bytes = 16384;

}  // namespace

std::uint32_t ChangeLog::add(void* object, std::uint16_t attribute, std::uint32_t previous, sql::ValueView old,
                             bool known) {
    if (old.kind == sql::ValueKind::text || old.kind == sql::ValueKind::blob) old.data = keep(old.data, old.size);
    changes_.push_back({object, old, previous, attribute, known});
    return static_cast<std::uint32_t>(changes_.size());
}

void ChangeLog::learn(std::uint32_t number, sql::ValueView old) {
    if (old.kind == sql::ValueKind::text || old.kind == sql::ValueKind::blob) old.data = keep(old.data, old.size);
    changes_[number - 1].old = old;
    changes_[number - 1].known = true;
}

std::uint32_t ChangeLog::take_out(std::uint16_t attribute, std::uint32_t newest) {
    std::uint32_t* next = &newest;
    while (*next != 0) {
        Change& change = changes_[*next - 1];
        if (change.attribute == attribute) {
            *next = change.previous;
        } else {
            next = &change.previous;
        }
    }
    return newest;
}

void ChangeLog::truncate(std::size_t size) {
    changes_.resize(size);
    flushed_ = std::min(flushed_, size);
}

void ChangeLog::clear() {
    flushed_ = 0;
    changes_.clear();
    used_ = 0;
    if (blocks_.size() > 1) blocks_.resize(1);
    large_.clear();
}

const char* ChangeLog::keep(const char* data, std::size_t size) {
    if (size > block_bytes / 4) {
        large_.push_back(std::make_unique<char[]>(size));
        std::memcpy(large_.back().get(), data, size);
        return large_.back().get();
    }
    if (blocks_.empty() || used_ + size > block_bytes) {
        blocks_.push_back(std::make_unique<char[]>(block_bytes));
        used_ = 0;
    }
    char* copy = blocks_.back().get() + used_;
    if (size != 0) std::memcpy(copy, data, size);
    used_ += size;
    return copy;
}

}  // namespace retort::orm
