// OpenAPI 3.1: a description of an app's routes, inputs and answers, for programs and for people. Not part of
// retort.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/web/view.hpp"

namespace retort {

class App;

struct OpenApiOptions {
    std::string title;  ///< empty: the app's name
    std::string version = "1.0.0";
    std::string description;
    std::string path = "/openapi.json";
    std::string page = "/docs";  ///< a page to read and to try it; empty: none
};

/// What the types of a view do not say.
struct OperationDocs {
    std::string summary;  ///< one line
    std::string description;
    std::vector<std::string> tags;  ///< empty: its blueprint
    /// What it answers, by status: `{{201, "The new user"}, {409, "The name is taken"}}`. The first below 400 is what
    /// the view returns; errors are problem documents.
    std::vector<std::pair<int, std::string>> responses;
    bool login = false;  ///< wants a login, in a way that is not `login_required<view>`
    bool deprecated = false;
    bool hidden = false;  ///< left out
};

/// Serves the description: `serve_openapi(app, {.version = "2.1.0"});`
void serve_openapi(App& app, OpenApiOptions options = {});

/// The description as a document. Static files and the description itself are left out.
json openapi_document(App& app, const OpenApiOptions& options = {});

/// Says more of an endpoint that has its route already: `describe_endpoint(app, "users.add", {.summary = "Adds one"})`.
/// Throws BuildError("unknown-endpoint").
void describe_endpoint(App& app, std::string_view endpoint, OperationDocs docs);

namespace detail {
void describe_view(App& app, const void* view, OperationDocs docs);
std::string openapi_page(const std::string& path);
}  // namespace detail

/// The same by the view: `describe_view<add_user>(app, {.responses = {{201, "The new user"}}})`.
template <auto view>
void describe_view(App& app, OperationDocs docs) {
    detail::describe_view(app, detail::view_identity<view>(), std::move(docs));
}

}  // namespace retort
