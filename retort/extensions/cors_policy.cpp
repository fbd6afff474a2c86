// What cross-origin resource sharing answers to which request; the rules are Flask-CORS's.
#include <algorithm>
#include <cctype>
#include <tuple>

#include "retort/base/error.hpp"
#include "retort/base/pattern.hpp"
#include "retort/extensions/cors.hpp"

namespace retort::detail {

namespace {

bool looks_like_pattern(std::string_view text) { return text.find_first_of("*\\]?$^[()") != std::string_view::npos; }

bool same_text(std::string_view left, std::string_view right, bool ignore_case) {
    if (!ignore_case) return left == right;
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

/// A text that stands for itself, or a pattern.
class Matcher {
  public:
    Matcher(const std::string& text, bool ignore_case)
        : text_(text == "*" ? ".*" : text), ignore_case_(ignore_case), everything_(text_ == ".*") {
        if (!everything_ && looks_like_pattern(text_)) {
            pattern_.emplace(text_, PatternOptions{.from_start = true, .ignore_case = ignore_case});
        }
    }
    bool matches(std::string_view value) const {
        if (everything_) return true;
        return pattern_ ? pattern_->match(value) == Match::found : same_text(value, text_, ignore_case_);
    }
    bool everything() const { return everything_; }
    bool literal() const { return !everything_ && !pattern_; }
    const std::string& text() const { return text_; }

  private:
    std::string text_;
    bool ignore_case_;
    bool everything_;
    std::optional<Pattern> pattern_;
};

std::vector<Matcher> matchers(const TextList& list, bool ignore_case) {
    std::vector<Matcher> made;
    for (auto& text : list.texts()) made.emplace_back(text, ignore_case);
    return made;
}

bool any_matches(const std::vector<Matcher>& matchers, std::string_view value) {
    return std::any_of(matchers.begin(), matchers.end(), [&](auto& matcher) { return matcher.matches(value); });
}

std::string upper(std::string text) {
    for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return text;
}

std::vector<std::string> sorted(std::vector<std::string> texts) {
    std::sort(texts.begin(), texts.end());
    return texts;
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (auto& text : texts) out += (out.empty() ? "" : ", ") + text;
    return out;
}

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> parts;
    while (true) {
        auto comma = text.find(',');
        std::string_view part = text.substr(0, comma);
        while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
        while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
        parts.emplace_back(part);
        if (comma == std::string_view::npos) return parts;
        text.remove_prefix(comma + 1);
    }
}

/// The options of one resource, compiled.
struct Rule {
    Matcher path;
    std::vector<Matcher> origins;
    std::vector<Matcher> allow_headers;
    std::vector<std::string> methods;
    std::string methods_text;
    std::string expose_headers;
    std::string max_age;
    bool supports_credentials;
    bool send_wildcard;
    bool vary_header;
    bool always_send;
    bool wildcard;
    bool varies;
    std::string first_literal_origin;
};

const TextList default_methods{"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"};

Rule make_rule(const std::string& path, const CorsOptions& options) {
    std::vector<std::string> methods;
    for (auto& text : (options.methods.given() ? options.methods : default_methods).texts())
        for (auto& method : split_list(text)) methods.push_back(upper(method));
    methods = sorted(std::move(methods));
    auto origins = matchers(options.origins.given() ? options.origins : TextList{"*"}, true);
    Rule rule{
        .path = Matcher(path, false),
        .origins = std::move(origins),
        .allow_headers = matchers(options.allow_headers.given() ? options.allow_headers : TextList{"*"}, true),
        .methods = methods,
        .methods_text = joined(methods),
        .expose_headers = joined(sorted(options.expose_headers.texts())),
        .max_age = options.max_age ? std::to_string(options.max_age->count()) : "",
        .supports_credentials = options.supports_credentials.value_or(false),
        .send_wildcard = options.send_wildcard.value_or(false),
        .vary_header = options.vary_header.value_or(true),
        .always_send = options.always_send.value_or(true),
        .wildcard = false,
        .varies = false,
        .first_literal_origin = "",
    };
    std::vector<std::string> literal;
    for (auto& origin : rule.origins) {
        if (origin.everything()) rule.wildcard = true;
        if (origin.literal()) literal.push_back(origin.text());
    }
    rule.varies = rule.origins.size() > 1 || literal.size() < rule.origins.size();
    if (!literal.empty()) rule.first_literal_origin = *std::min_element(literal.begin(), literal.end());
    if (rule.wildcard && rule.supports_credentials && rule.send_wildcard)
        throw ArgumentError("cors-credentials-with-wildcard"_code,
                            "CORS cannot send the origin \"*\" together with credentials; browsers refuse that.",
                            "name the origins, or leave out send_wildcard");
    return rule;
}

template <class T>
void take(T& target, const T& over, bool given) {
    if (given) target = over;
}

/// `over`'s options where they are given, else `common`'s.
CorsOptions combined(CorsOptions common, const CorsOptions& over) {
    take(common.origins, over.origins, over.origins.given());
    take(common.methods, over.methods, over.methods.given());
    take(common.allow_headers, over.allow_headers, over.allow_headers.given());
    take(common.expose_headers, over.expose_headers, over.expose_headers.given());
    take(common.supports_credentials, over.supports_credentials, over.supports_credentials.has_value());
    take(common.max_age, over.max_age, over.max_age.has_value());
    take(common.send_wildcard, over.send_wildcard, over.send_wildcard.has_value());
    take(common.vary_header, over.vary_header, over.vary_header.has_value());
    take(common.always_send, over.always_send, over.always_send.has_value());
    return common;
}

/// Literal paths first, then the longer and deeper patterns.
auto specificity(const Rule& rule) {
    auto& text = rule.path.text();
    return std::tuple(rule.path.literal() ? 0 : 1, -std::count(text.begin(), text.end(), '/'),
                      -static_cast<long>(text.size()));
}

/// The origin to allow; empty: none.
std::string_view allowed_origin(const Rule& rule, const CorsQuestion& question) {
    if (question.origin && !question.origin->empty()) {
        if (rule.wildcard && rule.send_wildcard) return "*";
        return any_matches(rule.origins, *question.origin) ? *question.origin : std::string_view{};
    }
    if (!rule.always_send) return {};
    if (rule.wildcard) return rule.supports_credentials ? std::string_view{} : std::string_view{"*"};
    return rule.first_literal_origin;
}

std::string allowed_headers(const Rule& rule, std::string_view asked) {
    auto names = split_list(asked);
    std::erase_if(names, [&](auto& name) { return !any_matches(rule.allow_headers, name); });
    return joined(sorted(std::move(names)));
}

}  // namespace

class CorsPolicy {
  public:
    explicit CorsPolicy(const CorsOptions& options) {
        if (options.resources.empty()) insert(make_rule("*", options));
        for (auto& resource : options.resources) insert(make_rule(resource.path, combined(options, resource.options)));
    }
    const Rule* rule_for(std::string_view path) const {
        for (auto& rule : rules_)
            if (rule.path.matches(path)) return &rule;
        return nullptr;
    }

