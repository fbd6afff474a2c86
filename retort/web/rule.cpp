// Reading a rule's text into parts, and building its URLs.
#include "retort/web/rule.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/web/route_state.hpp"
#include "retort/web/rule_shape.hpp"

namespace retort {
namespace {

[[noreturn]] void bad_rule(std::string_view rule, RuleMistake mistake) {
    std::string named = "the rule \"" + std::string{rule} + "\" ";
    switch (mistake) {
        case RuleMistake::no_leading_slash:
            throw RouteError("rule-without-slash"_code, named + "does not start with a slash.",
                             "write \"/" + std::string{rule} + "\"");
        case RuleMistake::duplicate_variable:
            throw RouteError("duplicate-rule-variable"_code, named + "has two variables of one name.",
                             "give each variable its own name");
        case RuleMistake::too_many_variables:
            throw RouteError("malformed-rule"_code, named + "has more than 16 variables.",
                             "take the rest as a <path:…> and cut it in the view");
        case RuleMistake::unclosed_variable:
            throw RouteError("malformed-rule"_code, named + "has a '<' without its '>'.", "write <name> or <int:name>");
        case RuleMistake::bad_variable_name:
        case RuleMistake::bad_converter_name:
        case RuleMistake::none: break;
    }
    throw RouteError("malformed-rule"_code, named + "has a variable or converter whose name is no name.",
                     "names are letters, digits and underscores: <name> or <int:name>");
}

}  // namespace

Rule::Rule(std::string_view text, std::string endpoint, RuleOptions options, const Converters& converters,
           bool strict_slashes, bool merge_slashes)
    : text_(text),
      endpoint_(std::move(endpoint)),
      defaults_(std::move(options.defaults)),
      strict_slashes_(options.strict_slashes.value_or(strict_slashes)),
      build_only_(options.build_only) {
    if (auto shape = shape_of_rule(text); shape.mistake != RuleMistake::none) bad_rule(text, shape.mistake);
    read_methods(options);
    read_pieces(converters, merge_slashes);
    arguments_ = variables_;
    if (defaults_.is_object()) {
        for (const auto& [name, value] : defaults_.items()) arguments_.push_back(name);
    }
    std::sort(arguments_.begin(), arguments_.end());
    arguments_.erase(std::unique(arguments_.begin(), arguments_.end()), arguments_.end());
}

void Rule::read_methods(const RuleOptions& options) {
    for (const auto& method : options.methods) methods_.push_back(ascii_upper(method));
    if (methods_.empty()) methods_.push_back("GET");
    auto has = [&](std::string_view method) {
        return std::find(methods_.begin(), methods_.end(), method) != methods_.end();
    };
    automatic_options_ = options.automatic_options.value_or(!has("OPTIONS"));
    if (has("GET")) methods_.push_back("HEAD");
    if (automatic_options_) methods_.push_back("OPTIONS");
    std::sort(methods_.begin(), methods_.end());
    methods_.erase(std::unique(methods_.begin(), methods_.end()), methods_.end());
    allows_get_ = lists("GET");
}

bool Rule::lists(std::string_view method) const { return std::binary_search(methods_.begin(), methods_.end(), method); }

void Rule::add_variable(std::string_view name, std::unique_ptr<Converter> converter) {
    const json* fixed = defaults_.find(name);
    if (fixed != nullptr) {
        steps_.push_back({converter->to_url(*fixed), SIZE_MAX});
    } else {
        steps_.push_back({"", variables_.size()});
    }
    variables_.emplace_back(name);
    converters_.push_back(std::move(converter));
}

void Rule::read_pieces(const Converters& converters, bool merge_slashes) {
    std::string rule = merge_slashes ? detail::merged_slashes(text_) : text_;
    RuleScanner scanner{rule};
    RulePart part;
    std::vector<int> text_sizes;
    for (auto piece = scanner.next(); piece.kind != RulePiece::Kind::end; piece = scanner.next()) {
        if (piece.kind == RulePiece::Kind::variable) {
            auto converter = converters.make(piece.converter, piece.arguments);
            part.fixed = false;
            part.to_the_end = part.to_the_end || converter->spans_segments();
            part.pieces.push_back({"", converter.get()});
            add_variable(piece.text, std::move(converter));
            continue;
        }
        steps_.push_back({percent_encode(piece.text, UrlPart::path), SIZE_MAX});
        if (piece.kind == RulePiece::Kind::text) text_sizes.push_back(static_cast<int>(piece.text.size()));
        if (piece.kind == RulePiece::Kind::slash && !part.to_the_end) {
            finish_part(part, text_sizes);
        } else {
            part.pieces.push_back({std::string{piece.text}, nullptr});
        }
    }
    finish_part(part, text_sizes);
}

// The order of Werkzeug 2.2: more fixed texts first, then longer ones, then more variables, then lighter ones.
void Rule::finish_part(RulePart& part, std::vector<int>& text_sizes) {
    int variables = 0;
    for (const auto& piece : part.pieces) variables += piece.converter != nullptr;
    part.weight.push_back(-static_cast<int>(text_sizes.size()));
    for (int size : text_sizes) part.weight.push_back(-size);
    part.weight.push_back(-variables);
    for (const auto& piece : part.pieces) {
        if (piece.converter != nullptr) part.weight.push_back(piece.converter->weight());
        part.pattern += piece.converter ? "\1" + piece.converter->pattern() + "\2" : piece.text;
    }
    if (part.to_the_end) part.pattern += "\3";
    parts_.push_back(std::move(part));
    part = {};
    text_sizes.clear();
}

bool Rule::suitable_for(const json& values, std::string_view method) const {
    if (!method.empty() && !allows(method)) return false;
    for (const auto& name : arguments_) {
        const json* value = values.find(name);
        const json* fixed = defaults_.find(name);
        if (value == nullptr || value->is_null()) {
            if (fixed == nullptr) return false;
        } else if (fixed != nullptr && !(*fixed == *value)) {
            return false;
        }
    }
    return true;
}

std::string Rule::build(const json& values) const {
    std::string url;
    for (const auto& step : steps_) {
        if (step.variable == SIZE_MAX) {
            url += step.text;
        } else {
            url += converters_[step.variable]->to_url(values.at(variables_[step.variable]));
        }
    }
    if (values.is_object()) append_query(url, values);
    return url;
}

namespace {

void append_pair(std::string& url, char& separator, std::string_view key, const json& value) {
    if (value.is_null()) return;
    if (value.is_array()) {
        for (const json& item : value) append_pair(url, separator, key, item);
        return;
    }
    url += separator;
    separator = '&';
    append_percent_encoded(url, key, UrlPart::query);
    url += '=';
    std::string text = value.is_text()      ? value.text()
                       : value.is_boolean() ? value.to_bool() ? "True" : "False"
                                            : value.dump();
    append_percent_encoded(url, text, UrlPart::query);
}

}  // namespace

void Rule::append_query(std::string& url, const json& values) const {
    char separator = '?';
    for (const auto& [name, value] : values.items()) {
        if (!std::binary_search(arguments_.begin(), arguments_.end(), name)) append_pair(url, separator, name, value);
    }
}

bool Rule::provides_defaults_for(const Rule& other) const {
    bool same_text = text_ == other.text_;
    return !build_only_ && !defaults_.empty() && !same_text && endpoint_ == other.endpoint_ &&
           arguments_ == other.arguments_;
}

}  // namespace retort
