// Headers of responses and requests.
#include "retort/http/message.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "retort/base/error.hpp"
#include "retort/base/multi_dict.hpp"
#include "retort/base/words.hpp"
#include "retort/http/scan.hpp"

namespace retort::http {
namespace {

/// The name that nearly every response has, as it is nearly always written: there is nothing to check in it.
bool is_usual_type(std::string_view name) {
    constexpr std::string_view usual = "Content-Type";
    return name.size() == usual.size() && std::memcmp(name.data(), usual.data(), usual.size()) == 0;
}

/// Apart, so that the text without any, which is nearly every one, pays for no frame.
[[gnu::noinline]] bool ends_early(std::string_view value) {
    const char* end = value.data() + value.size();
    return detail::find_value_end(value.data(), end) != end;
}

/// A control character, which a tab is not. Every response asks it of its type, so it is always inlined.
[[gnu::always_inline]] inline bool holds_control(std::string_view value) {
    using namespace retort::detail;
    const bool suspicious = any_word(value.data(), value.size(), [](std::uint64_t word) {
        return ((word_below(word, 0x20) | word_holds(word, 0x7F)) & word_tops) != 0;
    });
    return suspicious && ends_early(value);
}

/// Throws ArgumentError("invalid-header") unless they are fit for a header.
[[gnu::noinline]] void check_header(std::string_view name, std::string_view value) {
    bool good_name = !name.empty();
    for (char c : name) good_name = good_name && detail::is_token(c);
    if (good_name && !holds_control(value)) return;
    throw ArgumentError(
        "invalid-header"_code,
        good_name ? "the value of the header " + std::string(name) + " holds a line break or a control character"
                  : "\"" + std::string(name.substr(0, 100)) + "\" cannot be the name of a header",
        good_name ? "escape it first, for example with percent-encoding; a line break would start another header"
                  : "use letters, digits and hyphens, such as X-Request-Id");
}

}  // namespace

void BodyWriter::write_file(int file, std::uint64_t position, std::uint64_t size) {
    constexpr std::size_t most = 128 * 1024;
    const auto piece =
        std::make_unique_for_overwrite<char[]>(static_cast<std::size_t>(std::min<std::uint64_t>(size, most)));
    while (size > 0) {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, most));
        const ssize_t count = ::pread(file, piece.get(), wanted, static_cast<off_t>(position));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return;
        write({piece.get(), static_cast<std::size_t>(count)});
        position += static_cast<std::uint64_t>(count);
        size -= static_cast<std::uint64_t>(count);
    }
}

bool same_header_name(std::string_view left, std::string_view right) {
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i] != right[i] && detail::lower(left[i]) != detail::lower(right[i])) return false;
    }
    return true;
}

Headers::Headers(std::initializer_list<HeaderView> headers) {
    for (const HeaderView& header : headers) add(header.name, header.value);
}

void Headers::Iterator::read() {
    if (rest_.empty()) return;
    const auto colon = rest_.find(':');
    header_ = {rest_.substr(0, colon), rest_.substr(colon + 2, rest_.find('\r', colon) - colon - 2)};
}

std::size_t Headers::size() const { return static_cast<std::size_t>(std::distance(begin(), end())); }

// Looks at the colon first, so that most lines are passed over without being read.
std::optional<std::string_view> Headers::get(std::string_view name) const {
    const std::size_t value = name.size() + 2;
    for (std::string_view rest = lines_.view(); !rest.empty();) {
        const std::size_t end = rest.find('\n');
        if (end > value && rest[name.size()] == ':' && same_header_name(rest.substr(0, name.size()), name))
            return rest.substr(value, end - 1 - value);
        rest.remove_prefix(end + 1);
    }
    return std::nullopt;
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const HeaderView& header : *this) {
        if (same_header_name(header.name, name)) values.push_back(header.value);
    }
    return values;
}

std::string_view Headers::operator[](std::string_view name) const {
    if (auto value = get(name)) return *value;
    throw KeyError("missing-header"_code, "there is no header \"" + std::string(name) + "\"",
                   "ask with get(\"" + std::string(name) + "\") or contains where it may be missing");
}

Headers::Place& Headers::Place::operator=(const Place& other) {
    return *this = std::string{std::string_view{other}};  // a copy: the lines move when one is set
}

void Headers::add(std::string_view name, std::string_view value) {
    if (is_usual_type(name) && !holds_control(value)) return append_type(value);
    check_header(name, value);
    append(name, value);
}

void Headers::add(const Headers& headers) {
    lines_.append(headers.lines_.view());
    notes_ |= headers.notes_;
}

std::uint8_t Headers::note_of(std::string_view name) {
    using detail::is_word;
    switch (name.size()) {
        case 4: return is_word(name, "date") ? own_of_server : 0;
        case 6: return is_word(name, "server") ? own_of_server : 0;
        case 10: return is_word(name, "connection") ? own_of_server : 0;
        case 12: return is_word(name, "content-type") ? content_type : 0;
        case 14: return is_word(name, "content-length") ? own_of_server : 0;
        case 17: return is_word(name, "transfer-encoding") ? own_of_server : 0;
        default: return 0;
    }
}

void Headers::append(std::string_view name, std::string_view value, std::uint8_t note) {
    const std::size_t size = name.size() + value.size() + 4;
    const auto left = lines_.reserve(size);
    char* to = lines_.space();
    std::memcpy(to, name.data(), name.size());
    to += name.size();
    *to++ = ':';
    *to++ = ' ';
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    to += value.size();
    *to++ = '\r';
    *to = '\n';
    lines_.commit(size);
    notes_ |= note;
}

// As `append`, with a name whose size the compiler knows.
void Headers::append_type(std::string_view value) {
    constexpr std::string_view name = "Content-Type: ";
    const std::size_t size = name.size() + value.size() + 2;
    const auto left = lines_.reserve(size);
    char* to = lines_.space();
    std::memcpy(to, name.data(), name.size());
    to += name.size();
    if (!value.empty()) std::memcpy(to, value.data(), value.size());
    to += value.size();
    *to++ = '\r';
    *to = '\n';
    lines_.commit(size);
    notes_ |= content_type;
}

void Headers::set(std::string_view name, std::string_view value) {
    check_header(name, value);
    if (!contains(name)) return append(name, value);
    Headers changed;
    bool placed = false;
    for (const HeaderView& header : *this) {
        const bool same = same_header_name(header.name, name);
        if (!same) changed.append(header.name, header.value);
        if (same && !std::exchange(placed, true)) changed.append(header.name, value);
    }
    *this = std::move(changed);
}

void Headers::remove(std::string_view name) {
    Headers kept;
    for (const HeaderView& header : *this) {
        if (!same_header_name(header.name, name)) kept.append(header.name, header.value);
    }
    *this = std::move(kept);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    for (const HeaderView& header : headers) {
        if (same_header_name(header.name, name)) return header.value;
    }
    return std::nullopt;
}

}  // namespace retort::http
