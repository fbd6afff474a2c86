// Templates against what Jinja 3.1.2 made of them: text, or the class of the error and its line.

#include "jinja_context.hpp"
#include "recorded.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

/// Python's classes for what we have one class for.
std::string our_class(const std::string& recorded) {
    static const std::map<std::string, std::string> others{
        {"KeyError", "LookupError"},
        {"IndexError", "LookupError"},
        {"TemplatesNotFound", "TemplateNotFound"},
        {"RuntimeError", "TemplateRuntimeError"},
        {"AssertionError", "ValueError"},
        {"AttributeError", "TypeError"},
    };
    auto found = others.find(recorded);
    return found == others.end() ? recorded : found->second;
}

/// Addresses differ from run to run.
std::string without_addresses(const std::string& text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        out += text[at];
        if (text.compare(at, 2, "0x") != 0) continue;
        out += 'x';
        for (at += 2; at < text.size() && std::string_view{"0123456789abcdef"}.find(text[at]) != std::string::npos;)
            ++at;
        --at;
    }
    return out;
}

std::map<std::string, std::string> loader_texts(const std::vector<recorded::Record>& records) {
    std::map<std::string, std::string> texts;
    for (auto& record : records) {
        if (record.subject == "loader") texts[record.one("name")] = record.one("text");
    }
    return texts;
}

void check(const recorded::Record& record, const std::string& config, templates::Environment& environment) {
    INFO(config, ": ", record.one("template"));
    std::string out, error;
    int line = 0;
    try {
        out = recorded::render_recorded(environment, record.one("template"));
    } catch (const TemplateError& thrown) {
        error = thrown.name();
        line = thrown.line();
        INFO(thrown.what());
    }
    CHECK(error == our_class(record.one("error")));
    if (error.empty()) CHECK(without_addresses(out) == without_addresses(record.one("out")));
    if (!record.one("line").empty()) CHECK(std::to_string(line) == record.one("line"));
}

void check_all(const std::string& file) {
    auto records = recorded::read(file);
    auto texts = loader_texts(records);
    std::map<std::string, templates::Environment> environments;
    std::size_t checked = 0;
    for (auto& record : records) {
        for (auto& config : record.all("config")) {
            auto [place, is_new] = environments.try_emplace(config, recorded::jinja_options(config));
            if (is_new) place->second.add_loader(templates::text_loader(texts));
            check(record, config, place->second);
            ++checked;
        }
    }
    CHECK(checked > 100);
}

}  // namespace

TEST_CASE("templates render as Jinja rendered them") { check_all("jinja.txt"); }
TEST_CASE("more templates render as Jinja rendered them") { check_all("jinja_neighbours.txt"); }
