// How an example's database is made, and how the statements that ran are compared with those on the page.
#include "tests/docs/example.hpp"

#include <charconv>

#include "retort/base/log.hpp"
#include "retort/dialects/create_engine.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/schema/metadata.hpp"
#include "tests/doctest.hpp"

namespace docs {
namespace {

using Lines = std::vector<std::string>;

retort::App in_memory() {
    retort::App app{"docs"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    app.config["SQLALCHEMY_ECHO"] = true;
    return app;
}

/// `SQL 12 us: SELECT …`, as the echo writes it; "" for what begins and ends transactions.
std::string statement_of(std::string_view line) {
    if (!line.starts_with("SQL ")) return {};
    std::string text(line.substr(line.find(": ") + 2));
    for (std::size_t at = 0; (at = text.find("\\x0a", at)) != text.npos;) text.erase(at, 4);
    for (auto word : {"BEGIN", "COMMIT", "ROLLBACK"})
        if (text == word || text.starts_with(std::string(word) + " IMMEDIATE")) return {};
    return text;
}

/// Whether a text is a pattern in which … stands for anything; parameters may be left out.
bool fits(std::string_view text, std::string_view pattern) {
    constexpr std::string_view anything = "…";
    for (bool first = true;; first = false) {
        auto dots = pattern.find(anything);
        auto part = pattern.substr(0, dots);
        auto at = first ? (text.starts_with(part) ? 0 : text.npos) : text.find(part);
        if (at == text.npos) return false;
        text.remove_prefix(at + part.size());
        if (dots == pattern.npos) return part.empty() || text.empty() || text.starts_with(" [");
        pattern.remove_prefix(dots + anything.size());
    }
}

/// One line a statement; `3 times: …` is three.
Lines lines_of(std::string_view statements) {
    Lines lines;
    while (!statements.empty()) {
        auto line = statements.substr(0, statements.find('\n'));
        statements.remove_prefix(std::min(line.size() + 1, statements.size()));
        if (line == "no statement") continue;
        int times = 1;
        if (auto label = line.find(" times: "); label != line.npos && label < 4) {
            std::from_chars(line.data(), line.data() + label, times);
            line.remove_prefix(label + 8);
        }
        lines.insert(lines.end(), static_cast<std::size_t>(times), std::string(line));
    }
    return lines;
}

std::string joined(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += "\n  " + line;
    return text.empty() ? " nothing" : text;
}

/// Without indentation and line ends, which are the page's own.
std::string plain(std::string_view text) {
    std::string plain;
    for (char c : text) {
        bool blank = c == ' ' || c == '\n' || c == '\t';
        if (!blank) plain += c;
    }
    return plain;
}

}  // namespace

WebExample::WebExample() : client(app.test_client()) {
    app.config["TESTING"] = true;
    app.config["SECRET_KEY"] = "of the documentation";
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
}

WebExample::~WebExample() = default;

Example::Example(void (*fill)(retort::Session&))
    : app_(in_memory()), db(app_), context_(app_.app_context()), session(db.session()), engine(db.engine()) {
    retort::logger().set_sink([this](retort::LogLevel, std::string_view line) {
        auto statement = statement_of(line);
        if (!statement.empty()) ran_.push_back(std::move(statement));
    });
    db.create_all();
    if (fill != nullptr) fill(session);
    session.close();
    ran_.clear();
}

Example::~Example() { retort::logger().set_sink({}); }

void Example::expect(std::string_view statements, std::source_location where) {
    Lines wanted = lines_of(statements);
    Lines ran = std::exchange(ran_, {});
    bool same = wanted.size() == ran.size();
    for (std::size_t i = 0; same && i < ran.size(); ++i) same = fits(ran[i], wanted[i]);
    if (same) return;
    std::string message = "the page says" + joined(wanted) + "\nbut there ran" + joined(ran);
    ADD_FAIL_CHECK_AT(where.file_name(), static_cast<int>(where.line()), message);
}

void expect_table(std::string_view statement, std::source_location where) {
    auto engine = retort::create_engine("sqlite://");
    std::string all;
    for (const auto* table : retort::orm::metadata().sorted_tables()) {
        auto made = engine.dialect().ddl().compile(retort::schemas::CreateTable{*table});
        if (plain(made) == plain(statement)) return;
        all += made;
    }
    std::string message = "no model makes this table; they make" + all;
    ADD_FAIL_CHECK_AT(where.file_name(), static_cast<int>(where.line()), message);
}

}  // namespace docs
