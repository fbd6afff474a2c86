// The words of a template, one after the other, and what stands between tags.
#include "retort/template/parser.hpp"

#include <algorithm>
#include <array>

namespace retort::templates {

void* Arena::allocate(std::size_t size) {
    constexpr std::size_t block = 8 * 1024, unit = alignof(std::max_align_t);
    size = (size + unit - 1) / unit * unit;
    if (size > left_) {
        left_ = std::max(block, size);
        blocks_.push_back(std::make_unique<std::byte[]>(left_));
        next_ = blocks_.back().get();
    }
    void* place = next_;
    next_ += size;
    left_ -= size;
    return place;
}

std::string_view Arena::text(std::string_view text) {
    if (text.empty()) return {};
    char* place = static_cast<char*>(allocate(text.size()));
    text.copy(place, text.size());
    return {place, text.size()};
}

Parser::Parser(std::string_view name, std::string_view source, const Options& options, Arena& arena)
    : name_(name), source_(source), options_(options), arena_(arena), tokens_(tokenize(source, options)) {}

void Parser::fail(std::string message, int line) {
    TemplateSyntaxError error("template-syntax"_code, std::move(message));
    error.locate(name_, line == 0 ? current().line : line, source_);
    throw error;
}

void Parser::fail_assertion(std::string message, int line) {
    TemplateAssertionError error("template-assertion"_code, std::move(message));
    error.locate(name_, line, source_);
    throw error;
}

void Parser::check_error() {
    if (at(TokenKind::error)) fail(current().text);
}

const Token& Parser::next() {
    const Token& before = current();
    if (before.kind != TokenKind::end) ++at_;
    check_error();
    return before;
}

bool Parser::look_name(std::string_view name) const { return look().kind == TokenKind::name && look().text == name; }
bool Parser::at_any(Names names) const {
    return at(TokenKind::name) && std::find(names.begin(), names.end(), current().text) != names.end();
}

bool Parser::skip(TokenKind kind) {
    if (!at(kind)) return false;
    next();
    return true;
}
bool Parser::skip_name(std::string_view name) {
    if (!at_name(name)) return false;
    next();
    return true;
}

void Parser::unexpected(std::string_view wanted) {
    std::string name = "'" + std::string{wanted} + "'";
    if (at(TokenKind::end)) fail("unexpected end of template, expected " + name + ".");
    fail("expected token " + name + ", got " + repr(Value::text(describe(current()))));
}

const Token& Parser::expect(TokenKind kind) {
    if (!at(kind)) unexpected(describe(kind));
    return next();
}
void Parser::expect_name(std::string_view name) {
    if (!at_name(name)) unexpected(name);
    next();
}

Body Parser::parse() {
    check_error();
    return subparse({});
}

namespace {

struct PrintedParts {
    std::vector<Expression*> parts;
    int line = 0;
    void flush(Arena& arena, std::vector<Statement*>& body) {
        if (!parts.empty()) body.push_back(arena.make<Output>(parts.front()->line, arena.copy(parts)));
        parts.clear();
    }
};

}  // namespace

Body Parser::subparse(Names end) {
    Nesting nesting(*this);
    std::vector<Statement*> body;
    PrintedParts printed;
    if (!end.empty()) ends_.push_back(end);
    while (!at(TokenKind::end)) {
        if (at(TokenKind::data)) {
            printed.parts.push_back(arena_.make<Data>(line(), arena_.text(current().text)));
            next();
        } else if (at(TokenKind::variable_begin)) {
            next();
            printed.parts.push_back(parse_tuple());
            expect(TokenKind::variable_end);
        } else {
            printed.flush(arena_, body);
            next();
            if (!end.empty() && at_any(end)) break;
            body.push_back(statement());
            expect(TokenKind::block_end);
        }
    }
    printed.flush(arena_, body);
    if (!end.empty()) ends_.pop_back();
    return arena_.copy(body);
}

Body Parser::statements(Names end, bool drop) {
    skip(TokenKind::colon);
    expect(TokenKind::block_end);
    auto body = subparse(end);
    if (at(TokenKind::end)) {
        ends_.push_back(end);
        fail_unknown(nullptr, line());
    }
    if (drop) next();
    return body;
}

void Parser::fail_unknown(const std::string* tag, int line) {
    std::string looking;
    if (!ends_.empty()) {
        for (auto name : ends_.back()) looking += (looking.empty() ? "'" : " or '") + std::string{name} + "'";
    }
    std::string message = tag == nullptr ? "Unexpected end of template." : "Encountered unknown tag '" + *tag + "'.";
    bool nested = tag != nullptr && std::any_of(ends_.begin(), ends_.end(), [&](Names names) {
                      return std::find(names.begin(), names.end(), *tag) != names.end();
                  });
    if (!looking.empty() && nested) {
        message += " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for " +
                   looking + ".";
    } else if (!looking.empty()) {
        message += " Jinja was looking for the following tags: " + looking + ".";
    }
    if (!tags_.empty()) message += " The innermost block that needs to be closed is '" + tags_.back() + "'.";
    fail(std::move(message), line);
}

Statement* Parser::statement() {
    if (!at(TokenKind::name)) fail("tag name expected");
    std::string name = current().text;
    int begins = line();
    tags_.push_back(name);
    Statement* made = known_statement(name);
    tags_.pop_back();
    if (made == nullptr) fail_unknown(&name, begins);
    return made;
}

Statement* Parser::known_statement(const std::string& name) {
    if (name == "for") return parse_for();
    if (name == "if") return parse_if();
    if (name == "block") return parse_block();
    if (name == "extends") return parse_extends();
    if (name == "print") return parse_print();
    if (name == "macro") return parse_macro();
    if (name == "include") return parse_include();
    if (name == "from") return parse_from();
    if (name == "import") return parse_import();
    if (name == "set") return parse_set();
    if (name == "with") return parse_with();
    if (name == "autoescape") return parse_autoescape();
    if (name == "call") return parse_call_block();
    if (name == "filter") return parse_filter_block();
    if (options_.do_statement && name == "do") {
        int begins = next().line;
        return arena_.make<Do>(begins, parse_tuple());
    }
    if (options_.loop_controls && (name == "break" || name == "continue")) {
        if (loops_ == 0) fail("'" + name + "' outside loop");
        return arena_.make<LoopControl>(name == "break" ? NodeKind::break_ : NodeKind::continue_, next().line);
    }
    return nullptr;
}

}  // namespace retort::templates
