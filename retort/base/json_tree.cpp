// Documents as text, without recursion, through a buffer on the stack: most answers fit and are appended at once.
#include "retort/base/json_tree.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "retort/base/json_text.hpp"

namespace retort::detail {
namespace {

/// By bytes; those of UTF-8 sort as code points do, which is Python's order.
bool key_less(const JsonMember* left, const JsonMember* right) {
    const std::string &a = left->key, &b = right->key;
    // An empty key ends with its null, so that both have a first byte.
    if (a[0] != b[0]) return static_cast<unsigned char>(a[0]) < static_cast<unsigned char>(b[0]);
    return a < b;
}

/// A container that is being written, and how far.
struct Level {
    const json* elements;       ///< of an array
    const JsonMember* members;  ///< of an object whose members stand in their order
    std::size_t size;
    std::size_t order_start;  ///< of an object whose members do not: where theirs begins
    std::size_t next;
    bool is_object;
};

/// The levels that are open: those of usual documents need no memory.
class Levels {
  public:
    bool empty() const { return count_ == 0; }
    Level& back() { return count_ <= inside ? inside_[count_ - 1] : beyond_.back(); }
    void push(const Level& level) {
        if (count_ < inside) {
            inside_[count_] = level;
        } else {
            beyond_.push_back(level);
        }
        ++count_;
    }
    void pop() {
        if (count_-- > inside) beyond_.pop_back();
    }

  private:
    static constexpr std::size_t inside = 16;

    Level inside_[inside];
    std::size_t count_ = 0;
    std::vector<Level> beyond_;
};

}  // namespace

class TreeWriter {
  public:
    TreeWriter(std::string& out, const JsonFormat& format, int depth)
        : out_(out), format_(format), depth_(depth), compact_(format.indent == 0 && !format.spaced) {}

    void write_all(const json& root) {
        enter(root);
        while (!levels_.empty()) go_on(levels_.back());
        flush();
    }

  private:
    void flush() {
        // With room for the line end that jsonify puts behind the document.
        out_.reserve(out_.size() + static_cast<std::size_t>(at_ - buffer_) + 1);
        out_.append(buffer_, static_cast<std::size_t>(at_ - buffer_));
        at_ = buffer_;
    }
    void need(std::size_t size) {
        if (static_cast<std::size_t>(buffer_ + sizeof buffer_ - at_) < size) flush();
    }
    void put(char c) {
        need(1);
        *at_++ = c;
    }
    void put(std::string_view text) {
        if (text.size() > sizeof buffer_) {
            flush();
            out_.append(text);
            return;
        }
        need(text.size());
        std::memcpy(at_, text.data(), text.size());
        at_ += text.size();
    }

    void quote(const std::string& text) {
        if (text.size() > sizeof buffer_ / 2) return quote_elsewhere(text);
        need(text.size() + 2 + text_padding);
        if (!copy_if_plain(at_ + 1, text)) return quote_elsewhere(text);
        *at_++ = '"';
        at_ += text.size();
        *at_++ = '"';
    }

    /// A member's name with what stands around it, where there is no space.
    void name(const std::string& text, bool comma) {
        if (text.size() <= sizeof buffer_ / 2) [[likely]] {
            need(text.size() + 4 + text_padding);
            char* at = at_;
            *at = ',';
            at += comma;
            *at++ = '"';
            if (copy_if_plain(at, text)) [[likely]] {
                at += text.size();
                *at++ = '"';
                *at++ = ':';
                at_ = at;
                return;
            }
        }
        if (comma) put(',');
        quote_elsewhere(text);
        put(':');
    }

    void quote_elsewhere(std::string_view text) {
        flush();
        append_quoted(out_, text, format_.ascii);
    }

    void line() {
        put('\n');
        for (int i = depth_ * format_.indent; i > 0; --i) put(' ');
    }

    void enter(const json& container) {
        Level level{nullptr, nullptr, 0, order_.size(), 0, container.is_object()};
        if (level.is_object) {
            put('{');
            auto members = container.object_.members();
            level.size = members.size();
            if (!format_.sort_keys || !sort(members)) level.members = members.data();
        } else {
            put('[');
            level.size = container.array_.size();
            level.elements = container.array_.data();
        }
        levels_.push(level);
        ++depth_;
    }

    /// False when they are in order already, as those of most models are.
    bool sort(std::span<const JsonMember> members) {
        bool sorted = true;
        for (std::size_t i = 1; i < members.size() && sorted; ++i) sorted = key_less(&members[i - 1], &members[i]);
        if (sorted) return false;
        const auto start = static_cast<std::ptrdiff_t>(order_.size());
        for (const auto& member : members) order_.push_back(&member);
        std::sort(order_.begin() + start, order_.end(), key_less);
        return true;
    }

    void leave(const Level& level) {
        --depth_;
        if (format_.indent > 0 && level.size > 0) line();
        put(level.is_object ? '}' : ']');
        if (!order_.empty()) order_.resize(level.order_start);
        levels_.pop();
    }

    /// Writes what is left of a container, or up to the next one in it, which is entered.
    void go_on(Level& level) {
        while (level.next < level.size) {
            if (!write(begin_next(level))) return;
        }
        leave(level);
    }

    const json& begin_next(Level& level) {
        const std::size_t at = level.next++;
        if (!level.is_object) {
            separate(at);
            return level.elements[at];
        }
        const JsonMember& member = level.members != nullptr ? level.members[at] : *order_[level.order_start + at];
        if (compact_) {
            name(member.key, at != 0);
        } else {
            separate(at);
            quote(member.key);
            put(": ");
        }
        return member.value;
    }

    /// What stands before the element or member at this place.
    void separate(std::size_t at) {
        if (at != 0) put(',');
        if (compact_) return;
        if (format_.indent > 0) {
            line();
        } else if (at != 0) {
            put(' ');
        }
    }

    /// False for a container, which is entered only.
    bool write(const json& value) {
        switch (value.kind()) {
            case JsonKind::null: put("null"); return true;
            case JsonKind::boolean: put(value.boolean_ ? "true" : "false"); return true;
            case JsonKind::integer:
                need(most_integer_bytes);
                at_ = put_integer(at_, value.integer_);
                return true;
            case JsonKind::real:
                require_finite(value.real_);
                need(most_real_bytes);
                at_ = put_real(at_, value.real_);
                return true;
            case JsonKind::number: put(value.text_); return true;
            case JsonKind::text: quote(value.text_); return true;
            case JsonKind::array:
            case JsonKind::object: enter(value); return false;
        }
        return true;
    }

    std::string& out_;
    const JsonFormat& format_;
    int depth_;
    bool compact_;
    char* at_ = buffer_;
    char buffer_[1024];
    Levels levels_;
    std::vector<const JsonMember*> order_;
};

void append_tree(std::string& out, const json& container, const JsonFormat& format, int depth) {
    TreeWriter{out, format, depth}.write_all(container);
}

}  // namespace retort::detail
