// The document value: copying, moving, access and comparison.
#include "retort/base/json.hpp"

#include <algorithm>
#include <charconv>

#include "retort/base/json_place.hpp"
#include "retort/base/suggest.hpp"
#include "retort/base/text.hpp"

namespace retort {

JsonParseError::JsonParseError(std::string message, std::string hint, std::size_t offset, std::size_t line,
                               std::size_t column)
    : Error("invalid-json"_code, std::move(message), std::move(hint)), offset_(offset), line_(line), column_(column) {}

json::json(const json& other) : integer_(0) { copy_from(other); }

// Not inline: inside a std::variant, g++ 12 takes an inlined one for a read of what was never written.
json::json(json&& other) noexcept { take(other); }

json& json::operator=(json other) & noexcept {
    adopt(other);
    return *this;
}

json json::integer_from_digits(std::string digits) {
    json result;
    result.set_text(std::move(digits));
    std::int64_t small = 0;
    auto [end, failure] = std::from_chars(result.text_.data(), result.text_.data() + result.text_.size(), small);
    result.kind_ = Kind::number;
    if (failure == std::errc{} && end == result.text_.data() + result.text_.size()) result = json(small);
    return result;
}

void json::copy_from(const json& other) {
    switch (other.kind_) {
        case Kind::null:
        case Kind::boolean:
        case Kind::integer:
        case Kind::real: integer_ = other.integer_; break;
        case Kind::number:
        case Kind::text: new (&text_) std::string(other.text_); break;
        case Kind::array: new (&array_) JsonArray(other.array_); break;
        case Kind::object: new (&object_) JsonObject(other.object_); break;
    }
    kind_ = other.kind_;
}

void json::adopt(json& other) noexcept {
    if (kind_ >= Kind::number) destroy();
    take(other);
}

void json::destroy() noexcept {
    if (kind_ == Kind::array) {
        array_.~JsonArray();
    } else if (kind_ == Kind::object) {
        object_.~JsonObject();
    } else {
        text_.~basic_string();
    }
    kind_ = Kind::null;
}

void json::assign(bool value) noexcept {
    integer_ = 0;
    boolean_ = value;
    kind_ = Kind::boolean;
}

void json::assign(std::int64_t value) noexcept {
    integer_ = value;
    kind_ = Kind::integer;
}

void json::assign(std::uint64_t value) {
    if (value <= static_cast<std::uint64_t>(INT64_MAX)) return assign(static_cast<std::int64_t>(value));
    set_text(std::to_string(value));
    kind_ = Kind::number;
}

void json::assign(double value) noexcept {
    real_ = value;
    kind_ = Kind::real;
}

void json::assign(std::string_view value) {
    if (kind_ >= Kind::number) destroy();
    new (&text_) std::string(value);
    kind_ = Kind::text;
}
void json::assign(Date value) { set_text(DateTime{value, Time{}}.to_http()); }
void json::assign(DateTime value) { set_text(value.to_http()); }

void json::set_text(std::string&& text) noexcept {
    if (kind_ >= Kind::number) destroy();
    new (&text_) std::string(std::move(text));
    kind_ = Kind::text;
}

JsonArray& json::make_array() {
    if (kind_ == Kind::null) {
        new (&array_) JsonArray();
        kind_ = Kind::array;
    }
    if (kind_ != Kind::array) wrong_kind("an array");
    return array_;
}

JsonObject& json::make_object() {
    if (kind_ == Kind::null) {
        new (&object_) JsonObject();
        kind_ = Kind::object;
    }
    if (kind_ != Kind::object) wrong_kind("an object");
    return object_;
}

const char* json::kind_name() const noexcept {
    switch (kind_) {
        case Kind::null: return "null";
        case Kind::boolean: return "a boolean";
        case Kind::integer:
        case Kind::number: return "an integer";
        case Kind::real: return "a number with a fraction";
        case Kind::text: return "a text";
        case Kind::array: return "an array";
        case Kind::object: return "an object";
    }
    return "unknown";
}

void json::wrong_kind(const char* wanted) const {
    throw JsonTypeError("json-type"_code,
                        std::string{"this JSON value is "} + kind_name() + ", and " + wanted + " was asked for.",
                        "ask kind() or is_text(), is_object(), … first, or check the document's shape");
}

std::string json::text() && { return std::move(const_cast<std::string&>(text())); }
const std::string& json::text() const& {
    if (kind_ != Kind::text) wrong_kind("a text");
    return text_;
}

const std::string& json::digits() const {
    if (kind_ != Kind::number) wrong_kind("an integer beyond 64 bits");
    return text_;
}

bool json::to_bool() const {
    if (kind_ != Kind::boolean) wrong_kind("a boolean");
    return boolean_;
}

std::int64_t json::to_integer(std::int64_t least, std::int64_t most) const {
    if (kind_ == Kind::integer && integer_ >= least && integer_ <= most) return integer_;
    if (!is_integer()) wrong_kind("an integer");
    throw JsonTypeError("json-range"_code,
                        "the JSON integer " + dump() + " is not between " + std::to_string(least) + " and " +
                            std::to_string(most) + ".",
                        "read it as a wider type, such as as<std::int64_t>() or as<double>()");
}

std::uint64_t json::to_unsigned(std::uint64_t most) const {
    if (!is_integer()) wrong_kind("an integer");
    std::uint64_t value = 0;
    bool fits = kind_ == Kind::integer && integer_ >= 0;
    if (fits) value = static_cast<std::uint64_t>(integer_);
    if (kind_ == Kind::number) {
        auto end = text_.data() + text_.size();
        auto result = std::from_chars(text_.data(), end, value);
        fits = result.ec == std::errc{} && result.ptr == end;
    }
    if (fits && value <= most) return value;
    throw JsonTypeError("json-range"_code,
                        "the JSON integer " + dump() + " is not between 0 and " + std::to_string(most) + ".",
                        "read it as a wider type, such as as<std::int64_t>() or as<double>()");
}

double json::to_real() const {
    if (kind_ == Kind::real) return real_;
    if (kind_ == Kind::integer) return static_cast<double>(integer_);
    if (kind_ != Kind::number) wrong_kind("a number");
    double value = 0;
    auto result = std::from_chars(text_.data(), text_.data() + text_.size(), value);
    if (result.ec == std::errc{}) return value;
    throw JsonTypeError("json-range"_code,
                        "a JSON integer of " + std::to_string(text_.size()) + " digits does not fit into a double.",
                        "read its digits with dump()");
}

std::size_t json::size() const noexcept {
    return kind_ == Kind::array ? array_.size() : kind_ == Kind::object ? object_.size() : 0;
}

json& json::operator[](std::string_view key) & { return make_object()[key]; }
json json::operator[](std::string_view key) && { return std::move((*this)[key]); }

json* json::find(std::string_view key) noexcept { return kind_ == Kind::object ? object_.find(key) : nullptr; }
const json* json::find(std::string_view key) const noexcept {
    return kind_ == Kind::object ? object_.find(key) : nullptr;
}

json json::get(std::string_view key) && {
    json* member = find(key);
    return member == nullptr ? json() : std::move(*member);
}
const json& json::get(std::string_view key) const& noexcept {
    static const json missing;
    const json* member = find(key);
    return member == nullptr ? missing : *member;
}

std::string json::get(std::string_view key, const char* otherwise) const {
    return get<std::string>(key, std::string(otherwise));
}

const json& json::at(std::string_view key) const& { return const_cast<json*>(this)->at(key); }
json json::at(std::string_view key) && { return std::move(at(key)); }
json& json::at(std::string_view key) & {
    if (kind_ != Kind::object) wrong_kind("an object");
    if (json* member = object_.find(key)) return *member;
    std::vector<std::string_view> known;
    for (const auto& member : object_.members()) known.push_back(member.key);
    throw JsonKeyError("json-missing-key"_code, "the JSON object has no \"" + std::string{key} + "\".",
                       did_you_mean_hint(key, known, "use find(), contains() or get() where it may be missing"));
}

bool json::erase(std::string_view key) { return kind_ == Kind::object && object_.erase(key); }

json& json::element(std::int64_t position) {
    if (kind_ != Kind::array) wrong_kind("an array");
    if (position >= 0 && static_cast<std::size_t>(position) < array_.size()) {
        return array_[static_cast<std::size_t>(position)];
    }
    throw JsonKeyError("json-missing-element"_code,
                       "the JSON array has " + std::to_string(array_.size()) + " elements and no number " +
                           std::to_string(position) + ".",
                       "compare with size() first");
}

json& json::push_back(json value) & {
    json& last = make_array().emplace_back();
    last.take(value);
    return last;
}

const json* json::begin() const { return const_cast<json*>(this)->begin(); }
const json* json::end() const { return const_cast<json*>(this)->end(); }
json* json::begin() {
    if (kind_ != Kind::array) wrong_kind("an array");
    return array_.data();
}
json* json::end() { return begin() + array_.size(); }

std::vector<JsonMember> json::items() && {
    auto members = items();
    return {std::move_iterator(members.begin()), std::move_iterator(members.end())};
}
std::span<JsonMember> json::items() & {
    if (kind_ != Kind::object) wrong_kind("an object");
    return object_.members();
}
std::span<const JsonMember> json::items() const& { return const_cast<json*>(this)->items(); }

namespace {

bool same_members(const JsonObject& left, const JsonObject& right) {
    if (left.size() != right.size()) return false;
    for (const auto& member : left.members()) {
        const json* other = right.find(member.key);
        if (other == nullptr || !(*other == member.value)) return false;
    }
    return true;
}

bool same_number(const json& left, const json& right) {
    if (left.kind() == json::Kind::number || right.kind() == json::Kind::number) return false;
    return left.to_real() == right.to_real();
}

}  // namespace

bool json::equal(const json& left, const json& right) {
    if (left.kind_ != right.kind_) return left.is_number() && right.is_number() && same_number(left, right);
    switch (left.kind_) {
        case Kind::null: return true;
        case Kind::boolean: return left.boolean_ == right.boolean_;
        case Kind::integer: return left.integer_ == right.integer_;
        case Kind::real: return left.real_ == right.real_;
        case Kind::number:
        case Kind::text: return left.text_ == right.text_;
        case Kind::array: return std::equal(left.begin(), left.end(), right.begin(), right.end());
        case Kind::object: return same_members(left.object_, right.object_);
    }
    return false;
}

}  // namespace retort
