// How tags, dates and ranges of a request are compared with those of a response.
#include "retort/web/conditional.hpp"

#include <algorithm>
#include <charconv>

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/file_body.hpp"
#include "retort/web/http_date.hpp"
#include "retort/web/request.hpp"
#include "retort/web/response.hpp"
#include "retort/web/signing.hpp"

namespace retort {
namespace detail {
namespace {

bool holds(const std::vector<std::string>& tags, std::string_view tag) {
    return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

/// The text of `"x"` or `W/"x"`.
std::string_view tag_text(std::string_view tag) {
    if (tag.starts_with("W/") || tag.starts_with("w/")) tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    return tag;
}

std::optional<std::int64_t> number(std::string_view text) {
    std::int64_t value = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = failure == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{value} : std::nullopt;
}

/// Whether the response is at most as new as that date; a response's date is cut to seconds.
bool not_newer(const Response& response, std::string_view date) {
    if (date.empty()) return false;
    auto since = parse_http_date(date);
    auto changed = parse_http_date(response.headers().get("Last-Modified").value_or(""));
    return since && changed && *changed <= *since;
}

bool is_conditional(Request& request) {
    for (auto name : {"If-None-Match", "If-Modified-Since", "If-Match"}) {
        if (request.headers().contains(name)) return true;
    }
    return false;
}

}  // namespace

EntityTags::EntityTags(std::string_view header) {
    while (!header.empty()) {
        auto at = header.find_first_not_of(" \t,");
        if (at == std::string_view::npos) return;
        header.remove_prefix(at);
        bool is_weak = header.starts_with("W/") || header.starts_with("w/");
        if (is_weak) header.remove_prefix(2);
        bool quoted = header.starts_with('"');
        auto end = std::min(quoted ? header.find('"', 1) : header.find_first_of(" \t,"), header.size());
        std::string tag{header.substr(quoted ? 1 : 0, end - (quoted ? 1 : 0))};
        header.remove_prefix(std::min(end + 1, header.size()));
        if (tag == "*" && !quoted) any = true;
        (is_weak ? weak : strong).push_back(std::move(tag));
    }
}

bool EntityTags::contains(std::string_view tag) const { return any || holds(strong, tag); }
bool EntityTags::contains_weak(std::string_view tag) const { return contains(tag) || holds(weak, tag); }

bool is_resource_modified(Request& request, const Response& response, bool with_if_range) {
    auto headers = request.headers();
    auto if_range = with_if_range ? headers.get("If-Range", "") : std::string_view{};
    bool range_by_date = !if_range.empty() && parse_http_date(if_range).has_value();
    bool unmodified = not_newer(response, range_by_date ? if_range : headers.get("If-Modified-Since", ""));
    auto own = response.headers().get("ETag");
    if (!own) return !unmodified;
    auto tag = tag_text(*own);
    if (!if_range.empty() && !range_by_date) return !EntityTags{if_range}.contains(tag);
    EntityTags none_match{headers.get("If-None-Match", "")};
    if (!none_match.empty()) unmodified = none_match.contains_weak(tag);
    EntityTags match{headers.get("If-Match", "")};
    // A weak tag is never a strong match.
    if (!match.empty()) unmodified = own->starts_with("W/") || !match.contains(tag);
    return !unmodified;
}

std::optional<ByteRange> single_range(std::string_view header, std::uint64_t length) {
    auto equals = header.find('=');
    if (equals == std::string_view::npos || !iequals(trim(header.substr(0, equals)), "bytes")) return std::nullopt;
    auto range = trim(header.substr(equals + 1));
    auto dash = range.find('-');
    if (dash == std::string_view::npos) return std::nullopt;
    auto first = trim(range.substr(0, dash)), last = trim(range.substr(dash + 1));
    auto begin = number(first), end = number(last);
    // A last byte beyond all numbers is beyond the end of the file.
    if (!end && last.size() > 18 && last.find_first_not_of("0123456789") == std::string_view::npos) end = INT64_MAX - 1;
    if (first.empty()) {
        if (!end || *end < 0 || last.starts_with('+')) return std::nullopt;
        auto count = static_cast<std::uint64_t>(*end);
        return count > 0 && count <= length ? std::optional{ByteRange{length - count, length}} : std::nullopt;
    }
    if (!begin || *begin < 0 || (!last.empty() && (!end || *end < *begin))) return std::nullopt;
    auto from = static_cast<std::uint64_t>(*begin);
    auto to = last.empty() ? length : std::min(static_cast<std::uint64_t>(*end) + 1, length);
    return from < length ? std::optional{ByteRange{from, to}} : std::nullopt;
}

std::optional<ByteRange> take_range(Request& request, Response& response, std::uint64_t length) {
    auto asked = request.headers().get("Range");
    bool get = request.method() == GET || request.method() == HEAD;
    if (!get || !asked || length == 0) return std::nullopt;
    if (request.headers().contains("If-Range") && is_resource_modified(request, response, true)) return std::nullopt;
    auto range = single_range(*asked, length);
    if (!range) throw RequestedRangeNotSatisfiable({}, length);
    response.set_status(206);
    response.headers().set("Accept-Ranges", "bytes");
    response.headers().set("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                                std::to_string(range->second - 1) + "/" + std::to_string(length));
    return range;
}

void answer_condition(Request& request, Response& response) {
    bool get = request.method() == GET || request.method() == HEAD;
    if (!get || !is_conditional(request)) return;
    if (response.status_code() == 206 || is_resource_modified(request, response, false)) return;
    bool must_match = !EntityTags{request.headers().get("If-Match", "")}.empty();
    response.set_status(must_match ? 412 : 304);
    response.set_text("");
    remove_entity_headers(response.headers());
}

void remove_entity_headers(http::Headers& headers) {
    for (auto name : {"Allow", "Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Range",
                      "Content-Type", "Last-Modified"}) {
        headers.remove(name);
    }
}

}  // namespace detail

void Response::set_etag(std::string_view tag, bool weak) {
    const auto fits = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '"'; };
    if (!std::all_of(tag.begin(), tag.end(), fits)) {
        throw ArgumentError("invalid-etag"_code,
                            "an ETag holds no quote, blank or control character: " + std::string{tag},
                            "give the tag alone, set_etag(\"v1\"); a weak one is set_etag(\"v1\", true)");
    }
    message_.headers.set("ETag", (weak ? "W/\"" : "\"") + std::string{tag} + "\"");
}

void Response::add_etag(bool weak) {
    if (message_.headers.contains("ETag")) return;
    if (!message_.stream) return set_etag(detail::hex(detail::sha1(message_.body)), weak);
    // A stream stays without one: that of its body, which is nothing yet, would be the same for all of them.
    if (auto* body = message_.stream.target<detail::FileBody>()) set_etag(body->file->tag(), weak);
}

void Response::set_last_modified(DateTime when) { message_.headers.set("Last-Modified", when.to_http()); }

Response& Response::make_conditional(Request& request, bool accept_ranges) {
    if (accept_ranges && !message_.stream) {
        if (auto range = detail::take_range(request, *this, message_.body.size())) {
            message_.body = message_.body.substr(range->first, range->second - range->first);
        }
    }
    detail::answer_condition(request, *this);
    return *this;
}

}  // namespace retort
