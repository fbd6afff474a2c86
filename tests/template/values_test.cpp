// C++ values as templates see them: scalars, containers, structs, JSON, functions, times; borrowed or owned.

#include <algorithm>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <set>

#include "retort/base/json.hpp"
#include "retort/base/uuid.hpp"
#include "retort/template/template.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using templates::Environment;
using templates::Value;

namespace {

struct Address {
    std::string city;
};
struct Customer {
    int id = 0;
    std::string name;
    std::optional<std::string> email;
    Address address;
    std::vector<std::string> tags;
    std::shared_ptr<Address> second;

    std::string greeting() const { return "Hello " + name; }
    std::string repeated(std::string_view word, int times) const {
        std::string all = name;
        for (int i = 0; i < times; ++i) all += word;
        return all;
    }
    bool lives_with(const Customer& other) const noexcept { return address.city == other.address.city; }
    /// Written for objects and for queries, as hybrids are.
    int length() const { return static_cast<int>(name.size()); }
    int length() const volatile { return 0; }
    static void template_members(templates::Members<Customer>& members) {
        members.add("greeting", &Customer::greeting).add("times", [](const Customer& one, int n) {
            return one.id * n;
        });
        members.add("repeated", &Customer::repeated).add("lives_with", &Customer::lives_with);
        members.property("length", &Customer::length).property("first_tag", [](const Customer& one) {
            return one.tags.at(0);
        });
    }
};

std::string shown(std::string_view text, const templates::TemplateArguments& arguments) {
    Environment environment;
    return environment.render_string(text, arguments);
}

}  // namespace

TEST_CASE("scalars are what Python would print") {
    CHECK(shown("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ f }}",
                {{"a", 1}, {"b", 2.0}, {"c", true}, {"d", nullptr}, {"e", 'x'}, {"f", std::uint64_t{7}}}) ==
          "1 2.0 True None x 7");
    CHECK(shown("{{ a|length }} {{ b }}", {{"a", "é日"}, {"b", std::optional<int>()}}) == "2 None");
    CHECK_THROWS_AS(shown("", {{"a", ~std::uint64_t{0}}}), templates::OverflowError);
}

TEST_CASE("a struct shows its fields, and what template_members adds") {
    Customer ana{7, "Ana <3", std::nullopt, {"Lisbon"}, {"a", "b"}, nullptr};
    CHECK(shown("{{ c.id }} {{ c.name }} {{ c.email }} {{ c.address.city }} {{ c.tags|join('-') }} {{ c.second }}",
                {{"c", ana}}) == "7 Ana &lt;3 None Lisbon a-b None");
    CHECK(shown("{{ c['name'] }} {{ c.greeting() }} {{ c.times(6) }} {{ c.nothing }}|{{ c.nothing is defined }}",
                {{"c", ana}}) == "Ana &lt;3 Hello Ana &lt;3 42 |False");
    CHECK_THROWS_WITH_AS(shown("{{ c.nothing.more }}", {{"c", ana}}),
                         doctest::Contains("'Customer object' has no attribute 'nothing'"), UndefinedError);
}

TEST_CASE("member functions take arguments, properties need no parentheses") {
    Customer ana{7, "Ana", std::nullopt, {"Lisbon"}, {"a", "b"}, nullptr}, bob{8, "Bob", {}, {"Porto"}, {}, nullptr};
    const templates::Argument list[] = {{"a", ana}, {"b", bob}};
    const templates::TemplateArguments both{std::span(list)};
    CHECK(shown("{{ a.repeated('!', 2) }} {{ a.lives_with(b) }} {{ a.lives_with(a) }}", both) == "Ana!! False True");
    CHECK(shown("{{ a.length }} {{ a.first_tag }} {{ [a, b]|map(attribute='length')|sum }}", both) == "3 a 6");
    CHECK_THROWS_WITH_AS(shown("{{ a.repeated('!') }}", both), doctest::Contains("argument 3 is missing"),
                         templates::TypeError);
    CHECK_THROWS_WITH_AS(shown("{{ a.lives_with(3) }}", both), doctest::Contains("must be a Customer"),
                         templates::TypeError);
}

