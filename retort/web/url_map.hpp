// UrlMap: from a path to an endpoint and its values, and back.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/web/converters.hpp"
#include "retort/web/fixed_paths.hpp"
#include "retort/web/rule.hpp"

namespace retort {

namespace detail {
struct RouteState;
struct RouteStateDeleter {
    void operator()(RouteState* state) const noexcept;
};
}  // namespace detail

/// What a path leads to.
struct RouteMatch {
    enum class Kind : std::uint8_t { found, redirect, not_found, method_not_allowed };
    Kind kind = Kind::not_found;
    const Rule* rule = nullptr;         ///< when found
    std::vector<RouteArgument> values;  ///< when found: the variables in the rule's order, then its defaults
    std::string location;               ///< for a redirect (308): path and query, percent-encoded
    std::vector<std::string> allowed;   ///< when the method is not allowed: sorted

    bool found() const { return kind == Kind::found; }
    /// The value of that name, or null.
    const RouteValue* find(std::string_view name) const;
};

/// All rules of an application. Adding is not thread-safe; matching and building are, once all is added.
class UrlMap {
  public:
    UrlMap();
    ~UrlMap();
    UrlMap(UrlMap&&) noexcept;
    UrlMap& operator=(UrlMap&&) noexcept;

    /// Throws RouteError: "rule-without-slash", "malformed-rule", "unknown-converter", "converter-arguments",
    /// "duplicate-rule-variable", "duplicate-route" (the same paths and a method in common, but another endpoint).
    Rule& add(std::string_view rule, std::string endpoint, RuleOptions options = {});
    /// For rules that are added afterwards.
    void add_converter(std::string name, ConverterFactory factory);

    /// `path` is decoded: percent codes resolved, UTF-8. `query` is as it was sent and only goes into redirects.
    RouteMatch match(std::string_view method, std::string_view path, std::string_view query = {}) const;
    /// The same into a new RouteMatch that has its place already.
    void match(RouteMatch& result, std::string_view method, std::string_view path, std::string_view query) const;
    /// Gives the place of a match's values to the thread's next match, which then needs no other.
    static void keep_place(std::vector<RouteArgument>&& values) noexcept;
    /// The methods that lead somewhere on this path, sorted.
    std::vector<std::string> allowed_methods(std::string_view path) const;

    /// The path for an endpoint, with the values (a JSON object or null) that are no arguments as query; null values
    /// are left out, arrays repeat their key. `method` chooses among an endpoint's rules; when it is empty,
    /// `default_method` is preferred. Throws BuildError("cannot-build-url").
    std::string build(std::string_view endpoint, const json& values = {}, std::string_view method = {},
                      std::string_view default_method = "GET") const;
    /// Appends `#anchor`, percent-encoded.
    static void append_anchor(std::string& url, std::string_view anchor);

    bool has_endpoint(std::string_view endpoint) const;
    /// All rules in the order in which they were added.
    std::vector<const Rule*> rules() const;
    /// The rules of one endpoint, the first to be tried for building first.
    std::vector<const Rule*> rules(std::string_view endpoint) const;

    /// For rules that are added afterwards and for matching.
    bool strict_slashes = true;
    bool merge_slashes = true;
    bool redirect_defaults = true;

  private:
    const std::vector<Rule*>* endpoint_rules(std::string_view endpoint) const;
    void enter(Rule& rule);
    std::optional<std::string> default_redirect(const Rule& rule, const std::vector<RouteArgument>& values,
                                                std::string_view method) const;
    const Rule* plain_rule(std::string_view method, std::string_view path) const;
    void match_any(RouteMatch& result, std::string_view method, std::string_view path, std::string_view query) const;
    void search(RouteMatch& result, std::string_view method, std::string_view path, std::string_view query) const;
    void finish_match(RouteMatch& result, const Rule& rule, const std::string_view* captures, std::string_view method,
                      std::string_view query) const;
    [[noreturn]] void cannot_build(std::string_view endpoint, const json& values, std::string_view method) const;

    Converters converters_;
    std::vector<std::unique_ptr<Rule>> rules_;
    std::vector<std::pair<std::string, std::vector<Rule*>>> by_endpoint_;
    std::unordered_map<std::string_view, std::size_t> endpoint_positions_;
    std::unique_ptr<detail::RouteState, detail::RouteStateDeleter> root_;
    detail::FixedPaths fixed_paths_;
};

}  // namespace retort
