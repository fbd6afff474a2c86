// Typed input: what fits, and what each field is told when it does not.
#include "retort/web/input.hpp"

#include <set>
#include <type_traits>
#include <utility>

#include "retort/base/datetime_tz.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Address {
    std::string city;
    int zip = 0;
};

struct NewUser {
    std::string name;
    int age = 0;
    std::optional<std::string> email;
    std::string role = "reader";
    std::vector<std::string> tags;
    std::optional<Address> address;
    static Constraints constraints() {
        return {{"name", {.min_length = 2, .max_length = 5}},
                {"age", {.minimum = 0, .maximum = 150}},
                {"role", {.one_of = {"reader", "writer"}}},
                {"tags", {.max_length = 2}}};
    }
    void check(Problems& problems) const { problems.require(name != "root", "name", "is taken"); }
};

struct Page {
    int page = 1;
    int per_page = 20;
    std::optional<bool> all;
    std::vector<int> ids;
    double scale = 0;
    static Constraints constraints() { return {{"per_page", {.maximum = 100}}}; }
};

/// What of a user a form has.
struct UserForm {
    std::string name;
    int age = 0;
    std::optional<std::string> email;
    std::vector<std::string> tags;
};

Response add(Json<NewUser> user, int id) { return jsonify(std::to_string(id) + user->name + user->role); }

App input_app() {
    App app{"input"};
    app.route<add>("/users/<int:id>", {POST});
    app.post("/form", [](Form<UserForm> user) {
        return user->name + " " + std::to_string(user->age) + " " + user->email.value_or("-") + " " +
               std::to_string(user->tags.size());
    });
    app.get("/page", [](const Args<Page>& page) {
        return std::to_string(page->page) + " " + std::to_string(page->per_page) + " " +
               std::to_string(page->all.value_or(false)) + " " + std::to_string(page->ids.size());
    });
    return app;
}

json problems_of(const TestResponse& answer) {
    json found = json::object();
    CHECK(answer.status_code() == 422);
    auto document = answer.json();
    for (auto& one : document["errors"]) found[one["field"].text()] = one["problem"];
    return found;
}

enum class Colour { red, green };

struct Part {
    std::string name;
    static Constraints constraints() { return {{"name", {.max_length = 3}}}; }
    void check(Problems& problems) const { problems.require(name != "bad", "name", "is bad"); }
};

struct Boxes {
    bool agreed = false;
    bool news = true;
    std::vector<int> sizes;
    std::optional<int> must;
    std::optional<Colour> colour;
    std::optional<Date> day;
    std::optional<double> real;
    static Constraints constraints() { return {{"must", {.required = true}}}; }
};

struct Everything {
    bool agreed = false;
    bool news = true;
    std::vector<int> sizes;
    std::optional<int> must;
    std::optional<Part> part;
    std::vector<Part> parts = {{"one"}};
    std::optional<Colour> colour;
    std::optional<Date> day;
    std::optional<double> real;
    static Constraints constraints() {
        return {{"sizes", {.minimum = 1, .max_length = 3, .one_of = {"0", "1", "2"}}}, {"must", {.required = true}}};
    }
};

}  // namespace

TEST_CASE("JSON that fits becomes the struct; fields with a default may be missing") {
    App app = input_app();
    auto client = app.test_client();
    auto answer = client.post("/users/3", {.json = json::parse(R"({"name": "ada", "age": 36, "tags": []})")});
    CHECK(answer.json() == "3adareader");
}

