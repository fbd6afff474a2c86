// regexp(pattern, text) by PCRE2: compiled once a statement, its work bounded.
#include "retort/dialects/sqlite/regexp.hpp"

#include <pcre2.h>
#include <sqlite3.h>

#include <string>
#include <string_view>

namespace retort::dialects::sqlite {

namespace {

constexpr std::uint32_t regexp_limit = 1'000'000;

std::string_view regexp_text(sqlite3_value* value) {
    const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

std::string pattern_error(int error) {
    PCRE2_UCHAR text[256];
    pcre2_get_error_message(error, text, sizeof text);
    return reinterpret_cast<const char*>(text);
}

void refuse_pattern(sqlite3_context* context, std::string_view pattern, int error) {
    std::string message = "the pattern \"" + std::string(pattern) + "\" of REGEXP: " + pattern_error(error);
    sqlite3_result_error(context, message.c_str(), static_cast<int>(message.size()));
}

void free_pattern(void* code) { pcre2_code_free(static_cast<pcre2_code*>(code)); }

/// Null when it is no pattern, which the statement then says.
pcre2_code* compile_pattern(sqlite3_context* context, std::string_view pattern) {
    int error = 0;
    std::size_t offset = 0;
    auto* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                               PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY, &error, &offset, nullptr);
    if (code == nullptr) refuse_pattern(context, pattern, error);
    return code;
}

int match_pattern(const pcre2_code* code, std::string_view text) {
    auto* limits = pcre2_match_context_create(nullptr);
    pcre2_set_match_limit(limits, regexp_limit);
    auto* data = pcre2_match_data_create_from_pattern(code, nullptr);
    int result = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, 0, data, limits);
    pcre2_match_data_free(data);
    pcre2_match_context_free(limits);
    return result;
}

void run_regexp(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
    auto is_null = [](sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; };
    if (is_null(arguments[0]) || is_null(arguments[1])) return sqlite3_result_null(context);
    auto pattern = regexp_text(arguments[0]);
    auto* kept = static_cast<pcre2_code*>(sqlite3_get_auxdata(context, 0));
    auto* code = kept != nullptr ? kept : compile_pattern(context, pattern);
    if (code == nullptr) return;
    int result = match_pattern(code, regexp_text(arguments[1]));
    if (result < 0 && result != PCRE2_ERROR_NOMATCH) {
        refuse_pattern(context, pattern, result);
    } else {
        sqlite3_result_int(context, result >= 0 ? 1 : 0);
    }
    // SQLite may free it at once.
    if (kept == nullptr) sqlite3_set_auxdata(context, 0, code, &free_pattern);
}

}  // namespace

void add_regexp(sqlite3* db) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_function_v2(db, "regexp", 2, flags, nullptr, &run_regexp, nullptr, nullptr, nullptr);
}

}  // namespace retort::dialects::sqlite
