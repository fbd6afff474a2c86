// Building, reading, comparing and converting documents.
#include "retort/base/json.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort;

namespace shop {
struct Member {
    int id;
    json to_json() const { return json{{"id", id}}; }
};
struct Free {
    std::string name;
};
json to_json(const Free& free) { return json{{"name", free.name}}; }
struct Point {
    int x, y;
    static Point from_json(const json& from) { return {from.at("x").as<int>(), from.at("y").as<int>()}; }
};
struct Secret {
    std::string password;
};
}  // namespace shop

static_assert(JsonValue<shop::Member>);
static_assert(JsonValue<shop::Free>);
static_assert(!JsonValue<shop::Secret>);
static_assert(!JsonValue<const void*>);
static_assert(!JsonValue<char>);
static_assert(!JsonValue<Time>);

namespace {

json echo(json value) { return value; }

}  // namespace

TEST_CASE("texts in braces may be literals, variables or temporaries, of any length") {
    std::string key = "variable", text(40, 'v');
    const char local[] = "local";
    char changing[] = "changing";
    const char* pointer = "pointer";
    json document{{key, "a literal that is longer than what a string keeps in itself"},
                  {std::string("temporary"), std::string(40, 't')},
                  {local, text},
                  {changing, pointer},
                  {"nested", {{"literal", "x"}, {key, {"a", key, "b"}}}},
                  {"literal", {"one"}},
                  {"", ""}};
    key = text = changing[0] = 'Z';
    CHECK(
        document.dump({.sort_keys = false}) ==
        R"({"variable":"a literal that is longer than what a string keeps in itself",)"
        R"("temporary":"tttttttttttttttttttttttttttttttttttttttt","local":"vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv",)"
        R"("changing":"pointer","nested":{"literal":"x","variable":["a","variable","b"]},"literal":"one","":""})");
    CHECK(json{{"k", 1}, {std::string("k"), "last"}, {"j", "x"}}.dump() == R"({"j":"x","k":"last"})");
    CHECK(json::object({{"k", "v"}, {std::string("l"), {"w", "x"}}}).dump() == R"({"k":"v","l":["w","x"]})");
}

TEST_CASE("braces make objects of pairs and arrays of the rest") {
    CHECK(json{{"id", 1}, {"name", "x"}}.dump() == R"({"id":1,"name":"x"})");
    CHECK(json{{"id", 1}}.dump() == R"({"id":1})");
    CHECK(json{"a", "b"}.dump() == R"(["a","b"])");
    CHECK(json{{"a", "b"}}.dump() == R"({"a":"b"})");
    CHECK(json{1, 2.5, true, nullptr}.dump() == "[1,2.5,true,null]");
    CHECK(json{{"list", {1, 2, 3}}, {"map", {{"k", "v"}}}}.dump() == R"({"list":[1,2,3],"map":{"k":"v"}})");
    CHECK(json{{1, 2}, {3, 4}}.dump() == "[[1,2],[3,4]]");
    CHECK(json{}.dump() == "null");
    CHECK(json::array().dump() == "[]");
    CHECK(json::object().dump() == "{}");
    CHECK(json::array({{"a", 1}, {"b", 2}}).dump() == R"([["a",1],["b",2]])");
    CHECK(json::array({1}).dump() == "[1]");
    CHECK(echo({{"id", 1}}).dump() == R"({"id":1})");
    CHECK(echo({"a", "b"}).dump() == R"(["a","b"])");
    CHECK_THROWS_AS((json::object({{"a", 1}, 2})), ArgumentError);
    CHECK(json::object({{"a", 1}, {"a", 2}}).dump() == R"({"a":2})");
}

TEST_CASE("a list of one is the value itself, so that braces copy") {
    json one = 1;
    json copy{one};
    CHECK(copy.is_integer());
    CHECK(json{"text"}.is_text());
    json object{{"a", 1}};
    json moved{std::move(object)};
    CHECK(moved.is_object());
    std::vector<json> nested{json{{"a", 1}}, json{{"b", 2}}};
    CHECK(json(nested).dump() == R"([{"a":1},{"b":2}])");
}

