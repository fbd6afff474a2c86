// Regular expressions by PCRE2, whose matcher keeps its state off the fiber's stack.
#include "retort/base/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <cstdint>
#include <string>
#include <utility>

#include "retort/base/error.hpp"

namespace retort {

namespace {

[[noreturn]] void refuse(std::string_view expression, int error, std::size_t offset) {
    PCRE2_UCHAR8 text[256];
    pcre2_get_error_message_8(error, text, sizeof text);
    throw ArgumentError("invalid-pattern"_code,
                        "the pattern \"" + std::string(expression) + "\" is no regular expression: " +
                            reinterpret_cast<const char*>(text) + " at character " + std::to_string(offset + 1) + ".",
                        "escape characters that mean themselves, as in \"a\\\\.com\"");
}

std::uint32_t flags_of(const PatternOptions& options) {
    std::uint32_t flags = PCRE2_DOLLAR_ENDONLY;
    if (options.from_start) flags |= PCRE2_ANCHORED;
    if (options.ignore_case) flags |= PCRE2_CASELESS;
    if (options.utf8) flags |= PCRE2_UTF | PCRE2_MATCH_INVALID_UTF;
    return flags;
}

}  // namespace

struct Pattern::Code {
    pcre2_code_8* code = nullptr;
    pcre2_match_context_8* limits = nullptr;

    ~Code() {
        pcre2_match_context_free_8(limits);
        pcre2_code_free_8(code);
    }
};

Pattern::Pattern(std::string_view expression, PatternOptions options) {
    auto made = std::make_shared<Code>();
    int error = 0;
    std::size_t offset = 0;
    made->code = pcre2_compile_8(reinterpret_cast<PCRE2_SPTR8>(expression.data()), expression.size(), flags_of(options),
                                 &error, &offset, nullptr);
    if (made->code == nullptr) refuse(expression, error, offset);
    made->limits = pcre2_match_context_create_8(nullptr);
    pcre2_set_match_limit_8(made->limits, options.most_steps);
    code_ = std::move(made);
}

Match Pattern::match(std::string_view text) const {
    pcre2_match_data_8* data = pcre2_match_data_create_from_pattern_8(code_->code, nullptr);
    int result =
        pcre2_match_8(code_->code, reinterpret_cast<PCRE2_SPTR8>(text.data()), text.size(), 0, 0, data, code_->limits);
    pcre2_match_data_free_8(data);
    if (result >= 0) return Match::found;
    return result == PCRE2_ERROR_NOMATCH ? Match::none : Match::gave_up;
}

}  // namespace retort
