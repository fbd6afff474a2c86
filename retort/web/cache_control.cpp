// How the directives are written and read.
#include "retort/web/cache_control.hpp"

#include <charconv>
#include <cstdint>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/response.hpp"

namespace retort {
namespace {

struct Flag {
    std::string_view name;
    CacheFlag CacheControl::* member;
};
constexpr Flag flags[] = {{"no-cache", &CacheControl::no_cache},
                          {"no-store", &CacheControl::no_store},
                          {"no-transform", &CacheControl::no_transform},
                          {"must-revalidate", &CacheControl::must_revalidate},
                          {"proxy-revalidate", &CacheControl::proxy_revalidate},
                          {"public", &CacheControl::is_public},
                          {"private", &CacheControl::is_private},
                          {"immutable", &CacheControl::immutable}};

struct Age {
    std::string_view name;
    std::optional<Seconds> CacheControl::* member;
};
constexpr Age ages[] = {{"max-age", &CacheControl::max_age},
                        {"s-maxage", &CacheControl::s_maxage},
                        {"stale-while-revalidate", &CacheControl::stale_while_revalidate},
                        {"stale-if-error", &CacheControl::stale_if_error}};

void read_directive(CacheControl& control, std::string_view text) {
    auto equals = text.find('=');
    auto name = trim(text.substr(0, equals));
    for (auto& flag : flags) {
        if (iequals(flag.name, name)) control.*flag.member = true;
    }
    if (equals == std::string_view::npos) return;
    auto digits = trim(text.substr(equals + 1));
    if (digits.size() >= 2 && digits.front() == '"') digits = digits.substr(1, digits.size() - 2);
    std::int64_t value = 0;
    if (std::from_chars(digits.data(), digits.data() + digits.size(), value).ec != std::errc{}) return;
    for (auto& age : ages) {
        if (iequals(age.name, name)) control.*age.member = value;
    }
}

}  // namespace

CacheControl CacheControl::parse(std::string_view header) {
    CacheControl control;
    for (auto piece : split(header, ',')) read_directive(control, trim(piece));
    return control;
}

std::string CacheControl::to_string() const {
    std::string text;
    auto add = [&text](const std::string& directive) { text += (text.empty() ? "" : ", ") + directive; };
    for (auto& flag : flags) {
        if (this->*flag.member) add(std::string{flag.name});
    }
    for (auto& age : ages) {
        if (auto& value = this->*age.member) add(std::string{age.name} + "=" + std::to_string(value->count()));
    }
    return text;
}

ChangedCacheControl::ChangedCacheControl(Response& response)
    : CacheControl(std::as_const(response).cache_control()), response_(response), before_(*this) {}

ChangedCacheControl::~ChangedCacheControl() {
    if (static_cast<CacheControl&>(*this) != before_) response_.set_cache_control(*this);
}

ChangedCacheControl Response::cache_control() { return ChangedCacheControl{*this}; }

const CacheControl Response::cache_control() const {  // NOLINT
    return CacheControl::parse(message_.headers.get("Cache-Control").value_or(""));
}

void Response::set_cache_control(const CacheControl& control) {
    auto text = control.to_string();
    if (text.empty()) return message_.headers.remove("Cache-Control");
    message_.headers.set("Cache-Control", text);
}

}  // namespace retort
