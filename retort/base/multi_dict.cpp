// Look-up in pairs, and text read as numbers.
#include "retort/base/multi_dict.hpp"

#include <charconv>
#include <unordered_set>

#include "retort/base/json.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"

namespace retort {
namespace {

template <class Number>
std::optional<Number> read_number(std::string_view text) {
    text = trim(text);
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    Number number{};
    auto end = text.data() + text.size();
    auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc{} || result.ptr != end) return std::nullopt;
    return number;
}

}  // namespace

std::optional<std::int64_t> detail::text_to_integer(std::string_view text) { return read_number<std::int64_t>(text); }
std::optional<double> detail::text_to_real(std::string_view text) { return read_number<double>(text); }

std::optional<bool> detail::text_to_bool(std::string_view text) {
    for (auto word : {"1", "true", "t", "yes", "y", "on"}) {
        if (iequals(text, word)) return true;
    }
    for (auto word : {"0", "false", "f", "no", "n", "off"}) {
        if (iequals(text, word)) return false;
    }
    return std::nullopt;
}

const std::string* MultiDict::find(std::string_view key) const noexcept {
    for (const auto& [name, value] : pairs_) {
        if (name == key) return &value;
    }
    return nullptr;
}

MultiDict::MultiDict(std::vector<Pair> pairs) : pairs_(std::move(pairs)) {}

void MultiDict::add(std::string key, std::string value) { pairs_.emplace_back(std::move(key), std::move(value)); }

const std::string& MultiDict::operator[](std::string_view key) const {
    if (const std::string* value = find(key)) return *value;
    std::vector<std::string_view> known;
    known.reserve(pairs_.size());
    for (const auto& pair : pairs_) known.push_back(pair.first);
    throw KeyError("missing-key"_code, "there is no \"" + std::string{key} + "\" here.",
                   did_you_mean_hint(key, known, "use get(\"…\") or contains(\"…\") where it may be missing"));
}

std::optional<std::string> MultiDict::get(std::string_view key) const {
    const std::string* value = find(key);
    return value == nullptr ? std::nullopt : std::optional{*value};
}

std::string MultiDict::get(std::string_view key, std::string_view otherwise) const {
    const std::string* value = find(key);
    return value == nullptr ? std::string{otherwise} : *value;
}

std::vector<std::string> MultiDict::getlist(std::string_view key) const {
    std::vector<std::string> values;
    for (const auto& [name, value] : pairs_) {
        if (name == key) values.push_back(value);
    }
    return values;
}

std::vector<MultiDict::Pair> MultiDict::first_values() const {
    std::vector<Pair> firsts;
    std::unordered_set<std::string_view> seen;
    for (const auto& pair : pairs_) {
        if (seen.insert(pair.first).second) firsts.push_back(pair);
    }
    return firsts;
}

json MultiDict::to_json() const {
    json object = json::object();
    for (const auto& [key, value] : pairs_) object[key].push_back(value);
    return object;
}

json MultiDict::to_dict(bool flat) const {
    if (!flat) return to_json();
    json object = json::object();
    for (const auto& [key, value] : first_values()) object[key] = value;
    return object;
}

}  // namespace retort