TEST_CASE("every value knows its JSON") {
    CHECK(json(true).dump() == "true");
    CHECK(json(42).dump() == "42");
    CHECK(json(42u).dump() == "42");
    CHECK(json(UINT64_MAX).dump() == "18446744073709551615");
    CHECK(json(INT64_MIN).dump() == "-9223372036854775808");
    CHECK(json("c text").dump() == "\"c text\"");
    CHECK(json(std::string{"s"}).dump() == "\"s\"");
    CHECK(json(std::string_view{"v"}).dump() == "\"v\"");
    CHECK(json(std::optional<int>{}).dump() == "null");
    CHECK(json(std::optional<std::string>{"o"}).dump() == "\"o\"");
    CHECK(json(std::nullopt).dump() == "null");
    CHECK(json(std::vector<int>{1, 2}).dump() == "[1,2]");
    CHECK(json(std::vector<bool>{true, false}).dump() == "[true,false]");
    CHECK(json(std::array<double, 2>{1, 0.5}).dump() == "[1.0,0.5]");
    CHECK(json(std::map<std::string, int>{{"b", 1}, {"a", 2}}).dump() == R"({"a":2,"b":1})");
    CHECK(json(std::map<int, std::string>{{2, "b"}, {1, "a"}}).dump() == R"({"1":"a","2":"b"})");
    CHECK(json(std::pair{1, "x"}).dump() == R"([1,"x"])");
    CHECK(json(std::tuple{1, 2.0, "x"}).dump() == R"([1,2.0,"x"])");
    CHECK(json(DateTime{2024, 1, 31, 13, 7}).dump() == "\"Wed, 31 Jan 2024 13:07:00 GMT\"");
    CHECK(json(Date{2024, 1, 2}).dump() == "\"Tue, 02 Jan 2024 00:00:00 GMT\"");
    CHECK(json(shop::Member{3}).dump() == R"({"id":3})");
    CHECK(json(shop::Free{"f"}).dump() == R"({"name":"f"})");
    CHECK(json(std::vector<shop::Free>{{"a"}, {"b"}}).dump() == R"([{"name":"a"},{"name":"b"}])");
    CHECK(json{{"users", std::vector<shop::Member>{{1}}}}.dump() == R"({"users":[{"id":1}]})");
}

TEST_CASE("members and elements") {
    json document{{"name", "Ana"}, {"tags", {"a", "b"}}};
    document["age"] = 3;
    document["deep"]["er"] = true;
    CHECK(document["deep"]["er"].as<bool>());
    CHECK(document.at("name").text() == "Ana");
    CHECK(document["tags"][1].text() == "b");
    CHECK(document.contains("age"));
    CHECK_FALSE(document.contains("agee"));
    CHECK(document.find("agee") == nullptr);
    CHECK(document.get("agee").is_null());
    CHECK(document.get("agee", 7) == 7);
    CHECK(document.get("age", 7) == 3);
    CHECK(document.get<std::string>("name", "?") == "Ana");
    CHECK(document.size() == 4);
    CHECK(document.erase("deep"));
    CHECK_FALSE(document.erase("deep"));
    const json& fixed = document;
    CHECK_THROWS_AS(fixed["nmae"], JsonKeyError);
    CHECK_THROWS_AS(fixed["tags"][2], JsonKeyError);
    CHECK_THROWS_AS(fixed["tags"][-1], JsonKeyError);
    CHECK_THROWS_AS(fixed.at("name").at("x"), JsonTypeError);
    CHECK_THROWS_AS(document["name"]["x"], JsonTypeError);
    try {
        fixed["nmae"];
    } catch (const JsonKeyError& error) {
        CHECK(error.hint() == "did you mean \"name\"?");
    }
    std::string seen;
    for (const auto& tag : fixed["tags"]) seen += tag.text();
    for (const auto& [key, value] : fixed.items()) seen += "," + key;
    CHECK(seen == "ab,name,tags,age");
    CHECK_THROWS_AS(fixed.begin(), JsonTypeError);
    CHECK_THROWS_AS(fixed["tags"].items(), JsonTypeError);
    json list;
    list.push_back(1).is_integer();
    list.push_back("x");
    CHECK(list.dump() == R"([1,"x"])");
}

