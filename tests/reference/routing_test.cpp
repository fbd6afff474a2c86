// Routing and url_for against what Werkzeug and Flask do with the same rules.

#include <string>

#include "retort/base/text.hpp"
#include "retort/web/url_map.hpp"
#include "tests/doctest.hpp"
#include "tests/reference/routing_data.hpp"

using namespace retort;

namespace {

class ListConverter final : public Converter {
  public:
    bool accepts(std::string_view text) const override { return !text.empty(); }
    bool convert(std::string_view text, RouteValue& value) const override {
        json list = json::array();
        for (auto item : split(text, ',')) list.push_back(item);
        value = std::move(list);
        return true;
    }
    std::string to_url(const json& value) const override {
        std::vector<std::string> items;
        for (const json& item : value) items.push_back(Converter::to_url(item));
        return join(items, ",");
    }
    std::string pattern() const override { return "list"; }
};

struct RecordedRule {
    const char* rule;
    const char* endpoint;
    const char* defaults = "null";
    bool strict_slashes = true;
    std::vector<std::string> methods = {};
};

const RecordedRule recorded_rules[] = {
    {"/", "index"},
    {"/about", "about"},
    {"/projects/", "projects"},
    {"/u/<name>", "u"},
    {"/s/<string:name>", "s"},
    {"/s2/<string(length=2):cc>", "s2"},
    {"/s3/<string(minlength=2,maxlength=4):x>", "s3"},
    {"/i/<int:n>", "i"},
    {"/ineg/<int(signed=True):n>", "ineg"},
    {"/irange/<int(min=2,max=5):n>", "irange"},
    {"/ifix/<int(fixed_digits=4):n>", "ifix"},
    {"/f/<float:x>", "f"},
    {"/fneg/<float(signed=True):x>", "fneg"},
    {"/p/<path:p>", "p"},
    {"/p/<path:p>/edit", "pedit"},
    {"/uuid/<uuid:x>", "uuid"},
    {"/any/<any(foo,bar,'a b'):x>", "anyx"},
    {"/list/<list:l>", "list"},
    {"/two/<a>/<int:b>", "two"},
    {"/two/<a>/static", "twostatic"},
    {"/dot/<name>.<ext>", "dot"},
    {"/date/<int:y>-<int:m>-<int:d>", "date"},
    {"/u/me", "me"},
    {"/user/<int:id>", "uid"},
    {"/user/<name>", "uname"},
    {"/pages/", "pages", R"({"page": 1})"},
    {"/pages/page/<int:page>", "pages"},
    {"/strict/", "strict", "null", false},
    {"/café/<x>", "cafe"},
    {"/sp ace/<x>", "space"},
    {"/w/<path:p>/<int:n>", "wpathint"},
    {"/w/<a>/<b>", "wab"},
    {"/w/x<a>/<b>", "wxab"},
    {"/w/<int:a>/<b>", "wib"},
    {"/w/<a>/c/", "wac"},
    {"/br/<name>/", "branch"},
    {"/lo/<name>", "lenient", "null", false},
    {"/lo2/<name>/", "lenient2", "null", false},
    {"/mix/v<int:a>.<int:b>-<c>", "mix"},
    {"/mix/<x>", "mixx"},
    {"/bounds/<int(min=5):n>/z", "bmin"},
    {"/bounds/<name>/z", "bname"},
    {"/d/", "dd", R"({"a": 1, "b": "x"})"},
    {"/d/<int:a>/<b>", "dd"},
    {"/d/<int:a>/", "dd", R"({"b": "x"})"},
    {"/m", "mget"},
    {"/m", "mpost", "null", true, {"POST"}},
    {"/onlypost", "onlypost", "null", true, {"post"}},
    {"/opt", "opt", "null", true, {"GET", "OPTIONS"}},
    {"/mm/<name>", "mmpost", "null", true, {"POST"}},
    {"/mm/<int:n>", "mmget"},
    {"/mm/fix", "mmput", "null", true, {"PUT"}},
    {"/static/<path:filename>", "static"},
    {"/pair/<a><b>", "pair"},
};

UrlMap recorded_map() {
    UrlMap map;
    map.add_converter("list", [](const ConverterArguments&) { return std::make_unique<ListConverter>(); });
    for (const auto& rule : recorded_rules) {
        map.add(
            rule.rule, rule.endpoint,
            {.methods = rule.methods, .defaults = json::parse(rule.defaults), .strict_slashes = rule.strict_slashes});
    }
    return map;
}

std::pair<int, std::string> outcome(const RouteMatch& match) {
    switch (match.kind) {
        case RouteMatch::Kind::redirect: return {308, match.location};
        case RouteMatch::Kind::not_found: return {404, ""};
        case RouteMatch::Kind::method_not_allowed: return {405, join(match.allowed, ",")};
        case RouteMatch::Kind::found: break;
    }
    json values = json::object();
    for (const auto& [name, value] : match.values) values[name] = json_of(value);
    return {200, match.rule->endpoint() + " " + values.dump()};
}

}  // namespace

TEST_CASE("paths lead where Werkzeug leads them") {
    UrlMap map = recorded_map();
    for (const auto& recorded : recorded_matches) {
        std::string_view target = recorded.path;
        auto path = target.substr(0, target.find('?'));
        auto query = path.size() < target.size() ? target.substr(path.size() + 1) : std::string_view{};
        auto [status, result] = outcome(map.match(recorded.method, path, query));
        CAPTURE(recorded.method);
        CAPTURE(recorded.path);
        CHECK(status == recorded.status);
        CHECK(result == recorded.result);
    }
    CHECK(outcome(map.match("GET", std::string_view{"/u/a\0b", 6})).second == "u {\"name\":\"a\\u0000b\"}");
}

TEST_CASE("URLs are built as url_for builds them") {
    UrlMap map = recorded_map();
    for (const auto& recorded : recorded_urls) {
        std::string url;
        try {
            url = map.build(recorded.endpoint, json::parse(recorded.values), recorded.method);
        } catch (const BuildError&) {
            url = "!";
        }
        CAPTURE(recorded.endpoint);
        CAPTURE(recorded.values);
        CHECK(url == recorded.url);
    }
    CHECK(map.build("list", json{{"l", {"a", "b c"}}}) == "/list/a,b%20c");
}
