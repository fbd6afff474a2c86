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
    const json* container;
    const json* elements;       ///< of an array
    const JsonMember* members;  ///< of an object whose members stand in their order
    std::size_t size;
    std::size_t order_start;  ///< of an object whose members do not: where theirs begins
    std::size_t next;
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

class TreeWriter {
  public:
    TreeWriter(std::string& out, const JsonFormat& format, int depth)
        : out_(out), format_(format), depth_(depth), spaced_(format.indent > 0 || format.spaced) {}

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

    void quote(std::string_view text) {
        if (text.size() > sizeof buffer_ / 2) return quote_elsewhere(text);
        // It is looked at where it will stand, for there are bytes behind it there.
        need(text.size() + 2 + text_padding);
        std::memcpy(at_ + 1, text.data(), text.size());
        if (!all_plain_padded(at_ + 1, text.size())) return quote_elsewhere(text);
        *at_++ = '"';
        at_ += text.size();
        *at_++ = '"';
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
        Level level{&container, nullptr, nullptr, container.size(), order_.size(), 0};
        if (container.is_object()) {
            put('{');
            level.members = container.items().data();
            if (format_.sort_keys && sort(container.items())) level.members = nullptr;
        } else {
            put('[');
            level.elements = container.begin();
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
        const bool object = level.elements == nullptr && level.container->is_object();
        --depth_;
        if (format_.indent > 0 && level.size > 0) line();
        put(object ? '}' : ']');
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
        if (level.next != 0) put(',');
        if (format_.indent > 0) {
            line();
        } else if (level.next != 0 && format_.spaced) {
            put(' ');
        }
        const std::size_t at = level.next++;
        if (level.elements != nullptr) return level.elements[at];
        const JsonMember& member = level.members != nullptr ? level.members[at] : *order_[level.order_start + at];
        quote(member.key);
        put(':');
        if (spaced_) put(' ');
        return member.value;
    }

    /// False for a container, which is entered only.
    bool write(const json& value) {
        switch (value.kind()) {
            case JsonKind::null: put("null"); return true;
            case JsonKind::boolean: put(value.to_bool() ? "true" : "false"); return true;
            case JsonKind::integer:
                need(most_integer_bytes);
                at_ = put_integer(at_, value.to_integer(INT64_MIN, INT64_MAX));
                return true;
            case JsonKind::real:
                require_finite(value.to_real());
                need(most_real_bytes);
                at_ = put_real(at_, value.to_real());
                return true;
            case JsonKind::number: put(value.digits()); return true;
            case JsonKind::text: quote(value.text()); return true;
            case JsonKind::array:
            case JsonKind::object: enter(value); return false;
        }
        return true;
    }

    std::string& out_;
    const JsonFormat& format_;
    int depth_;
    bool spaced_;
    char* at_ = buffer_;
    char buffer_[1024];
    Levels levels_;
    std::vector<const JsonMember*> order_;
};

}  // namespace

void append_tree(std::string& out, const json& container, const JsonFormat& format, int depth) {
    TreeWriter{out, format, depth}.write_all(container);
}

}  // namespace retort::detail
