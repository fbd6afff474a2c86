// Whatever text is given as a template is refused with an error of templates, or rendered within its bounds.
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/template/template.hpp"

namespace {

using namespace retort;

struct Person {
    std::string name = "Ana";
    int age = 3;
    std::optional<std::string> email;
};

templates::Options bounded(std::uint8_t kind) {
    templates::Options options;
    options.most_steps = 3000;
    options.most_output = 200'000;
    options.most_stack = 200 * 1024;
    options.trim_blocks = (kind & 1) != 0;
    options.lstrip_blocks = (kind & 2) != 0;
    options.do_statement = options.loop_controls = (kind & 4) != 0;
    if ((kind & 8) != 0) options.line_statement_prefix = "#", options.line_comment_prefix = "##";
    options.undefined = static_cast<templates::Undefined>((kind >> 4) & 3);
    return options;
}

templates::Environment& environment(std::uint8_t kind) {
    static std::map<std::uint8_t, std::unique_ptr<templates::Environment>> all;
    auto& made = all[kind];
    if (made) return *made;
    made = std::make_unique<templates::Environment>(bounded(kind));
    made->add_loader(templates::text_loader({
        {"base.html", "<{% block a %}A{% endblock %}{% block b %}B{{ x }}{% endblock %}>"},
        {"child.html", "{% extends 'base.html' %}{% block a %}{{ super() }}{% endblock %}"},
        {"macros.html", "{% macro m(x, y=1) %}{{ x }}{{ caller() if caller }}{% endmacro %}{% set v = 2 %}"},
        {"loop.html", "{% include 'loop.html' %}"},
    }));
    return *made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    std::vector<int> l{3, 1, 2};
    std::vector<Person> users(3);
    json d{{"k", "v"}, {"n", json::array({1, 2})}};
    try {
        environment(data[0]).render_string(
            text, {{"l", l}, {"users", users}, {"d", d}, {"s", "a <b> é"}, {"n", nullptr}, {"f", 1.5}, {"i", 7}});
    } catch (const TemplateError& error) {
        if (error.what()[0] == '\0') std::abort();
    } catch (const JsonTypeError&) {  // tojson of NaN
    }
    return 0;
}