TEST_CASE("each field's problem is told") {
    App app = input_app();
    auto client = app.test_client();
    auto post = [&](std::string_view body) { return client.post("/users/3", {.json = json::parse(body)}); };
    auto answer = post(R"({"name": 5, "age": "x", "role": "king", "tags": ["a", 1, "c"], "address": {"zip": 1.5}})");
    CHECK(answer.content_type() == "application/problem+json");
    CHECK(problems_of(answer) == json::parse(R"({"name": "must be text",
        "age": "must be an integer within its bounds", "tags[1]": "must be text",
        "role": "must be one of reader, writer", "tags": "must have at most 2 elements",
        "address.city": "is missing", "address.zip": "must be an integer within its bounds"})"));
    CHECK(problems_of(post(R"({"age": 200})")) ==
          json::parse(R"({"name": "is missing", "tags": "is missing", "age": "must be at most 150"})"));
    CHECK(problems_of(post(R"({"name": "é", "age": -1, "tags": []})")) ==
          json::parse(R"({"name": "must have at least 2 characters", "age": "must be at least 0"})"));
    CHECK(problems_of(post(R"({"name": "root", "age": 1, "tags": []})")) == json::parse(R"({"name": "is taken"})"));
    CHECK(problems_of(post(R"({"name": "ada", "age": 99999999999, "tags": []})")).contains("age"));
    CHECK(problems_of(post("[1]")) == json::parse(R"({"": "must be an object"})"));
    CHECK(client.post("/users/3", {.data = "{", .content_type = "application/json"}).status_code() == 400);
    CHECK(client.post("/users/3", {.data = "{}"}).status_code() == 415);
}

TEST_CASE("problems are moved, not copied, on their way into the error") {
    static_assert(std::is_nothrow_move_constructible_v<Problems> && std::is_nothrow_move_assignable_v<Problems>);
    Problems problems;
    problems.add("age", "must be at least 0");
    const auto* first = problems.all().data();
    ValidationError error(std::move(problems));
    CHECK(error.problems().all().data() == first);
}

TEST_CASE("forms and query strings are read as the types of the fields") {
    App app = input_app();
    auto client = app.test_client();
    CHECK(client.post("/form", {.form = {{"name", "ada"}, {"age", "36"}, {"email", ""}, {"tags", "a"}, {"tags", "b"}}})
              .text() == "ada 36 - 2");
    auto wrong = client.post("/form", {.form = {{"name", "ada"}, {"age", "old"}, {"tags", "a"}}});
    CHECK(wrong.status_code() == 422);
    CHECK(wrong.text().find("age must be an integer within its bounds") != std::string::npos);
    CHECK(client.get("/page").text() == "1 20 0 0");
    CHECK(client.get("/page?page=3&all=true&ids=1&ids=2").text() == "3 20 1 2");
    CHECK(
        problems_of(client.get("/page?page=x&per_page=1000&scale=y", {.headers = {{"Accept", "application/json"}}})) ==
        json::parse(R"({"page": "must be an integer within its bounds", "per_page": "must be at most 100",
                          "scale": "must be a number"})"));
}

TEST_CASE("boxes and lists of forms may be missing, as browsers leave them out; numbers are finite") {
    App app{"boxes"};
    app.post("/form", [](Form<Boxes> all) {
        return std::to_string(all->agreed) + std::to_string(all->news) + std::to_string(all->sizes.size());
    });
    app.post("/json", [](const Json<Everything>&) { return "taken"; });
    auto client = app.test_client();
    auto form = [&](RequestBuilder::Pairs pairs) {
        return client.post("/form", {.form = std::move(pairs), .headers = {{"Accept", "application/json"}}});
    };
    CHECK(form({{"must", "1"}}).text() == "010");
    CHECK(form({{"must", "1"}, {"agreed", "on"}, {"news", "off"}, {"sizes", "2"}}).text() == "101");
    CHECK(form({{"must", "1"}, {"day", ""}, {"colour", ""}, {"real", ""}}).text() == "010");
    CHECK(problems_of(form({{"must", ""}})) == json::parse(R"({"must": "is missing"})"));
    CHECK(problems_of(form({{"must", "1"}, {"real", "nan"}})) == json::parse(R"({"real": "must be a number"})"));
    CHECK(problems_of(form({{"must", "1"}, {"real", "inf"}})) == json::parse(R"({"real": "must be a number"})"));
    CHECK(problems_of(client.post("/json", {.json = json::parse(R"({"must": 1})")})) ==
          json::parse(R"({"agreed": "is missing", "sizes": "is missing"})"));
}