TEST_CASE("as checks kind and range") {
    CHECK(json(255).as<std::uint8_t>() == 255);
    CHECK_THROWS_AS(json(256).as<std::uint8_t>(), JsonTypeError);
    CHECK_THROWS_AS(json(-1).as<unsigned>(), JsonTypeError);
    CHECK_THROWS_AS(json(1.0).as<int>(), JsonTypeError);
    CHECK_THROWS_AS(json("1").as<int>(), JsonTypeError);
    CHECK_THROWS_AS(json(1).as<bool>(), JsonTypeError);
    CHECK_THROWS_AS(json(INT64_MAX).as<int>(), JsonTypeError);
    CHECK(json(1).as<double>() == 1.0);
    CHECK(json(UINT64_MAX).as<std::uint64_t>() == UINT64_MAX);
    CHECK_THROWS_AS(json(UINT64_MAX).as<std::int64_t>(), JsonTypeError);
    CHECK(json::parse("123456789012345678901234567890").as<double>() == doctest::Approx(1.2345678901234568e29));
    CHECK_FALSE(json().as<std::optional<int>>());
    CHECK(json(3).as<std::optional<int>>() == 3);
    CHECK(json{1, 2}.as<std::vector<int>>() == std::vector{1, 2});
    CHECK(json{{"a", 1}}.as<std::map<std::string, int>>() == std::map<std::string, int>{{"a", 1}});
    CHECK(json{{"x", 1}, {"y", 2}}.as<shop::Point>().y == 2);
    const json text("t");
    CHECK(text.as<std::string_view>() == "t");
}

TEST_CASE("comparison is by value") {
    CHECK(json{{"a", 1}, {"b", 2}} == json{{"b", 2}, {"a", 1}});
    CHECK(json(1) == json(1.0));
    CHECK(json(1) == 1);
    CHECK(json("x") == "x");
    CHECK(json(1) != json(true));
    CHECK(json("1") != json(1));
    CHECK(json{1, 2} != json{2, 1});
    CHECK(json::object() != json::array());
    CHECK(json(UINT64_MAX) == json::parse("18446744073709551615"));
    CHECK(json{{"a", 1}} != json{{"b", 1}});
}

TEST_CASE("copies are deep and moves leave something that can be used") {
    json document{{"list", {1, 2}}};
    json copy = document;
    copy["list"].push_back(3);
    CHECK(document["list"].size() == 2);
    copy = copy["list"];
    CHECK(copy.dump() == "[1,2,3]");
    json moved = std::move(copy);
    copy = "again";
    CHECK(copy == "again");
    CHECK(moved.size() == 3);
    document = std::move(document["list"]);
    CHECK(document.size() == 2);
}

TEST_CASE("large objects find their keys at once and keep their order") {
    json document = json::object();
    for (int i = 0; i < 5000; ++i) document["key" + std::to_string(i * 7919 % 5000)] = i;
    CHECK(document.size() == 5000);
    bool all = true;
    for (int i = 0; i < 5000; ++i) all = all && document.at("key" + std::to_string(i * 7919 % 5000)) == i;
    CHECK(all);
    CHECK(document.items()[1].key == "key2919");
    CHECK(document.erase("key2919"));
    CHECK_FALSE(document.contains("key2919"));
    CHECK(document.at("key4999").is_integer());
    json copy = document;
    CHECK(copy == document);
    CHECK(copy.at("key17").is_integer());
}

TEST_CASE("a value may be assigned from its own document, whose members move when it grows") {
    json full{{"a", "x"}, {"b", 2}, {"c", 3}, {"d", 4}};
    full["e"] = full["a"];
    CHECK(full.dump() == R"({"a":"x","b":2,"c":3,"d":4,"e":"x"})");
    json many = json::object();
    for (int i = 0; i < 100; ++i) many["k" + std::to_string(i)] = i == 0 ? json("first") : json(many["k0"]);
    for (int i = 0; i < 100; ++i) many["m" + std::to_string(i)] = many["k" + std::to_string(i)];
    for (const auto& [key, value] : many.items()) CHECK(value == "first");
    json nested{{"inner", {{"deep", {1, 2}}}}};
    nested = nested["inner"];
    CHECK(nested.dump() == R"({"deep":[1,2]})");
    nested = std::move(nested["deep"]);
    CHECK(nested.dump() == "[1,2]");
    const json& same = nested;
    nested = same;
    CHECK(nested.dump() == "[1,2]");
}

