// Cutting a template into words, with the rules of Jinja for white space around tags.
#include "retort/template/lexer.hpp"

#include <algorithm>
#include <optional>

#include "retort/base/text.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/signs.hpp"
#include "retort/template/stable_sort.hpp"

namespace retort::templates {

Options::Options() = default;
Options::Options(const Options& other) = default;
Options::Options(Options&& other) noexcept = default;
Options& Options::operator=(const Options& other) = default;
Options::~Options() = default;

std::string describe(const Token& token) {
    return token.kind == TokenKind::name ? token.text : std::string{describe(token.kind)};
}

namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1C && c <= 0x1F); }
bool is_word(char c) { return is_ascii_alphanumeric(c) || c == '_'; }
bool is_combining(char32_t point) { return point >= 0x300 && point <= 0x36F; }

/// How many bytes of white space, or of a name, `text` begins with: one character, or 0.
std::size_t space_size(std::string_view text) {
    if ((text[0] & 0x80) == 0) return is_space(text[0]) ? 1 : 0;
    auto step = read_utf8(text);
    return step.valid && is_white(step.point) ? step.size : 0;
}
std::size_t word_size(std::string_view text) {
    if ((text[0] & 0x80) == 0) return is_word(text[0]) ? 1 : 0;
    auto step = read_utf8(text);
    return step.valid && (is_word_point(step.point) || is_combining(step.point)) ? step.size : 0;
}

/// What may begin a tag.
enum class Start : std::uint8_t { comment, block, variable, line_statement, line_comment, raw };
struct Rule {
    Start start;
    std::string_view sign;
};

struct Found {
    Start start = Start::block;
    std::size_t begin = 0, end = 0;  ///< of the sign, with the white space that belongs to it
    char control = 0;                ///< '-', '+' or 0
};