TEST_CASE("structs inside are held to their constraints, elements of lists to those of the list") {
    App app{"inside"};
    app.post("/", [](const Json<Everything>& all) {
        std::string names;
        for (auto& part : all->parts) names += part.name;
        return names;
    });
    auto client = app.test_client();
    auto post = [&](std::string_view more) {
        auto body = json::parse(R"({"agreed": true, "sizes": [], "must": 1})");
        auto others = json::parse(more);
        for (auto& [key, value] : others.items()) body[key] = value;
        return client.post("/", {.json = body});
    };
    CHECK(post(R"({"part": {"name": "abc"}, "sizes": [1, 2]})").text() == "one");
    CHECK(post(R"({"parts": [{"name": "two"}, {"name": "3"}]})").text() == "two3");
    CHECK(problems_of(post(R"({"part": {"name": "abcd"}, "parts": [{"name": "a"}, {"name": "abcd"}]})")) ==
          json::parse(R"({"part.name": "must have at most 3 characters",
                          "parts[1].name": "must have at most 3 characters"})"));
    CHECK(problems_of(post(R"({"part": {"name": "bad"}})")) == json::parse(R"({"part.name": "is bad"})"));
    CHECK(problems_of(post(R"({"sizes": [1, 0, 3]})")) ==
          json::parse(R"({"sizes[1]": "must be at least 1", "sizes[2]": "must be one of 0, 1, 2"})"));
    CHECK(problems_of(post(R"({"colour": "blue", "day": "tomorrow", "must": null})")) ==
          json::parse(R"({"colour": "must be one of red, green", "day": "must be a date such as 2024-01-31",
                          "must": "is missing"})"));
    CHECK(problems_of(client.post("/", {.json = json(nullptr)})) == json::parse(R"({"": "must be an object"})"));
}

TEST_CASE("the description says what the constraints say") {
    auto schema = detail::struct_schema<Everything>();
    CHECK(schema["required"].dump() == R"(["agreed","sizes","must"])");
    CHECK(schema["properties"]["must"]["type"] == "integer");
    CHECK(schema["properties"]["sizes"]["items"].dump() == R"({"enum":[0,1,2],"minimum":1.0,"type":"integer"})");
    CHECK(schema["properties"]["colour"]["enum"].dump() == R"(["red","green",null])");
    CHECK(detail::form_schema(schema, Everything::constraints())["required"].dump() == R"(["must"])");
    json operation = json::object();
    detail::describe_args(operation, schema, Everything::constraints());
    for (auto& parameter : operation["parameters"])
        CHECK(parameter.contains("required") == (parameter["name"] == "must"));
}

namespace {

struct Misspelt {
    std::string name;
    int age = 0;
    static Constraints constraints() { return {{"nmae", {.min_length = 1}}}; }
};
struct Holder {
    std::vector<Misspelt> all;
};
template <int number>
struct Misfit {
    std::string name;
    int age = 0;
    bool agreed = false;
    Part part;
    std::vector<int> sizes;
    std::map<std::string, int> counts;
    static Constraints constraints() {
        switch (number) {
            case 0: return {{"name", {.minimum = 1}}};
            case 1: return {{"age", {.max_length = 3}}};
            case 2: return {{"agreed", {.maximum = 1}}};
            case 3: return {{"part", {.one_of = {"x"}}}};
            case 4: return {{"age", {.one_of = {"1", "two"}}}};
            case 5: return {{"counts", {.max_length = 3}}};
            case 6: return {{"name", {.max_length = 3, .one_of = {"a"}}}, {"sizes", {.minimum = 1, .max_length = 2}}};
            default: return {{"agreed", {.one_of = {"true"}}}, {"part", {.required = true}}};
        }
    }
};

template <class T>
std::string refusal() {
    App app{"constraints"};
    try {
        app.post("/", [](const Json<T>&) { return ""; });
    } catch (const SetupError& error) {
        return std::string(error.code()) + ": " + error.message() + "; " + error.hint();
    }
    return "taken";
}

}  // namespace

