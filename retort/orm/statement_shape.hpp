// The shape of a statement: all of it but its values, as bytes to look its SQL up by.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "retort/sql/nodes.hpp"

namespace retort::orm {

/// The values of a statement, the first of them without a place of their own in memory.
class ValueList {
  public:
    ValueList() {}  // the places stay as they are
    explicit ValueList(std::span<const sql::ValueView> values) {
        for (const auto& value : values) push_back(value);
    }
    ValueList(const ValueList& other) : ValueList(other.view()) {}
    ValueList& operator=(const ValueList&) = delete;
    void push_back(const sql::ValueView& value) {
        if (count_ < most_near) {
            near_[count_++] = value;
        } else {
            push_far(value);
        }
    }
    std::span<const sql::ValueView> view() const {
        return far_.empty() ? std::span<const sql::ValueView>(near_, count_) : far_;
    }

  private:
    void push_far(const sql::ValueView& value);

    static constexpr std::size_t most_near = 6;

    union {
        sql::ValueView near_[most_near];
    };
    std::size_t count_ = 0;
    std::vector<sql::ValueView> far_;  ///< all of them, once they are many
};

/// Walks a statement and writes down what its text depends on. Two statements with one shape have one text, and their
/// values belong to the same places.
class StatementShape {
  public:
    /// False when the statement has something that shapes are not written for; then it must be compiled.
    bool take(const sql::Node& statement);
    /// Beside the shape: what else the text depends on.
    void add_pointer(const void* pointer) { word(pointer); }
    void add_number(std::size_t number) { count(number); }
    /// In the place of all that a query began as.
    void add_begin(const void* pointer) {
        byte(254);
        word(pointer);
    }
    std::string_view bytes() const { return {bytes_, size_}; }
    /// In the order in which the text has them, for the statements that have been seen to keep it.
    const ValueList& values() const { return values_; }

  private:
    bool node(const sql::Node* node);
    bool whole_node(const sql::Node& node);
    bool expressions(const std::vector<sql::Expression>& expressions);
    bool nodes(const std::vector<sql::NodeRef>& nodes);
    bool column(const sql::ColumnNode& column);
    bool bind(const sql::BindNode& bind);
    bool binary(const sql::BinaryNode& binary);
    bool alias(const sql::AliasNode& alias);
    bool select(const sql::SelectNode& select);
    void value(const sql::ValueView& value);
    /// Of a size that the compiler knows, so that it becomes a store.
    template <class T>
    void word(const T& value) {
        if (size_ + sizeof(T) > most_bytes) [[unlikely]] {
            fits_ = false;
            return;
        }
        std::memcpy(bytes_ + size_, &value, sizeof(T));
        size_ += sizeof(T);
    }
    void byte(int value) { word(static_cast<char>(value)); }
    void count(std::size_t size) { word(static_cast<std::uint32_t>(size)); }
    void text(std::string_view text);

    static constexpr std::size_t most_bytes = 2048;  ///< longer statements are compiled each time

    char bytes_[most_bytes];
    std::size_t size_ = 0;
    int depth_ = 0;
    bool fits_ = true;
    ValueList values_;
    std::vector<const sql::Node*> aliases_;
};

}  // namespace retort::orm
