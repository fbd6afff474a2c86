// regexp(pattern, text): compiled once a statement, its work bounded.
#include "retort/dialects/sqlite/regexp.hpp"

#include <sqlite3.h>

#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "retort/base/error.hpp"
#include "retort/base/pattern.hpp"

namespace retort::dialects::sqlite {

namespace {

constexpr unsigned most_steps = 1'000'000;

std::string_view regexp_text(sqlite3_value* value) {
    const auto* data = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {data == nullptr ? "" : data, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void refuse(sqlite3_context* context, const std::string& message) {
    sqlite3_result_error(context, message.c_str(), static_cast<int>(message.size()));
}

void free_pattern(void* pattern) { delete static_cast<Pattern*>(pattern); }

void tell_match(sqlite3_context* context, const Pattern& pattern, sqlite3_value** arguments) {
    Match match = pattern.match(regexp_text(arguments[1]));
    if (match != Match::gave_up) return sqlite3_result_int(context, match == Match::found ? 1 : 0);
    refuse(context, "the pattern \"" + std::string(regexp_text(arguments[0])) +
                        "\" of REGEXP takes too long to match: it goes back over the text too often.");
}

void run_regexp(sqlite3_context* context, int, sqlite3_value** arguments) noexcept {
    auto is_null = [](sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; };
    if (is_null(arguments[0]) || is_null(arguments[1])) return sqlite3_result_null(context);
    try {
        if (const auto* kept = static_cast<Pattern*>(sqlite3_get_auxdata(context, 0))) {
            return tell_match(context, *kept, arguments);
        }
        auto made = std::make_unique<Pattern>(regexp_text(arguments[0]),
                                              PatternOptions{.utf8 = true, .most_steps = most_steps});
        tell_match(context, *made, arguments);
        // SQLite may free it at once.
        sqlite3_set_auxdata(context, 0, made.release(), &free_pattern);
    } catch (const ArgumentError& error) {
        refuse(context, error.message());
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

}  // namespace

void add_regexp(sqlite3* db) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    sqlite3_create_function_v2(db, "regexp", 2, flags, nullptr, &run_regexp, nullptr, nullptr, nullptr);
}

}  // namespace retort::dialects::sqlite
