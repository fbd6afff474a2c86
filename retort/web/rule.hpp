// Rule: one URL pattern and the endpoint behind it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/web/converters.hpp"

namespace retort {

/// How a rule differs from the usual one.
struct RuleOptions {
    /// Any case; GET brings HEAD along. Empty: GET.
    std::vector<std::string> methods;
    /// Values of variables that the rule does not have (or has, and then only matches with them): `{{"page", 1}}`.
    json defaults;
    /// Whether `/x` is redirected to the rule `/x/` (default), or simply matches.
    std::optional<bool> strict_slashes;
    /// Answer OPTIONS with the allowed methods; off when `methods` names OPTIONS itself.
    std::optional<bool> automatic_options;
    /// Never matches, only builds.
    bool build_only = false;
};

/// A run of a rule's text between two slashes, or from a `path` variable to the end.
struct RulePart {
    struct Piece {
        std::string text;                      ///< fixed text; empty for a variable
        const Converter* converter = nullptr;  ///< null for fixed text
    };
    std::vector<Piece> pieces;
    bool fixed = true;        ///< no variable in it
    bool to_the_end = false;  ///< takes all that is left of the path
    std::string pattern;      ///< parts with the same pattern recognise the same texts
    std::vector<int> weight;  ///< compared from left to right, lighter first

    /// Fills `captures` from the front and tells how many; -1 when the text does not match.
    int match(std::string_view text, std::string_view* captures) const;
};

class Rule {
  public:
    /// Throws RouteError for a rule that cannot be understood.
    Rule(std::string_view text, std::string endpoint, RuleOptions options, const Converters& converters,
         bool strict_slashes = true, bool merge_slashes = true);

    /// As it was given: "/user/<int:id>".
    const std::string& text() const { return text_; }
    const std::string& endpoint() const { return endpoint_; }
    /// In capitals, sorted, with HEAD and OPTIONS where they are automatic.
    const std::vector<std::string>& methods() const { return methods_; }
    bool allows(std::string_view method) const { return method == "GET" ? allows_get_ : lists(method); }
    /// Whether OPTIONS is to be answered without the view.
    bool automatic_options() const { return automatic_options_; }
    const json& defaults() const { return defaults_; }
    bool strict_slashes() const { return strict_slashes_; }
    bool build_only() const { return build_only_; }
    /// Nothing but its path and method decides, and it gives the view no values.
    bool is_plain() const { return variables_.empty() && defaults_.is_null() && !may_redirect_; }
    /// The names of the variables, in order.
    const std::vector<std::string>& variables() const { return variables_; }
    const Converter& converter(std::size_t variable) const { return *converters_[variable]; }
    /// Variables and defaults, sorted.
    const std::vector<std::string>& arguments() const { return arguments_; }
    const std::vector<RulePart>& parts() const { return parts_; }

    /// Whether these values (a JSON object) and that method, if one is given, make a URL of this rule.
    bool suitable_for(const json& values, std::string_view method) const;
    /// The path, percent-encoded; values that are no arguments become the query. Throws BuildError.
    std::string build(const json& values) const;
    /// Whether the two differ only in that this one has defaults.
    bool provides_defaults_for(const Rule& other) const;

    /// A place for the application: what to call for this rule.
    void* target = nullptr;
    /// Where the path begins, in a rule whose first part is a host: "/api.example.com/users".
    std::size_t path_at = 0;

  private:
    friend class UrlMap;
    bool lists(std::string_view method) const;
    struct Step {
        std::string text;  ///< percent-encoded fixed text
        std::size_t variable = SIZE_MAX;
    };
    void read_methods(const RuleOptions& options);
    void read_pieces(const Converters& converters, bool merge_slashes);
    void add_variable(std::string_view name, std::unique_ptr<Converter> converter);
    void finish_part(RulePart& part, std::vector<int>& text_sizes);
    void append_query(std::string& url, const json& values) const;

    std::string text_, endpoint_;
    std::vector<std::string> methods_;
    bool allows_get_ = false;
    json defaults_;
    bool strict_slashes_, automatic_options_ = false, build_only_;
    bool may_redirect_ = false;  ///< a rule of its endpoint has defaults
    std::vector<std::string> variables_;
    std::vector<std::unique_ptr<Converter>> converters_;
    std::vector<std::string> arguments_;
    std::vector<RulePart> parts_;
    std::vector<Step> steps_;
};

}  // namespace retort
