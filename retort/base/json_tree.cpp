// Documents as text, without recursion, through a buffer on the stack: most answers fit and are appended at once.
#include "retort/base/json_tree.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>
#include <utility>
#include <vector>

#include "retort/base/json_text.hpp"
#include "retort/base/spare_places.hpp"

namespace retort::detail {
namespace {

/// By bytes; those of UTF-8 sort as code points do, which is Python's order.
bool key_less(const JsonMember* left, const JsonMember* right) {
    const std::string &a = left->key, &b = right->key;
    // An empty key ends with its null, so that both have a first byte.
    if (a[0] != b[0]) return static_cast<unsigned char>(a[0]) < static_cast<unsigned char>(b[0]);
    return a < b;
}

/// A container that is being written, and what of it comes next.
struct Level {
    enum class Of : std::uint8_t { elements, members, sorted_members };

    union {
        const json* element;
        const JsonMember* member;
    };
    std::size_t left;
    Of of;
    bool is_first;
};

/// The levels that are open, the innermost last: those of usual documents need no memory.
class Levels {
  public:
    /// What stands in it is to be filled.
    Level& push() {
        if (count_ == room_) grow();
        return first_[count_++];
    }
    /// Null when the outermost one is gone.
    Level* pop() { return --count_ == 0 ? nullptr : first_ + count_ - 1; }
    std::size_t count() const { return count_; }

  private:
    void grow() {
        std::vector<Level> more(room_ * 2);
        std::copy_n(first_, count_, more.begin());
        beyond_.swap(more);
        first_ = beyond_.data();
        room_ = beyond_.size();
    }

    Level inside_[16];
    Level* first_ = inside_;
    std::size_t count_ = 0;
    std::size_t room_ = std::size(inside_);
    std::vector<Level> beyond_;
};

}  // namespace

/// Its functions take the place in the buffer that comes next, and return what comes next then: what writes characters
/// through a pointer cannot keep a member in a register.
class TreeWriter {
  public:
    TreeWriter(std::string& out, const JsonFormat& format, int depth)
        : out_(out), format_(format), depth_(depth), compact_(format.indent == 0 && !format.spaced) {}

    void write_all(const json& root) {
        Level* level = &levels_.push();
        char* at = open(buffer_, root, *level);
        while (level != nullptr) {
            const json* inner = nullptr;
            at = write_rest(at, *level, inner);
            if (inner != nullptr) {
                level = &levels_.push();
                at = open(at, *inner, *level);
            } else {
                at = close(at, *level);
                level = levels_.pop();
            }
        }
        flush(at);
    }

  private:
    char* flush(const char* at) {
        const auto size = static_cast<std::size_t>(at - buffer_);
        // With room for the line end that jsonify puts behind the document.
        out_.reserve(out_.size() + size + 1);
        out_.append(buffer_, size);
        return buffer_;
    }
    /// A place with room for that many bytes.
    char* room(char* at, std::size_t size) {
        return static_cast<std::size_t>(buffer_ + sizeof buffer_ - at) < size ? flush(at) : at;
    }
    char* put(char* at, char c) {
        at = room(at, 1);
        *at = c;
        return at + 1;
    }
    char* put(char* at, std::string_view text) {
        if (text.size() > sizeof buffer_) {
            flush(at);
            out_.append(text);
            return buffer_;
        }
        at = room(at, text.size());
        std::memcpy(at, text.data(), text.size());
        return at + text.size();
    }

    char* quote(char* at, const std::string& text) {
        if (text.size() > sizeof buffer_ / 2) return quote_elsewhere(at, text);
        at = room(at, text.size() + 2 + text_padding);
        if (!copy_if_plain(at + 1, text)) return quote_elsewhere(at, text);
        *at = '"';
        at += text.size() + 1;
        *at = '"';
        return at + 1;
    }

    /// A member's name with what stands around it, where there is no space.
    char* name(char* at, const std::string& text, bool comma) {
        if (text.size() <= sizeof buffer_ / 2) [[likely]] {
            at = room(at, text.size() + 4 + text_padding);
            *at = ',';
            char* quoted = at + comma;
            *quoted++ = '"';
            if (copy_if_plain(quoted, text)) [[likely]] {
                quoted += text.size();
                std::memcpy(quoted, "\":", 2);
                return quoted + 2;
            }
        }
        if (comma) at = put(at, ',');
        return put(quote_elsewhere(at, text), ':');
    }