TEST_CASE("constraints that do not fit the struct are refused when the route is added") {
    CHECK(
        refusal<Misspelt>() ==
        "constraint-unknown-field: the constraints of Misspelt are for the field \"nmae\", which it does not have: its "
        "fields are name, age; did you mean \"name\"?");
    CHECK(refusal<Holder>() == refusal<Misspelt>());
    CHECK(refusal<Misfit<0>>() ==
          "constraint-kind: the constraints of Misfit<0> do not fit its field \"name\": it is no number; minimum and "
          "maximum are for numbers, min_length and max_length for text and lists, one_of for what is no struct");
    CHECK(refusal<Misfit<1>>().find("\"age\": it is neither text nor a list") != std::string::npos);
    CHECK(refusal<Misfit<2>>().find("\"agreed\": it is no number") != std::string::npos);
    CHECK(refusal<Misfit<3>>().find("\"part\": it is never x") != std::string::npos);
    CHECK(refusal<Misfit<4>>().find("\"age\": it is never two") != std::string::npos);
    CHECK(refusal<Misfit<5>>().find("\"counts\": it is neither text nor a list") != std::string::npos);
    CHECK(refusal<Misfit<6>>() == "taken");
    CHECK(refusal<Misfit<7>>() == "taken");
}

namespace {

struct Reading {
    float value = 0;
    std::optional<DateTime> at;
    std::optional<std::vector<DateTime>> more = {};
    std::optional<DateTimeTz> zoned = {};
    std::optional<std::vector<std::optional<int>>> levels = {};
};

}  // namespace

TEST_CASE("a number that no float can hold is refused") {
    App app{"floats"};
    app.post("/", [](const Json<Reading>& reading) { return json(reading->value).dump(); });
    auto client = app.test_client();
    auto post = [&](std::string_view body) { return client.post("/", {.json = json::parse(body)}); };
    CHECK(post(R"({"value": 1.5})").text() == "1.5");
    CHECK(post(R"({"value": -3e38})").status_code() == 200);
    for (auto body : {R"({"value": 1e39})", R"({"value": -4e38})"})
        CHECK(problems_of(post(body)) == json::parse(R"({"value": "must be a number within its bounds"})"));
}

TEST_CASE("a date and time with a zone becomes that of UTC") {
    App app{"moments"};
    app.post("/", [](const Json<Reading>& reading) {
        std::string text = reading->at ? reading->at->to_string() : "none";
        for (auto each : reading->more.value_or(std::vector<DateTime>{})) text += " " + each.to_string();
        return text + (reading->zoned ? " " + reading->zoned->to_string() : "");
    });
    auto client = app.test_client();
    auto at = [&](const char* text) { return client.post("/", {.json = json{{"value", 1.0}, {"at", text}}}); };
    CHECK(at("2024-01-01T10:00:00").text() == "2024-01-01 10:00:00");
    CHECK(at("2024-01-01T10:00:00Z").text() == "2024-01-01 10:00:00");
    CHECK(at("2024-01-01T10:00:00.123Z").text() == "2024-01-01 10:00:00.123000");
    CHECK(at("2024-01-01T10:00:00+00:00").text() == "2024-01-01 10:00:00");
    CHECK(at("2024-01-01T10:00:00+02:00").text() == "2024-01-01 08:00:00");
    CHECK(problems_of(at("2024-01-01T10:00:00X")).contains("at"));
    auto post = [&](std::string_view body) { return client.post("/", {.json = json::parse(body)}); };
    CHECK(post(R"({"value": 1, "more": ["2024-01-01T00:30:00+01:00"], "zoned": "2024-01-01T10:00:00+02:00"})").text() ==
          "none 2023-12-31 23:30:00 2024-01-01 08:00:00+00:00");
    CHECK(problems_of(post(R"({"value": 1, "zoned": "2024-01-01T10:00:00"})")) ==
          json::parse(R"({"zoned": "must be a date and a time with its zone such as 2024-01-31T13:05:00Z"})"));
    auto schema = detail::struct_schema<Reading>();
    CHECK(schema["properties"]["zoned"]["format"] == "date-time");
    Json<Reading> reading{{.value = 1, .zoned = DateTimeTz{DateTime{2024, 1, 1}}}};
    CHECK(Json<Reading>::from_json(reading.to_json())->zoned == reading->zoned);
}

