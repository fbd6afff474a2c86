// The filters, tests and functions that every template has.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "retort/template/operations.hpp"

namespace retort::templates {

using Functions = std::map<std::string, Function, std::less<>>;

void add_builtin_filters(Functions& filters);
void add_builtin_tests(Functions& tests);
/// range, dict, namespace, cycler, joiner, lipsum.
void add_builtin_globals(Environment& environment);

// The parts of add_builtin_filters.
void add_text_filters(Functions& filters);
void add_layout_filters(Functions& filters);
void add_number_filters(Functions& filters);
void add_list_filters(Functions& filters);
void add_choosing_filters(Functions& filters);
void add_html_filters(Functions& filters);

/// Whether what a filter prints is escaped.
bool escapes(const Call& call);
Undefined undefined_of(const Call& call);

/// What `attribute="a.b.0"` of a filter names: looked up one after the other.
class Getter {
  public:
    /// A missing or none attribute is the item itself.
    Getter(const Call& call, const Value& attribute, const Value& otherwise = Value::missing());
    Value operator()(const Value& item) const;

  private:
    std::vector<Value> parts_;
    Value otherwise_;
    Undefined undefined_;
};
/// Text in lower case, everything else as it is.
Value without_case(const Value& value);

/// `text` with its links as HTML.
struct UrlizeOptions {
    std::int64_t trim = -1;
    std::string rel, target;
    std::vector<std::string> extra_schemes;
};
std::string urlize(std::string_view text, const UrlizeOptions& options);
/// Python's textwrap.wrap of one line.
struct WrapOptions {
    std::size_t width = 79;
    bool break_long_words = true, break_on_hyphens = true;
};
std::vector<std::string> wrap_line(std::string_view line, const WrapOptions& options);
std::string pretty(const Value& value);
std::string strip_tags(std::string_view html);
std::string unescape_html(std::string_view html);

}  // namespace retort::templates
