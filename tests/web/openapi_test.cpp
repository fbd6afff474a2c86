// The description of an API: paths, parameters, bodies, and what is refused.
#include "retort/web/openapi.hpp"

#include <doctest/doctest.h>

#include "retort/web/web.hpp"

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