TEST_CASE("elements of a list may be null where they are optional, and a body may be a list") {
    App app{"lists"};
    app.post("/levels", [](const Json<Reading>& reading) {
        std::string text;
        for (auto& level : *reading->levels) text += level ? std::to_string(*level) : "-";
        return text;
    });
    app.post("/parts", [](const Json<std::vector<Part>>& parts) {
        std::string names;
        for (auto& part : *parts) names += part.name;
        return names;
    });
    auto client = app.test_client();
    auto levels = [&](std::string_view body) { return client.post("/levels", {.json = json::parse(body)}); };
    CHECK(levels(R"({"value": 1, "levels": [1, null, 2]})").text() == "1-2");
    CHECK(problems_of(levels(R"({"value": 1, "levels": [1, "x"]})")).contains("levels[1]"));
    auto parts = [&](std::string_view body) { return client.post("/parts", {.json = json::parse(body)}); };
    CHECK(parts(R"([{"name": "a"}, {"name": "b"}])").text() == "ab");
    CHECK(problems_of(parts(R"([{"name": "a"}, {"name": "long"}, 3])")) ==
          json::parse(R"({"[1].name": "must have at most 3 characters", "[2]": "must be an object"})"));
    CHECK(problems_of(parts("{}")) == json::parse(R"({"": "must be a list"})"));
}

namespace {

struct Parcel {
    std::string to;
    std::set<std::string> labels;
    json extra = json::object();
    std::vector<json> notes;
};
struct Loose {
    json document;
};

}  // namespace

TEST_CASE("a field may be a set, or any document") {
    App app{"parcels"};
    app.post("/parcels", [](Json<Parcel> parcel) { return parcel; });
    app.post("/loose", [](Json<Loose> loose) { return loose->document; });
    app.post("/form",
             [](Form<Parcel> parcel) { return jsonify({{"labels", parcel->labels}, {"extra", parcel->extra}}); });
    auto client = app.test_client();
    auto post = [&](const char* path, std::string_view body) { return client.post(path, {.json = json::parse(body)}); };
    CHECK(post("/parcels", R"({"to": "a", "labels": ["y", "x", "y"], "extra": {"deep": [1]}, "notes": [1, "b"]})")
              .json() ==
          json::parse(R"({"to": "a", "labels": ["x", "y"], "extra": {"deep": [1]}, "notes": [1, "b"]})"));
    CHECK(problems_of(post("/parcels", R"({"to": "a", "labels": ["x", 1], "notes": []})")).contains("labels[1]"));
    CHECK(post("/loose", R"({"document": [1, 2]})").json() == json::array({1, 2}));
    CHECK(problems_of(post("/loose", "{}")) == json::parse(R"({"document": "is missing"})"));
    CHECK(client.post("/form", {.form = {{"to", "a"}, {"labels", "x"}, {"labels", "x"}, {"extra", R"({"a": 1})"}}})
              .json() == json::parse(R"({"labels": ["x"], "extra": {"a": 1}})"));
    auto properties = detail::struct_schema<Parcel>()["properties"];
    CHECK(properties["labels"]["items"]["type"] == "string");
    CHECK_FALSE(properties["extra"].contains("type"));
}

namespace {

struct Loosened {
    int count = 0;
    bool quiet = false;
    std::string note;
    json any;
    static Constraints constraints() {
        return {{"count", {.minimum = 0, .required = false}},
                {"quiet", {.required = false}},
                {"note", {.required = false}}};
    }
};

}  // namespace

TEST_CASE("a field whose default is zero may be missing where its constraints say so; null is a document") {
    App app{"loosened"};
    app.post("/", [](Json<Loosened> given) {
        return std::to_string(given->count) + (given->quiet ? "quiet" : "-") + given->note + given->any.dump();
    });
    auto client = app.test_client();
    CHECK(client.post("/", {.json = json{{"any", nullptr}}}).text() == "0-null");
    CHECK(client.post("/", {.json = json{{"any", 1}, {"count", 3}}}).text() == "3-1");
    CHECK(client.post("/", {.json = json{{"any", 1}, {"count", -3}}}).status_code() == 422);
    CHECK(client.post("/", {.json = json::object()}).json()["errors"].dump() ==
          R"([{"field":"any","problem":"is missing"}])");
    CHECK(detail::struct_schema<Loosened>()["required"].dump() == R"(["any"])");
}
