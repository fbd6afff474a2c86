// Writing JSON straight into a string, without a document.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/json.hpp"

namespace retort {

/// Appends JSON to a string, value by value.
///
///     JsonWriter writer{out};
///     writer.begin_object();
///     writer.key("id").value(1).key("name").value("x");
///     writer.end_object();
///
/// Keys are written in the order given; only documents are sorted. Each `begin` needs its `end`, each key its value.
/// Broken UTF-8 becomes U+FFFD, so that a bad row never spoils an answer.
class JsonWriter {
  public:
    explicit JsonWriter(std::string& out, const JsonFormat& format = {}) : out_(out), format_(format) {}

    JsonWriter& begin_object() { return open('{'); }
    JsonWriter& end_object() { return close('}'); }
    JsonWriter& begin_array() { return open('['); }
    JsonWriter& end_array() { return close(']'); }
    JsonWriter& key(std::string_view name);

    JsonWriter& value(std::nullptr_t) { return word("null"); }
    JsonWriter& value(std::same_as<bool> auto truth) { return word(truth ? "true" : "false"); }
    JsonWriter& value(detail::JsonInteger auto number) {
        if constexpr (std::signed_integral<decltype(number)>) {
            return integer(number);
        } else {
            return natural(number);
        }
    }
    /// Throws JsonTypeError("json-not-finite").
    JsonWriter& value(double number);
    JsonWriter& value(std::string_view text);
    JsonWriter& value(const char* text) { return value(std::string_view{text}); }
    JsonWriter& value(const std::string& text) { return value(std::string_view{text}); }
    /// A whole document; keys sorted if the format says so.
    JsonWriter& value(const json& document);

  private:
    JsonWriter& open(char bracket);
    JsonWriter& close(char bracket);
    JsonWriter& word(std::string_view text);
    JsonWriter& integer(std::int64_t number);
    JsonWriter& natural(std::uint64_t number);
    bool scalar(const json& value);
    void separate();
    void line();
    void quote(std::string_view text, bool comma, bool colon);

    std::string& out_;
    JsonFormat format_;
    int depth_ = 0;
    bool comma_ = false;
    bool after_key_ = false;
};

/// Appends a double as Python's repr writes it: the shortest digits that read back, `1.0`, `1e+16`, `1e-05`.
/// `inf` and `nan` as Python writes them.
void append_real(std::string& out, double number);

}  // namespace retort
