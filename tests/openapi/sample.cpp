// Prints the OpenAPI document of an application with routes of every kind.
#include <cstdio>

#include "retort/retort.hpp"
#include "retort/web/openapi.hpp"

using namespace retort;

namespace {

enum class Shade { light, dark };

struct Place {
    std::string city;
    std::optional<std::string> street;
};

struct NewItem {
    std::string name;
    int stars = 3;
    double price = 0.5;
    bool sold = false;
    Shade shade = Shade::dark;
    std::optional<Date> day;
    std::vector<std::string> tags;
    std::vector<Place> places;
    std::optional<Place> place;
    std::map<std::string, int> stock;
    static Constraints constraints() {
        return {{"name", {.min_length = 2, .max_length = 80}},
                {"stars", {.minimum = 1, .maximum = 5}},
                {"tags", {.max_length = 3}}};
    }
};

struct Paging {
    int page = 1;
    std::optional<std::string> search;
};

struct SampleUser : Model<SampleUser> {
    Column<int, primary_key> id;
    Column<std::string> name;
    json to_json() const { return {{"id", id}, {"name", name}}; }
};

namespace views {

Json<NewItem> item(int) { return NewItem{.name = "tea"}; }
Json<std::vector<Ptr<SampleUser>>> users(Args<Paging>) { return std::vector<Ptr<SampleUser>>{}; }
std::pair<Json<NewItem>, int> add(Json<NewItem> item) { return {item, 201}; }
std::string profile() { return "you"; }
json anything() { return json{{"a", 1}}; }
Response nothing() { return {"", 204}; }

}  // namespace views

App sample_app() {
    App app{"sample"};
    app.config["SECRET_KEY"] = "sample";
    Blueprint items{"items", {.url_prefix = "/items"}};
    items.route<views::item>("/<int:id>");
    items.route<views::add>("/", {POST});
    items.route("/<name>", "by_name", [](const std::string&) { return ""; }, {GET, PUT, PATCH, DELETE});
    items.get("/<float:x>/<uuid:part>/<path:rest>", "deep", [](double, Uuid, const std::string&) { return ""; });
    app.register_blueprint(items);
    app.route<views::users>("/users");
    app.route<login_required<views::profile>>("/profile");
    app.route<views::anything>("/anything");
    app.route<views::nothing>("/nothing", {DELETE});
    app.post("/form", "form", [](Form<Paging>) { return std::tuple{"x", 202, http::Headers{{"X-A", "1"}}}; });
    describe_view<views::add>(app, {.summary = "Adds an item",
                                    .description = "Under a *new* name.",
                                    .responses = {{201, "The item"}, {409, "Taken"}}});
    describe_endpoint(app, "form", {.tags = {"forms"}, .login = true, .deprecated = true});
    return app;
}

}  // namespace

int main() {
    App app = sample_app();
    auto document =
        openapi_document(app, {.title = "Sample", .version = "2.1.0", .description = "Routes of every kind"});
    std::puts(document.dump().c_str());
}