std::string normalized(std::string_view source, const Options& options) {
    std::string out;
    out.reserve(source.size());
    for (std::size_t at = 0; at < source.size(); ++at) {
        if (source[at] != '\r') {
            out += source[at];
            continue;
        }
        out += '\n';
        if (at + 1 < source.size() && source[at + 1] == '\n') ++at;
    }
    if (!options.keep_trailing_newline && !out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

class Lexer {
  public:
    Lexer(std::string_view source, const Options& options)
        : options_(options), owned_(normalized(source, options)), source_(owned_) {
        rules_ = {{Start::comment, options.comment_start},
                  {Start::block, options.block_start},
                  {Start::variable, options.variable_start}};
        if (!options.line_statement_prefix.empty()) {
            rules_.push_back({Start::line_statement, options.line_statement_prefix});
        }
        if (!options.line_comment_prefix.empty()) rules_.push_back({Start::line_comment, options.line_comment_prefix});
        sort_stably(rules_, [](const Rule& a, const Rule& b) { return a.sign.size() > b.sign.size(); });
        for (auto& rule : rules_) starts_[static_cast<unsigned char>(rule.sign[0])] = true;
    }

    std::vector<Token> run() {
        while (!failed_ && at_ < source_.size()) root();
        // As in Jinja, the template ends in the line of its last word: what is left out at the end does not count.
        if (!failed_) tokens_.push_back({TokenKind::end, tokens_.empty() ? 1 : tokens_.back().line, {}});
        return std::move(tokens_);
    }

  private:
    // Tokens

    void push(TokenKind kind, std::string text) { tokens_.push_back({kind, line_, std::move(text)}); }
    void fail(std::string message) {
        push(TokenKind::error, std::move(message));
        failed_ = true;
    }
    void count_lines(std::size_t from, std::size_t to) {
        line_ += static_cast<int>(std::count(source_.begin() + static_cast<std::ptrdiff_t>(from),
                                             source_.begin() + static_cast<std::ptrdiff_t>(to), '\n'));
    }
    bool follows(std::size_t at, std::string_view text) const { return source_.compare(at, text.size(), text) == 0; }
    /// Behind the characters from `at` on of which `size_of` says how long each is.
    std::size_t skip(std::size_t at, std::size_t (*size_of)(std::string_view)) const {
        while (at < source_.size()) {
            auto size = size_of(source_.substr(at));
            if (size == 0) break;
            at += size;
        }
        return at;
    }
    std::size_t skip_space(std::size_t at) const { return skip(at, space_size); }
    /// Goes on behind `to`; what lies between is part of a tag.
    void move_to(std::size_t to) {
        if (to > at_) line_starting_ = source_[to - 1] == '\n';
        count_lines(at_, to);
        at_ = to;
    }

    void data(std::string_view text) {
        if (text.empty()) return;
        if (options_.newline == "\n") return push(TokenKind::data, std::string{text});
        std::string out;
        for (char c : text) {
            if (c == '\n') {
                out += options_.newline;
            } else {
                out += c;
            }
        }
        push(TokenKind::data, std::move(out));
    }

    // Outside of tags

    void root() {
        auto found = find_tag();
        if (!found) {
            data(source_.substr(at_));
            at_ = source_.size();
            return;
        }
        data(stripped(source_.substr(at_, found->begin - at_), *found));
        count_lines(at_, found->begin);
        at_ = found->begin;
        move_to(found->end);
        switch (found->start) {
            case Start::raw: return raw();
            case Start::comment: return comment();
            case Start::line_comment: return line_comment();
            case Start::variable:
                push(TokenKind::variable_begin, {});
                return inside(Start::variable, TokenKind::variable_end);
            default: push(TokenKind::block_begin, {}); return inside(found->start, TokenKind::block_end);
        }
    }

    std::string_view stripped(std::string_view text, const Found& tag) const {
        if (tag.control == '-') {
            text = strip_right(text);
        } else if (tag.control != '+' && options_.lstrip_blocks && tag.start != Start::variable) {
            auto line = text.rfind('\n') + 1;
            bool blank = line < text.size() && strip_right(text.substr(line)).empty();
            if ((line > 0 || line_starting_) && blank) text = text.substr(0, line);
        }
        return text;
    }

    std::optional<Found> find_tag() const {
        bool lines = !options_.line_statement_prefix.empty() || !options_.line_comment_prefix.empty();
        for (std::size_t at = at_; at < source_.size(); ++at) {
            if (!lines && !starts_[static_cast<unsigned char>(source_[at])]) continue;
            if (auto found = raw_at(at)) return found;
            for (auto& rule : rules_) {
                if (auto found = tag_at(at, rule)) return found;
            }
        }
        return std::nullopt;
    }

    Found with_control(Start start, std::size_t begin, std::size_t end) const {
        Found found{start, begin, end, 0};
        if (end < source_.size() && (source_[end] == '-' || source_[end] == '+')) {
            found.control = source_[end];
            ++found.end;
        }
        return found;
    }

    std::optional<Found> tag_at(std::size_t at, const Rule& rule) const {
        std::size_t sign = at;
        bool line_begins = at == 0 || source_[at - 1] == '\n';
        if (rule.start == Start::line_statement) {
            if (!line_begins) return std::nullopt;
            while (sign < source_.size() && (source_[sign] == ' ' || source_[sign] == '\t' || source_[sign] == '\v')) {
                ++sign;
            }
        } else if (rule.start == Start::line_comment) {
            if (!line_begins && is_space(source_[at - 1])) return std::nullopt;
            while (sign < source_.size() && is_space(source_[sign]) && source_[sign] != '\n') ++sign;
        }
        if (!follows(sign, rule.sign)) return std::nullopt;
        return with_control(rule.start, at, sign + rule.sign.size());
    }

    std::optional<Found> raw_at(std::size_t at) const {
        if (!follows(at, options_.block_start)) return std::nullopt;
        auto found = with_control(Start::raw, at, at + options_.block_start.size());
        auto word = skip_space(found.end);
        if (!follows(word, "raw")) return std::nullopt;
        auto end = skip_space(word + 3);
        if (end < source_.size() && source_[end] == '-' && follows(end + 1, options_.block_end)) {
            found.end = skip_space(end + 1 + options_.block_end.size());
        } else if (follows(end, options_.block_end)) {
            found.end = end + options_.block_end.size();
        } else {
            return std::nullopt;
        }
        return found;
    }

    /// Behind the end of a tag that starts here, or npos.
    std::size_t end_of_tag(std::size_t at, std::string_view sign, bool block) const {
        if (at >= source_.size()) return source_.npos;
        if (source_[at] == '-' && follows(at + 1, sign)) return skip_space(at + 1 + sign.size());
        if (block && source_[at] == '+' && follows(at + 1, sign)) return at + 1 + sign.size();
        if (!follows(at, sign)) return source_.npos;
        auto end = at + sign.size();
        if (block && options_.trim_blocks && end < source_.size() && source_[end] == '\n') ++end;
        return end;
    }

    void raw() {
        for (std::size_t at = at_; at < source_.size(); ++at) {
            if (!follows(at, options_.block_start)) continue;
            auto found = with_control(Start::block, at, at + options_.block_start.size());
            auto word = skip_space(found.end);
            if (!follows(word, "endraw")) continue;
            auto end = end_of_tag(skip_space(word + 6), options_.block_end, true);
            if (end == source_.npos) continue;
            data(stripped(source_.substr(at_, at - at_), found));
            return move_to(end);
        }
        if (at_ < source_.size()) return fail("Missing end of raw directive");
    }

    void comment() {
        for (std::size_t at = at_; at < source_.size(); ++at) {
            auto end = end_of_tag(at, options_.comment_end, true);
            if (end != source_.npos) return move_to(end);
        }
        if (at_ < source_.size()) fail("Missing end of comment tag");
    }

    void line_comment() { move_to(std::min(source_.find('\n', at_), source_.size())); }

    // Inside of tags

    void inside(Start start, TokenKind end_kind) {
        std::string open;
        while (!failed_) {
            if (open.empty()) {
                auto end = tag_end(start);
                if (end != source_.npos) {
                    push(end_kind, {});
                    return move_to(end);
                }
            }
            if (at_ >= source_.size()) return;
            word(open);
        }
    }

    std::size_t tag_end(Start start) const {
        if (start == Start::variable) return end_of_tag(at_, options_.variable_end, false);
        if (start == Start::block) return end_of_tag(at_, options_.block_end, true);
        for (std::size_t at = at_;; ++at) {  // the end of a line statement: white space and a line end
            if (at >= source_.size()) return at;
            if (!is_space(source_[at])) return source_.npos;
            if (source_[at] == '\n') return last_line_end(at);
        }
    }
    /// `\s*(\n|$)` takes as many blank lines as it can.
    std::size_t last_line_end(std::size_t at) const {
        auto end = skip_space(at);
        if (end == source_.size()) return end;
        while (end > at && source_[end - 1] != '\n') --end;
        return end;
    }

    void word(std::string& open) {
        char c = source_[at_];
        auto rest = source_.substr(at_);
        if (space_size(rest) > 0) return move_to(skip_space(at_));
        if (is_ascii_digit(c)) return number();
        if (word_size(rest) > 0) return name();
        if (c == '"' || c == '\'') return text(c);
        sign(open);
    }

    void name() {
        auto end = skip(at_, word_size);
        push(TokenKind::name, std::string{source_.substr(at_, end - at_)});
        move_to(end);
    }

    void number() {
        auto found = read_number(source_, at_);
        push(found.real ? TokenKind::real : TokenKind::integer, std::move(found.digits));
        move_to(found.end);
    }

    void text(char quote) {
        auto end = at_ + 1;
        while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
        if (end >= source_.size()) return unexpected();
        std::string value, problem;
        if (!unescape(source_.substr(at_ + 1, end - at_ - 1), options_.newline, value, problem)) return fail(problem);
        push(TokenKind::text, std::move(value));
        move_to(end + 1);
    }

    void sign(std::string& open) {
        auto found = sign_at(source_, at_);
        if (found.size == 0) return unexpected();
        auto is = [&](TokenKind kind) { return found.kind == kind; };
        if (is(TokenKind::lbrace)) open += '}';
        if (is(TokenKind::lparen)) open += ')';
        if (is(TokenKind::lbracket)) open += ']';
        if (is(TokenKind::rbrace) || is(TokenKind::rparen) || is(TokenKind::rbracket)) {
            std::string here{source_[at_]};
            if (open.empty()) return fail("unexpected '" + here + "'");
            char expected = open.back();
            open.pop_back();
            if (expected != here[0]) return fail("unexpected '" + here + "', expected '" + expected + "'");
        }
        push(found.kind, {});
        move_to(at_ + found.size);
    }

    void unexpected() {
        auto size = std::max<std::uint32_t>(read_utf8(source_.substr(at_)).size, 1);
        fail("unexpected char '" + std::string{source_.substr(at_, size)} + "' at " +
             std::to_string(utf8_length(source_.substr(0, at_))));
    }

    const Options& options_;
    std::string owned_;
    std::string_view source_;
    std::vector<Rule> rules_;
    bool starts_[256] = {};
    std::vector<Token> tokens_;
    std::size_t at_ = 0;
    int line_ = 1;
    bool line_starting_ = true;
    bool failed_ = false;
};

}  // namespace

std::vector<Token> tokenize(std::string_view source, const Options& options) { return Lexer(source, options).run(); }

}  // namespace retort::templates