TEST_CASE("arguments have names where the function says them") {
    Environment environment;
    environment.add_global(
        "badge", templates::named({"text", "colour", "times"}, [](std::string text, std::optional<std::string> colour,
                                                                  std::optional<int> times) {
            return text + "/" + colour.value_or("-") + "/" + std::to_string(times.value_or(1));
        }));
    environment.add_filter("cut", templates::named({"value", "size"}, [](std::string_view value, int size) {
                               return std::string{value.substr(0, static_cast<std::size_t>(size))};
                           }));
    auto shown = [&](std::string_view text) { return environment.render_string(text); };
    CHECK(
        shown("{{ badge('a') }} {{ badge('a', colour='red') }} {{ badge('a', times=3) }} {{ badge('a', none, 2) }}") ==
        "a/-/1 a/red/1 a/-/3 a/-/2");
    CHECK(shown("{{ badge(times=2, text='b') }} {{ badge(*['c'], **{'colour': 'x'}) }} {{ 'hello'|cut(size=2) }}") ==
          "b/-/2 c/x/1 he");
    CHECK_THROWS_WITH_AS(shown("{{ badge('a', text='b') }}"), doctest::Contains("multiple values for argument 'text'"),
                         templates::TypeError);
    CHECK_THROWS_WITH_AS(shown("{{ badge('a', size=1) }}"), doctest::Contains("unexpected keyword argument 'size'"),
                         templates::TypeError);
    CHECK_THROWS_WITH_AS(shown("{{ badge(times=1) }}"), doctest::Contains("argument 1 is missing"),
                         templates::TypeError);
    CHECK_THROWS_AS(shown("{{ badge('a', 'b', 1, 2) }}"), templates::TypeError);
}

TEST_CASE("containers are lists and dicts") {
    std::map<std::string, int> map{{"one", 1}, {"two", 2}};
    std::set<std::string> set{"b", "a"};
    std::list<Customer> customers(2);
    customers.front().name = "first";
    CHECK(shown("{{ m }} {{ m.two }} {{ s }} {{ c[0].name }} {{ c|length }}",
                {{"m", map}, {"s", set}, {"c", customers}}) ==
          "{&#39;one&#39;: 1, &#39;two&#39;: 2} 2 [&#39;a&#39;, &#39;b&#39;] first 2");
    CHECK(shown("{{ p[0] }}{{ p.1 }} {{ v[-1] }} {{ v[1:] }}",
                {{"p", std::make_pair(1, "x")}, {"v", std::vector<int>{1, 2, 3}}}) == "1x 3 [2, 3]");
    std::vector<bool> flags{true, false};
    CHECK(shown("{{ f }}", {{"f", flags}}) == "[True, False]");
}

TEST_CASE("what a template changes is its own copy") {
    std::vector<int> numbers{1, 2};
    CHECK(shown("{{ n.append(3) }}{{ n }}", {{"n", numbers}}) == "None[1, 2, 3]");
    CHECK(numbers.size() == 2);
}

TEST_CASE("documents are dicts, lists and scalars") {
    json document{{"name", "x"}, {"list", json::array({1, nullptr})}, {"deep", {{"y", 1.5}}}};
    CHECK(shown("{{ d.name }} {{ d.list }} {{ d.deep.y }} {{ d|tojson }}", {{"d", document}}) ==
          "x [1, None] 1.5 {\"deep\": {\"y\": 1.5}, \"list\": [1, null], \"name\": \"x\"}");
}

TEST_CASE("a value that owns outlives what it was made of") {
    Value kept;
    {
        std::vector<Customer> customers{{1, "a rather long name, so that it is on the heap", {}, {}, {}, nullptr}};
        kept = Value(customers);
    }
    Environment environment;
    CHECK(environment.render_string("{% set first = c[0] %}{% set name = c[0].name %}{{ name[:8] }}{{ first.id }}",
                                    {{"c", kept}}) == "a rather1");
}

TEST_CASE("functions of C++ are functions of templates") {
    Environment environment;
    environment.add_global("add", templates::typed_function([](int a, int b) { return a + b; }));
    environment.add_filter("shout", templates::typed_function([](std::string text) { return text + "!"; }));
    environment.add_filter("bold", templates::typed_function([](std::string_view text) {
                               return Markup("<b>" + Markup::escape(text).html() + "</b>");
                           }));
    environment.add_test("long", templates::typed_function([](std::string_view text) { return text.size() > 3; }));
    CHECK(environment.render_string("{{ add(1, 2) }} {{ '<a'|shout }} {{ '<a'|bold }} {{ 'abcd' is long }}") ==
          "3 &lt;a! <b>&lt;a</b> True");
    // What is made for a parameter that is a reference lives as long as the call.
    environment.add_global("join", templates::typed_function([](const std::string& a, const int& b, const double& c,
                                                                const std::optional<std::string>& d) {
                               return a + std::to_string(b) + (c > 1 ? " more " : " less ") + d.value_or("none");
                           }));
    CHECK(environment.render_string(
              "{{ join('a text that is no short one', 3, 1.5) }} {{ join('b', 4, 0.5, 'x' * 40) }}") ==
          "a text that is no short one3 more none b4 less " + std::string(40, 'x'));
    CHECK_THROWS_WITH_AS(environment.render_string("{{ add(1, 'x') }}"),
                         doctest::Contains("argument 2 must be an integer"), templates::TypeError);
    CHECK_THROWS_WITH_AS(environment.render_string("{{ 'x'|shuot }}"), doctest::Contains("did you mean \"shout\"?"),
                         TemplateAssertionError);
}

