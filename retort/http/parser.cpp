// Parsing the head of a request.
#include "retort/http/parser.hpp"

#include <algorithm>

#include "retort/http/scan.hpp"

namespace retort::http {

using namespace detail;

namespace {

constexpr std::string_view common_version = "HTTP/1.1\r\n";
constexpr std::string_view host_prefix = "Host: ";

constexpr std::array<bool, 256> host_bytes = [] {
    std::array<bool, 256> table{};
    for (std::size_t i = 0x21; i < 0x7f; ++i) table[i] = true;
    for (char c : std::string_view{"/?#@\\,\"<>^`{|}%[]:"}) table[static_cast<unsigned char>(c)] = false;
    return table;
}();

/// Nothing, or a colon with a number up to 65535 or without one.
bool is_port(std::string_view text) noexcept {
    if (text.empty()) return true;
    if (text.front() != ':' || text.size() > 6) return false;
    unsigned port = 0;
    for (char c : text.substr(1)) {
        if (!is_digit(c)) return false;
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    return port <= 65535;
}

}  // namespace

// Percent codes, which RFC 3986 would allow, are no names.
bool is_host(std::string_view text) noexcept {
    std::size_t end = std::min(text.find(':'), text.size());
    if (text.starts_with('[')) {
        constexpr std::string_view address = "0123456789abcdefABCDEF:.";
        end = text.find_first_not_of(address, 1);
        if (end == std::string_view::npos || end == 1 || text[end] != ']') return false;
        ++end;
    } else if (!std::all_of(text.begin(), text.begin() + end,
                            [](char c) { return host_bytes[static_cast<unsigned char>(c)]; })) {
        return false;
    }
    return is_port(text.substr(end));
}

namespace {

/// The common case with its pointers in registers: a whole and well-formed line, and where the next begins.
/// Null when it is anything else; `read_header` says what.
[[gnu::always_inline]] inline const char* scan_header(const char* at, const char* end, HeaderView& header) noexcept {
    const char* colon = find_token_end(at, end);
    if (colon == at || colon == end || *colon != ':') return nullptr;
    const char* value = colon + 1;
    while (value != end && is_blank(*value)) ++value;
    const char* stop = find_value_end(value, end);
    if (end - stop < 2 || stop[0] != '\r' || stop[1] != '\n') return nullptr;
    const char* last = stop;
    while (last != value && is_blank(last[-1])) --last;
    header.name = {at, static_cast<std::size_t>(colon - at)};
    header.value = {value, static_cast<std::size_t>(last - value)};
    return stop + 2;
}

/// The lengths of the names that `note` looks at.
bool may_matter(std::string_view name) noexcept {
    constexpr std::uint32_t lengths = 1u << 4 | 1u << 6 | 1u << 10 | 1u << 14 | 1u << 17;
    return name.size() < 32 && (lengths >> name.size() & 1u) != 0;
}

/// Calls `use` for each element of a comma-separated list.
template <class Use>
void for_each_element(std::string_view list, Use use) {
    while (!list.empty()) {
        const auto comma = std::min(list.find(','), list.size());
        if (auto element = trim_blanks(list.substr(0, comma)); !element.empty()) use(element);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
}

}  // namespace

ParseResult RequestParser::parse(std::string_view bytes, Request& request) {
    reset(bytes);
    if (skip_empty_line() == Step::next && read_request_line(request) == Step::next && read_headers() == Step::next &&
        finish(request) == Step::next) {
        return {ParseResult::Outcome::complete, static_cast<std::size_t>(at_ - bytes.data())};
    }
    return result_;
}

void RequestParser::reset(std::string_view bytes) {
    count_ = 0;
    result_ = {};
    at_limit_ = bytes.size() >= limits_.max_header_bytes;
    at_ = bytes.data();
    end_ = at_ + std::min(bytes.size(), limits_.max_header_bytes);
    in_request_line_ = true;
    has_host_ = has_length_ = has_coding_ = chunked_ = unknown_coding_ = false;
    says_close_ = says_keep_alive_ = expects_continue_ = unknown_expectation_ = false;
}

RequestParser::Step RequestParser::need_more() noexcept {
    if (!at_limit_) return Step::stop;
    return in_request_line_ ? refuse(414, "The request line is too long.")
                            : refuse(431, "The headers are larger than this server takes.");
}

RequestParser::Step RequestParser::refuse(int status, const char* problem) noexcept {
    result_.outcome = ParseResult::Outcome::failed;
    result_.status = status;
    result_.problem = problem;
    return Step::stop;
}

// Some clients send a line break too many after a body (RFC 9112, 2.2).
RequestParser::Step RequestParser::skip_empty_line() noexcept {
    return at_ != end_ && *at_ != '\r' ? Step::next : end_line();
}

RequestParser::Step RequestParser::read_request_line(Request& request) noexcept {
    const char* start = at_;
    at_ = find_token_end(at_, end_);
    if (at_ == end_) return need_more();
    if (*at_ != ' ' || at_ == start) return refuse(400, "The request line does not begin with a method.");
    request.method = {start, at_};
    start = ++at_;
    at_ = find_target_end(at_, end_);
    if (at_ == end_) return need_more();
    if (*at_ != ' ' || at_ == start) return refuse(400, "The request target is malformed.");
    request.target = {start, at_};
    ++at_;
    return read_version(request);
}

RequestParser::Step RequestParser::read_version(Request& request) noexcept {
    const bool common = static_cast<std::size_t>(end_ - at_) >= common_version.size() &&
                        std::memcmp(at_, common_version.data(), common_version.size()) == 0;
    if (!common) return read_uncommon_version(request);
    at_ += common_version.size();
    request.version_minor = 1;
    in_request_line_ = false;
    return Step::next;
}

RequestParser::Step RequestParser::read_uncommon_version(Request& request) noexcept {
    constexpr std::string_view shape = "HTTP/d.d";
    const char* start = at_;
    for (char expected : shape) {
        if (at_ == end_) return need_more();
        if (expected == 'd' ? !is_digit(*at_) : *at_ != expected) {
            return refuse(400, "The request line does not end with an HTTP version.");
        }
        ++at_;
    }
    if (auto step = end_line(); step != Step::next) return step;
    if (start[5] != '1') return refuse(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
    request.version_minor = start[7] == '0' ? 0 : 1;
    in_request_line_ = false;
    return Step::next;
}

RequestParser::Step RequestParser::end_line() noexcept {
    if (at_ == end_) return need_more();
    if (*at_ != '\r') return refuse(400, "A line is not ended by carriage return and line feed.");
    if (at_ + 1 == end_) return need_more();
    if (at_[1] != '\n') return refuse(400, "A carriage return stands alone.");
    at_ += 2;
    return Step::next;
}

RequestParser::Step RequestParser::read_headers() {
    for (;;) {
        if (at_ == end_ || *at_ == '\r') return end_line();
        if (count_ == limits_.max_headers) return refuse(431, "There are more headers than this server takes.");
        HeaderView& header = headers_[count_];
        if (take_known_host(header)) {
            ++count_;
            continue;
        }
        if (const char* next = scan_header(at_, end_, header)) {
            at_ = next;
        } else if (auto step = read_header(header); step != Step::next) {
            return step;
        }
        ++count_;
        if (!may_matter(header.name)) continue;
        if (auto step = note(header); step != Step::next) return step;
    }
}

RequestParser::Step RequestParser::read_header(HeaderView& header) noexcept {
    const char* start = at_;
    at_ = find_token_end(at_, end_);
    if (at_ == end_) return need_more();
    if (*at_ != ':' || at_ == start) return refuse(400, "A header's name is malformed.");
    header.name = {start, at_};
    ++at_;
    while (at_ != end_ && is_blank(*at_)) ++at_;
    start = at_;
    at_ = find_value_end(at_, end_);
    if (at_ == end_) return need_more();
    const char* last = at_;
    while (last != start && is_blank(last[-1])) --last;
    header.value = {start, last};
    return *at_ == '\r' ? end_line() : refuse(400, "A header's value holds a control character.");
}

RequestParser::Step RequestParser::note(const HeaderView& header) noexcept {
    switch (header.name.size()) {
        case 4: return is_word(header.name, "host") ? note_host(header.value) : Step::next;
        case 6: return is_word(header.name, "expect") ? note_expectation(header.value) : Step::next;
        case 10:
            if (is_word(header.name, "connection")) note_connection(header.value);
            return Step::next;
        case 14: return is_word(header.name, "content-length") ? note_length(header.value) : Step::next;
        case 17: return is_word(header.name, "transfer-encoding") ? note_coding(header.value) : Step::next;
        default: return Step::next;
    }
}

RequestParser::Step RequestParser::note_host(std::string_view value) noexcept {
    if (has_host_) return refuse(400, "There is more than one Host header.");
    if (!is_host(value)) return refuse(400, "The Host header is malformed.");
    has_host_ = true;
    host_ = value;
    remember_host_line(value);
    return Step::next;
}

// Only as it is usually written, whole with its line end, so that it can be compared byte by byte.
void RequestParser::remember_host_line(std::string_view value) noexcept {
    const char* line = value.data() - host_prefix.size();
    const std::size_t size = host_prefix.size() + value.size() + 2;
    if (size > known_host_line_.size() || value.data() + value.size() + 2 != at_) return;
    if (std::memcmp(line, host_prefix.data(), host_prefix.size()) != 0) return;
    std::memcpy(known_host_line_.data(), line, size);
    known_host_line_size_ = size;
}

bool RequestParser::take_known_host(HeaderView& header) noexcept {
    const std::size_t size = known_host_line_size_;
    if (size == 0 || has_host_ || static_cast<std::size_t>(end_ - at_) < size) return false;
    if (std::memcmp(at_, known_host_line_.data(), size) != 0) return false;
    header.name = {at_, host_prefix.size() - 2};
    host_ = {at_ + host_prefix.size(), size - host_prefix.size() - 2};
    header.value = host_;
    has_host_ = true;
    at_ += size;
    return true;
}

RequestParser::Step RequestParser::note_length(std::string_view value) noexcept {
    if (has_length_) return refuse(400, "There is more than one Content-Length.");
    if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit)) {
        return refuse(400, "Content-Length is not a number.");
    }
    has_length_ = true;
    length_ = 0;
    for (char c : value) {
        if (length_ > (UINT64_MAX - 9) / 10) return refuse(413, "The body is larger than any server takes.");
        length_ = length_ * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return Step::next;
}

RequestParser::Step RequestParser::note_coding(std::string_view value) noexcept {
    has_coding_ = true;
    bool misplaced = value.empty();
    for_each_element(value, [&](std::string_view coding) {
        if (chunked_) misplaced = true;
        if (same_word(coding, "chunked")) {
            chunked_ = true;
        } else {
            unknown_coding_ = true;
        }
    });
    return misplaced ? refuse(400, "In Transfer-Encoding, chunked must stand once and last.") : Step::next;
}

RequestParser::Step RequestParser::note_expectation(std::string_view value) noexcept {
    if (same_word(value, "100-continue")) {
        expects_continue_ = true;
    } else {
        unknown_expectation_ = true;
    }
    return Step::next;
}

void RequestParser::note_connection(std::string_view value) noexcept {
    if (same_word(value, "keep-alive")) {
        says_keep_alive_ = true;
        return;
    }
    for_each_element(value, [&](std::string_view option) {
        if (same_word(option, "close")) says_close_ = true;
        if (same_word(option, "keep-alive")) says_keep_alive_ = true;
    });
}

RequestParser::Step RequestParser::finish(Request& request) noexcept {
    request.headers = {headers_.get(), count_};
    if (auto step = check_framing(request); step != Step::next) return step;
    if (!has_host_ && request.version_minor == 1) return refuse(400, "The Host header is missing.");
    if (request.version_minor == 0) {
        expects_continue_ = false;
    } else if (unknown_expectation_) {
        return refuse(417, "This server knows no expectation but 100-continue.");
    }
    keep_alive_ = !says_close_ && (request.version_minor == 1 || says_keep_alive_);
    return split_target(request);
}

RequestParser::Step RequestParser::check_framing(Request& request) noexcept {
    request.chunked = chunked_;
    request.content_length = std::nullopt;
    if (has_length_) request.content_length = length_;
    if (!has_coding_) return Step::next;
    if (has_length_) return refuse(400, "Content-Length and Transfer-Encoding exclude each other.");
    if (request.version_minor == 0) return refuse(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (unknown_coding_) return refuse(501, "This server knows no Transfer-Encoding but chunked.");
    return Step::next;
}

RequestParser::Step RequestParser::split_target(Request& request) noexcept {
    request.path = request.target;
    request.query = {};
    request.has_query = false;
    if (request.target.front() == '*' && request.target.size() == 1) {
        return request.method == "OPTIONS" ? Step::next : refuse(400, "The target * is for OPTIONS alone.");
    }
    if (request.target.front() != '/') {
        if (auto step = split_absolute_target(request); step != Step::next) return step;
    }
    const auto* mark = static_cast<const char*>(std::memchr(request.path.data(), '?', request.path.size()));
    if (mark != nullptr) {
        const auto before = static_cast<std::size_t>(mark - request.path.data());
        request.query = request.path.substr(before + 1);
        request.path = request.path.substr(0, before);
        request.has_query = true;
    }
    if (request.path.empty()) request.path = "/";
    return Step::next;
}

// "GET http://host/path": what is asked of a proxy. The two hosts must agree, or who reads which would matter.
RequestParser::Step RequestParser::split_absolute_target(Request& request) noexcept {
    std::string_view rest = request.target;
    const auto colon = rest.find("://");
    const auto scheme = rest.substr(0, std::min(colon, rest.size()));
    if (request.method == "CONNECT") return refuse(501, "This server is no proxy.");
    if (!same_word(scheme, "http") && !same_word(scheme, "https")) {
        return refuse(400, "The request target is malformed.");
    }
    rest.remove_prefix(colon + 3);
    const auto authority = rest.substr(0, std::min(rest.find_first_of("/?"), rest.size()));
    if (authority.empty() || (has_host_ && !same_header_name(authority, host_)) || !is_host(authority)) {
        return refuse(400, "The request target and the Host header disagree.");
    }
    request.path = rest.substr(authority.size());
    return Step::next;
}

}  // namespace retort::http
