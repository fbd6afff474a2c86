// The context of the recorded templates, and how a recording is rendered.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/template.hpp"

namespace recorded {

namespace tmpl = retort::templates;

/// A recorded object: its attributes, `m(x=1)`, and `<O>` as its text.
struct Inner {
    int z = 2;
    std::string to_string() const { return "<O>"; }
};
struct O {
    int x = 1;
    Inner y;
    std::string to_string() const { return "<O>"; }
    static void template_members(tmpl::Members<O>& members) {
        members.add("m", [](const tmpl::Call& call) -> tmpl::Value {
            tmpl::Parameters given(call, "m", {"self", "x"}, 1);
            return "m" + (given.has(1) ? tmpl::str(given[1]) : "1");
        });
    }
};
struct Person {
    std::string name;
    int age;
    std::optional<std::string> email;
    std::string to_string() const { return "<O>"; }
};

/// "flask_default", "noescape", "trim+lstrip", "strict"; others of our own recordings: "chainable", "debug", "ext".
inline tmpl::Options jinja_options(const std::string& configuration) {
    tmpl::Options options;
    if (configuration == "noescape") options.autoescape = [](std::string_view) { return false; };
    options.trim_blocks = options.lstrip_blocks = configuration == "trim+lstrip";
    if (configuration == "strict") options.undefined = tmpl::Undefined::strict;
    if (configuration == "chainable") options.undefined = tmpl::Undefined::chainable;
    if (configuration == "debug") options.undefined = tmpl::Undefined::debug;
    if (configuration == "ext") {
        options.do_statement = options.loop_controls = true;
        options.line_statement_prefix = "#";
        options.line_comment_prefix = "##";
    }
    return options;
}

inline std::string render_recorded(tmpl::Environment& environment, const std::string& text) {
    std::vector<int> l{3, 1, 2}, empty;
    std::vector<Person> users{{"Ana", 3, std::nullopt}, {"bob", 1, "b@x"}, {"Ana", 2, ""}};
    retort::json d{{"k", "v"}, {"z", 1}, {"items", "I"}};
    std::vector<std::vector<int>> nested{{1, 2}, {3}};
    return environment.render_string(text, {{"a", 1},
                                            {"b", "x<y>&'\""},
                                            {"l", l},
                                            {"d", d},
                                            {"n", nullptr},
                                            {"t", true},
                                            {"f", 1.5},
                                            {"users", users},
                                            {"o", O{}},
                                            {"html", tmpl::Value::text("<b>ok</b>", true)},
                                            {"empty", empty},
                                            {"s", "hello world"},
                                            {"big", 1234567.891},
                                            {"nested", nested},
                                            {"tup", std::make_pair(1, "a")},
                                            {"u", "é日本 &"},
                                            {"url", "https://ex.com/?a=1&b=2"}});
}

}  // namespace recorded