  private:
    /// Behind those that are as specific.
    void insert(Rule rule) {
        auto place = std::upper_bound(rules_.begin(), rules_.end(), rule,
                                      [](auto& left, auto& right) { return specificity(left) < specificity(right); });
        rules_.insert(place, std::move(rule));
    }

    std::vector<Rule> rules_;
};

std::shared_ptr<const CorsPolicy> make_cors_policy(const CorsOptions& options) {
    return std::make_shared<const CorsPolicy>(options);
}

std::vector<std::pair<std::string_view, std::string>> cors_headers(const CorsPolicy& policy,
                                                                   const CorsQuestion& question) {
    std::vector<std::pair<std::string_view, std::string>> headers;
    auto add = [&](std::string_view name, std::string value) {
        if (!value.empty()) headers.emplace_back(name, std::move(value));
    };
    const Rule* rule = policy.rule_for(question.path);
    if (rule == nullptr) return headers;
    std::string origin(allowed_origin(*rule, question));
    if (origin.empty()) return headers;
    add("Access-Control-Allow-Origin", origin);
    add("Access-Control-Expose-Headers", rule->expose_headers);
    if (rule->supports_credentials) add("Access-Control-Allow-Credentials", "true");
    std::string asked = upper(std::string(question.request_method.value_or("")));
    if (question.method == "OPTIONS" && std::binary_search(rule->methods.begin(), rule->methods.end(), asked)) {
        if (question.request_headers)
            add("Access-Control-Allow-Headers", allowed_headers(*rule, *question.request_headers));
        add("Access-Control-Max-Age", rule->max_age);
        add("Access-Control-Allow-Methods", rule->methods_text);
    }
    if (rule->vary_header && origin != "*" && rule->varies) add("Vary", "Origin");
    return headers;
}

}  // namespace retort::detail