TEST_CASE("functions of C++ take what templates can be given") {
    struct Cup {
        std::string name;
        double price;
    };
    Environment environment;
    auto add = [&](const char* name, auto function) {
        environment.add_filter(name, templates::typed_function(std::move(function)));
    };
    add("year", [](const DateTime& moment) { return moment.date().year(); });
    add("month", [](Date date) { return date.month(); });
    add("hour", [](const Time& time) { return time.hour(); });
    add("utc", [](const DateTimeTz& moment) { return moment.utc().to_string(); });
    add("seconds", [](Interval span) { return span.count() / 1'000'000; });
    add("cents", [](const Decimal& price) { return (price * Decimal(100)).to_string(); });
    add("hex", [](const Uuid& id) { return id.to_string().substr(0, 4); });
    add("keys", [](const json& document) { return document.size(); });
    add("bold", [](const Markup& text) { return Markup("<b>" + text.html() + "</b>"); });
    add("total", [](const std::vector<Cup>& cups) {
        double sum = 0;
        for (const auto& cup : cups) sum += cup.price;
        return sum;
    });
    add("longest", [](const std::vector<std::string>& words) {
        return *std::max_element(words.begin(), words.end(),
                                 [](const auto& a, const auto& b) { return a.size() < b.size(); });
    });
    const DateTime moment(2024, 1, 31, 13, 7, 9);
    const Date date = moment.date();
    const Time time = moment.time();
    const DateTimeTz aware(moment);
    const Interval span(90'000'000);
    const Decimal price("12.50");
    const Uuid id = *Uuid::parse("12345678-1234-5678-1234-567812345678");
    const std::vector<Cup> cups{{"a", 1.5}, {"b", 2}};
    const templates::Argument list[] = {{"m", moment}, {"d", date},  {"t", time}, {"z", aware},
                                        {"i", span},   {"p", price}, {"u", id},   {"cups", cups}};
    auto shown = [&](const char* text) {
        return environment.render_string(text, templates::TemplateArguments{std::span(list)});
    };
    CHECK(shown("{{ m|year }} {{ d|month }} {{ m.date()|month }} {{ t|hour }} {{ z|utc }} {{ i|seconds }} {{ (m - "
                "m)|seconds }}") == "2024 1 1 13 2024-01-31 13:07:09 90 0");
    CHECK(shown("{{ p|cents }} {{ (p * 2)|cents }} {{ 3|cents }} {{ u|hex }} {{ {'a': [1], 'b': p}|keys }}") ==
          "1250.00 2500.00 300 1234 2");
    CHECK(
        shown("{{ '<'|bold }} {{ '<'|bold|bold }} {{ cups|total }} {{ cups[:1]|total }} {{ ['a', 'bcd']|longest }} {{ "
              "'x y yz'.split()|longest }}") == "<b>&lt;</b> <b><b>&lt;</b></b> 3.5 1.5 bcd yz");
    for (const char* text :
         {"{{ d|year }}", "{{ 'x'|year }}", "{{ none|month }}", "{{ z|year }}", "{{ m|utc }}", "{{ 1.5|cents }}",
          "{{ 3|bold }}", "{{ 'abc'|longest }}", "{{ [1, 2]|longest }}", "{{ [1]|total }}", "{{ 'x'|hex }}"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(shown(text), templates::TypeError);
    }
    CHECK_THROWS_WITH_AS(shown("{{ z|year }}"), doctest::Contains("this takes a datetime without a zone"),
                         templates::TypeError);
}

TEST_CASE("dates and times have Python's attributes") {
    DateTime moment(2024, 1, 31, 13, 7, 9);
    CHECK(
        shown(
            "{{ d }} {{ d.year }} {{ d.minute }} {{ d.strftime('%d.%m.%y %H:%M') }} {{ d.isoformat() }} {{ d.date() }}",
            {{"d", moment}}) == "2024-01-31 13:07:09 2024 7 31.01.24 13:07 2024-01-31T13:07:09 2024-01-31");
    CHECK(shown("{{ d < e }} {{ d == d }} {{ d.weekday() }} {{ d|tojson }}",
                {{"d", Date(2024, 1, 31)}, {"e", Date(2024, 2, 1)}}) ==
          "True True 2 \"Wed, 31 Jan 2024 00:00:00 GMT\"");
    CHECK(shown("{{ u }}", {{"u", *Uuid::parse("12345678-1234-5678-1234-567812345678")}}) ==
          "12345678-1234-5678-1234-567812345678");
}

TEST_CASE("what all templates share cannot be changed by one of them") {
    Environment environment;
    environment.add_global("menu", Value(json{{"items", json::array({1, 2})}}));
    CHECK(environment.render_string("{{ menu['items'] }}") == "[1, 2]");
    CHECK_THROWS_AS(environment.render_string("{{ menu['items'].append(3) }}"), TemplateRuntimeError);
    CHECK(environment.render_string("{% set mine = menu['items']|list %}{% set _ = mine.append(3) %}{{ mine }}") ==
          "[1, 2, 3]");
}

namespace {

enum class State : std::uint8_t { open, done };
struct Order {
    State state = State::done;
    const char* note = nullptr;
    float weight = 0.1f;
    std::optional<State> before;
};

}  // namespace

TEST_CASE("a null pointer to text is None") {
    const char* none = nullptr;
    const std::vector<const char*> words{"a", none};
    CHECK(shown("{{ n }} {{ n is none }} {{ o.note }} {{ w }}", {{"n", none}, {"o", Order{}}, {"w", words}}) ==
          "None True None [&#39;a&#39;, None]");
    CHECK(Value(none).is_none());
    Environment environment;
    environment.add_global("kept", Value(none));
    environment.add_global("given", templates::typed_function([]() -> const char* { return nullptr; }));
    CHECK(environment.render_string("{{ kept }} {{ given() }}") == "None None");
}

TEST_CASE("an enum is its name") {
    CHECK(shown("{{ e }} {{ o.state }} {{ o.state == 'done' }} {{ o.before }} {{ o.state|tojson }}",
                {{"e", State::open}, {"o", Order{}}}) == "open done True None \"done\"");
    const std::map<State, int> counts{{State::open, 3}};
    CHECK(shown("{{ c.open }} {{ c['open'] }} {{ c.done is defined }} {{ c }}", {{"c", counts}}) ==
          "3 3 False {&#39;open&#39;: 3}");
    CHECK_THROWS_AS(shown("", {{"e", static_cast<State>(7)}}), JsonTypeError);
    Environment environment;
    environment.add_filter("over", templates::typed_function([](State state) { return state == State::done; }));
    CHECK(environment.render_string("{{ o.state|over }} {{ 'open'|over }}", {{"o", Order{}}}) == "True False");
    CHECK_THROWS_WITH_AS(environment.render_string("{{ 'opne'|over }}"), doctest::Contains("did you mean \"open\"?"),
                         JsonTypeError);
}

TEST_CASE("floats, paths and durations print as people write them") {
    const std::filesystem::path path = "/srv/<a>";
    CHECK(shown("{{ o.weight }} {{ f }} {{ f == 0.3 }}", {{"o", Order{}}, {"f", 0.3f}}) == "0.1 0.3 True");
    CHECK(shown("{{ p }} {{ p|tojson }}", {{"p", path}}) == "/srv/&lt;a&gt; \"/srv/\\u003ca\\u003e\"");
    CHECK(shown("{{ s }} {{ s.total_seconds() }}", {{"s", std::chrono::minutes(90)}}) == "1:30:00 5400.0");
}

TEST_CASE("a list may be written in the call") {
    CHECK(shown("{{ sizes|sum }} {{ names|join('+') }} {{ empty }}",
                {{"sizes", {1, 2, 3}}, {"names", {"a", "b"}}, {"empty", {}}}) == "6 a+b []");
}

TEST_CASE("what is wrong with a call names the function or the filter") {
    Environment environment;
    auto twice = templates::typed_function([](int number) { return number * 2; });
    environment.add_global("double", twice);
    environment.add_filter("doubled", twice);
    environment.add_test("twice", twice);
    environment.add_global("badge", templates::named({"text"}, [](std::string text) { return text; }));
    auto wrong = [&](const char* text) -> std::string {
        try {
            return environment.render_string(text, {{"c", Customer{}}});
        } catch (const templates::TypeError& error) {
            return error.message();
        }
    };
    CHECK(wrong("{{ double('x') }}") == "double(): argument 1 must be an integer, not 'str'");
    CHECK(wrong("{{ double() }}") == "double(): argument 1 is missing");
    CHECK(wrong("{{ double(1, 2) }}") == "double() takes 1 argument, 2 were given");
    CHECK(wrong("{{ double(n=1) }}") == "double() got an unexpected keyword argument 'n'");
    CHECK(wrong("{{ 'x'|doubled }}") == "doubled(): argument 1 must be an integer, not 'str'");
    CHECK(wrong("{{ ['x']|map('doubled')|list }}") == "doubled(): argument 1 must be an integer, not 'str'");
    CHECK(wrong("{{ 'x' is twice }}") == "twice(): argument 1 must be an integer, not 'str'");
    CHECK(wrong("{{ badge(words='x') }}") == "badge() got an unexpected keyword argument 'words'");
    CHECK(wrong("{{ c.times('x') }}") == "times(): argument 2 must be an integer, not 'str'");
}