    char* quote_elsewhere(const char* at, std::string_view text) {
        flush(at);
        append_quoted(out_, text, format_.ascii);
        return buffer_;
    }

    char* line(char* at, std::size_t depth) {
        at = put(at, '\n');
        for (auto i = depth * static_cast<std::size_t>(format_.indent); i > 0; --i) at = put(at, ' ');
        return at;
    }
    /// Of what stands in the innermost container.
    std::size_t depth() const { return static_cast<std::size_t>(depth_) + levels_.count(); }

    char* open(char* at, const json& container, Level& level) {
        level.is_first = true;
        if (container.kind_ == JsonKind::object) {
            const auto members = container.object_.members();
            level.left = members.size();
            if (format_.sort_keys && !is_sorted(members)) {
                level.of = Level::Of::sorted_members;
                sort(members);
            } else {
                level.of = Level::Of::members;
                level.member = members.data();
            }
            return put(at, '{');
        }
        level.of = Level::Of::elements;
        level.left = container.array_.size();
        level.element = container.array_.data();
        return put(at, '[');
    }

    /// As those of most models are.
    static bool is_sorted(std::span<const JsonMember> members) {
        for (std::size_t i = 1; i < members.size(); ++i) {
            if (!key_less(&members[i - 1], &members[i])) return false;
        }
        return true;
    }

    void sort(std::span<const JsonMember> members) {
        const auto first = order_.insert(order_.end(), members.size(), nullptr);
        std::transform(members.begin(), members.end(), first, [](auto& member) { return &member; });
        std::sort(first, order_.end(), [](auto* left, auto* right) { return key_less(right, left); });
    }
    const JsonMember& next_sorted() {
        const auto* next = order_.back();
        order_.pop_back();
        return *next;
    }

    char* close(char* at, const Level& level) {
        if (format_.indent > 0 && !level.is_first) at = line(at, depth() - 1);
        return put(at, level.of == Level::Of::elements ? ']' : '}');
    }

    /// Writes what is left of a container, or up to the next one in it, which becomes `inner`.
    char* write_rest(char* at, Level& level, const json*& inner) {
        while (level.left > 0) {
            --level.left;
            const bool comma = !std::exchange(level.is_first, false);
            const json* value = nullptr;
            if (level.of == Level::Of::elements) {
                at = separate(at, comma);
                value = level.element++;
            } else {
                const auto& member = level.of == Level::Of::members ? *level.member++ : next_sorted();
                at = compact_ ? name(at, member.key, comma) : spaced_name(at, member.key, comma);
                value = &member.value;
            }
            if (value->kind_ >= JsonKind::array) {
                inner = value;
                return at;
            }
            at = write(at, *value);
        }
        return at;
    }

    char* spaced_name(char* at, const std::string& text, bool comma) {
        at = quote(separate(at, comma), text);
        return put(at, ": ");
    }

    /// What stands before an element or member.
    char* separate(char* at, bool comma) {
        if (comma) at = put(at, ',');
        if (compact_) return at;
        if (format_.indent > 0) return line(at, depth());
        return comma ? put(at, ' ') : at;
    }

    /// Anything but an array or object.
    char* write(char* at, const json& value) {
        switch (value.kind_) {
            case JsonKind::integer: return put_integer(room(at, most_integer_bytes), value.integer_);
            case JsonKind::text: return quote(at, value.text_);
            case JsonKind::boolean: return put(at, value.boolean_ ? "true" : "false");
            case JsonKind::real: require_finite(value.real_); return put_real(room(at, most_real_bytes), value.real_);
            case JsonKind::number: return put(at, value.text_);
            default: return put(at, "null");
        }
    }

    std::string& out_;
    const JsonFormat& format_;
    int depth_;
    bool compact_;
    char buffer_[1024];
    Levels levels_;
    SpareVector<const JsonMember*> order_;  ///< of the objects that are sorted, the innermost's next one last
};

void append_tree(std::string& out, const json& container, const JsonFormat& format, int depth) {
    TreeWriter{out, format, depth}.write_all(container);
}

}  // namespace retort::detail
