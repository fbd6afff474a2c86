// The description of an API: paths, parameters, bodies, and what is refused.
#include "retort/web/openapi.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Place {
    std::string city;
};

struct NewItem {
    std::string name;
    int stars = 3;
    std::optional<Date> day;
    std::vector<std::string> tags;
    std::optional<Place> place;
    static Constraints constraints() {
        return {{"name", {.min_length = 2}}, {"stars", {.minimum = 1, .maximum = 5}}, {"tags", {.max_length = 3}}};
    }
};

struct Paging {
    int page = 1;
};

enum class Shade { light, dark };

struct Told {
    int id = 0;
    json to_json() const { return json{{"id", id}}; }
};

struct Item {
    std::string name;
    Shade shade = Shade::light;
    std::map<std::string, int> stock;
    std::vector<Told> told;
};

Json<Item> one_item() { return Item{.name = "tea"}; }

}  // namespace

TEST_CASE("routes and types become a description") {
    App app{"shop"};
    Blueprint items{"items", {.url_prefix = "/items"}};
    items.post("/", "add", [](Json<NewItem> item) { return item->name; });
    items.get("/", "all", [](Args<Paging> paging) { return std::to_string(paging->page); });
    items.route("/<int:id>/<uuid:part>", "one", [](int, Uuid) { return ""; }, {GET, DELETE});
    app.register_blueprint(items);
    app.post("/form", [](Form<Paging>) { return ""; });
    serve_openapi(app, {.version = "2.0.0"});
    auto client = app.test_client();
    auto document = client.get("/openapi.json").json();
    CHECK(document["openapi"] == "3.1.0");
    CHECK(document["info"] == json{{"title", "shop"}, {"version", "2.0.0"}});
    CHECK(document["paths"].size() == 3);
    auto& add = document["paths"]["/items/"]["post"];
    CHECK(add["operationId"] == "items.add");
    CHECK(add["tags"] == json::array({"items"}));
    CHECK(add["responses"].contains("422"));
    CHECK(add["requestBody"]["content"]["application/json"]["schema"] == json::parse(R"({"type": "object",
        "required": ["name", "tags"], "properties": {
        "name": {"type": "string", "minLength": 2},
        "stars": {"type": "integer", "default": 3, "minimum": 1, "maximum": 5},
        "day": {"type": ["string", "null"], "format": "date"},
        "tags": {"type": "array", "items": {"type": "string"}, "maxItems": 3},
        "place": {"type": ["object", "null"], "properties": {"city": {"type": "string"}}, "required": ["city"]}}})"));
    CHECK(document["paths"]["/items/"]["get"]["parameters"] ==
          json::parse(R"([{"name": "page", "in": "query", "schema": {"type": "integer", "default": 1}}])"));
    auto& one = document["paths"]["/items/{id}/{part}"];
    CHECK(one["get"]["operationId"] == "items.one_get");
    CHECK(one["delete"]["parameters"] == json::parse(R"([
        {"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}},
        {"name": "part", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}])"));
    CHECK_FALSE(one["get"]["responses"].contains("422"));
    CHECK(document["paths"]["/form"]["post"]["requestBody"]["content"].contains("multipart/form-data"));
    CHECK(client.get("/docs").text().find("fetch(\"/openapi.json\")") != std::string::npos);
}

TEST_CASE("what views answer is described, and typed answers are written") {
    App app{"answers"};
    app.route<one_item>("/item");
    app.get("/text", [] { return "x"; });
    app.get("/document", [] { return json{{"a", 1}}; });
    app.get("/response", [] { return Response{}; });
    app.post("/items", "add", [](Json<NewItem> item) -> std::pair<Json<Item>, int> {
        return {Item{.name = item->name, .shade = Shade::dark}, 201};
    });
    app.post("/told", "told", [] { return std::tuple{"x", 202}; });
    describe_view<one_item>(app, {.summary = "One item", .description = "Of many.", .tags = {"shop"}});
    describe_endpoint(app, "add", {.responses = {{409, "The name is taken"}, {201, "The new item"}}, .login = true});
    auto document = openapi_document(app);
    auto& paths = document["paths"];
    auto& item = paths["/item"]["get"];
    CHECK(item["summary"] == "One item");
    CHECK(item["description"] == "Of many.");
    CHECK(item["tags"] == json::array({"shop"}));
    CHECK(item["responses"]["200"]["content"]["application/json"]["schema"] == json::parse(R"({"type": "object",
        "required": ["name", "shade", "stock", "told"], "properties": {"name": {"type": "string"},
        "shade": {"type": "string", "enum": ["light", "dark"]},
        "stock": {"type": "object", "additionalProperties": {"type": "integer"}},
        "told": {"type": "array", "items": {"type": "object"}}}})"));
    CHECK(item["responses"]["default"]["$ref"] == "#/components/responses/Problem");
    CHECK(paths["/text"]["get"]["responses"]["200"]["content"].contains("text/html"));
    CHECK(paths["/document"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] == json::object());
    CHECK_FALSE(paths["/response"]["get"]["responses"]["200"].contains("content"));
    auto& add = paths["/items"]["post"];
    CHECK(add["responses"]["201"]["description"] == "The new item");
    CHECK(add["responses"]["201"]["content"].contains("application/json"));
    CHECK(add["responses"]["409"]["content"].contains("application/problem+json"));
    CHECK(add["responses"]["422"]["content"].contains("application/problem+json"));
    CHECK(add["responses"]["401"]["content"].contains("application/problem+json"));
    CHECK(add["security"] == json::parse(R"([{"session": []}])"));
    CHECK(document["components"]["securitySchemes"]["session"]["name"] == "session");
    CHECK(paths["/told"]["post"]["responses"].contains("2XX"));

    auto client = app.test_client();
    CHECK(client.get("/item").json() == json::parse(R"({"name": "tea", "shade": "light", "stock": {}, "told": []})"));
    auto made = client.post("/items", {.json = json{{"name", "pot"}, {"tags", json::array()}}});
    CHECK(made.status_code() == 201);
    CHECK(made.json()["shade"] == "dark");
}

TEST_CASE("rules that differ in names only are one path, and what is hidden is left out") {
    App app{"paths"};
    app.get("/a/<int:id>", "by_id", [](int) { return ""; });
    app.route("/a/<name>", "by_name", [](const std::string&) { return ""; }, {GET, DELETE});
    app.get("/hidden", "hidden", [] { return ""; });
    describe_endpoint(app, "hidden", {.hidden = true});
    auto document = openapi_document(app);
    REQUIRE(document["paths"].size() == 1);
    auto& path = document["paths"]["/a/{id}"];
    CHECK(path["get"]["operationId"] == "by_id");
    CHECK(path["delete"]["parameters"][0]["name"] == "id");
    CHECK(path["delete"]["parameters"][0]["schema"]["type"] == "string");
    CHECK_FALSE(document["components"].contains("securitySchemes"));
    CHECK_THROWS_AS(describe_endpoint(app, "nope", {}), BuildError);
}

namespace {

struct Node {
    std::string name;
    std::vector<Node> kids;
    std::map<std::string, Node> named;
};

struct Forest {
    std::vector<Node> trees;
    std::optional<Node> largest;
};

}  // namespace

TEST_CASE("a struct that has itself inside is described once, and referred to") {
    App app{"trees"};
    app.post("/tree", [](Json<Node> node) { return node; });
    app.post("/forest", [](const Json<Forest>& forest) { return std::to_string(forest->trees.size()); });
    serve_openapi(app);
    auto client = app.test_client();
    auto document = client.get("/openapi.json").json();
    auto& tree = document["paths"]["/tree"]["post"];
    CHECK(tree["requestBody"]["content"]["application/json"]["schema"] ==
          json::parse(R"({"$ref": "#/components/schemas/Node"})"));
    CHECK(tree["responses"]["200"]["content"]["application/json"]["schema"] ==
          json::parse(R"({"$ref": "#/components/schemas/Node"})"));
    CHECK(document["paths"]["/forest"]["post"]["requestBody"]["content"]["application/json"]["schema"] ==
          json::parse(R"({"type": "object", "required": ["trees"], "properties": {
          "trees": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
          "largest": {"anyOf": [{"$ref": "#/components/schemas/Node"}, {"type": "null"}]}}})"));
    CHECK(document["components"]["schemas"]["Node"] == json::parse(R"({"type": "object",
        "required": ["name", "kids", "named"], "properties": {"name": {"type": "string"},
        "kids": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        "named": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Node"}}}})"));
    CHECK(document["components"]["schemas"].contains("Problem"));
    auto body = json::parse(R"({"name": "a", "kids": [{"name": "b", "kids": [], "named": {}}], "named": {}})");
    CHECK(client.post("/tree", {.json = body}).json() == body);
    auto wrong = client.post("/tree", {.json = json::parse(R"({"name": "a", "kids": [{"name": 1}], "named": {}})")});
    CHECK(wrong.json()["errors"][0]["field"] == "kids[0].name");
}