namespace {
enum class Size : std::uint8_t { small, large };
}

TEST_CASE("enums are their names, and text that stands for something is read as that") {
    json document{{"size", Size::large}, {"sizes", std::vector{Size::small, Size::large}}, {"day", "2026-11-23"}};
    CHECK(document.dump() == R"({"day":"2026-11-23","size":"large","sizes":["small","large"]})");
    CHECK(document["size"].as<Size>() == Size::large);
    CHECK(document.get("none", Size::small) == Size::small);
    CHECK(document["day"].as<Date>() == Date(2026, 11, 23));
    CHECK(document.get("none", "text") == "text");
    CHECK(document.get("day", "text") == "2026-11-23");
    CHECK_THROWS_WITH_AS(document["day"].as<Size>(), doctest::Contains("is not the name of one"), JsonTypeError);
    CHECK_THROWS_WITH_AS(document["size"].as<DateTime>(), doctest::Contains("\"large\" is no DateTime."),
                         JsonTypeError);
    CHECK_THROWS_AS(json(static_cast<Size>(7)), JsonTypeError);
}

TEST_CASE("what is asked of a document without a name is a value of its own") {
    auto made = [] { return json{{"list", {1, 2}}, {"text", std::string(100, 'x')}, {"object", {{"a", 1}}}}; };
    int sum = 0;
    for (const auto& each : made()["list"]) sum += each.as<int>();
    for (const auto& [key, value] : made().items()) sum += static_cast<int>(key.size() + value.size());
    CHECK(sum == 3 + 4 + 2 + 4 + 0 + 6 + 1);
    const std::string& text = made()["text"].text();
    CHECK(text == std::string(100, 'x'));
    const json &object = made().at("object"), &none = made().get("none"), &second = made()["list"][1];
    CHECK(object["a"] == 1);
    CHECK(none.is_null());
    CHECK(second == 2);
    CHECK_THROWS_AS(made().at("none"), JsonKeyError);
    // A change of it would be lost.
    static_assert(!std::is_assignable_v<json, json>);
    auto appends = [](auto&& document) {
        return requires { std::forward<decltype(document)>(document).push_back(1); };
    };
    json kept;
    CHECK(appends(kept));
    CHECK_FALSE(appends(json()));
}

TEST_CASE("empty braces are an empty object") {
    CHECK(json{{"a", {}}}.dump() == R"({"a":{}})");
    CHECK(json::array({{}, 1}).size() == 2);
    CHECK(json::array({{}, 1})[0].is_object());
    CHECK(json::array({}).is_array());
    CHECK(json{}.is_null());
}

TEST_CASE("a null pointer to text is null") {
    const char* none = nullptr;
    const std::vector<const char*> words{"a", none};
    json document{{"n", none}, {"words", words}, {"there", static_cast<const char*>("x")}};
    CHECK(document.dump() == R"({"n":null,"there":"x","words":["a",null]})");
    CHECK(json(none).is_null());
}

TEST_CASE("a float is written with its own digits") {
    CHECK(json(0.1f).dump() == "0.1");
    CHECK(json(std::vector<float>{-0.3f, 2.0f, 16777216.0f, 1.5f, 1e-7f}).dump() == "[-0.3,2.0,16777216.0,1.5,1e-07]");
    CHECK(json(3.4e38f).as<float>() == 3.4e38f);
    CHECK(json(0.1f).as<float>() == 0.1f);
    CHECK(json(0.1).dump() == "0.1");
}

TEST_CASE("a path of files is its text") {
    const std::filesystem::path path = "/srv/a b";
    CHECK(json{{"path", path}}.dump() == R"({"path":"/srv/a b"})");
    CHECK(json(std::vector{path}).dump() == R"(["/srv/a b"])");
}
