// OpenAPI 3.1: a description of an app's routes and typed inputs, for programs and for people. Not part of retort.hpp.
#pragma once

#include <string>

#include "retort/base/json.hpp"

namespace retort {

class App;

struct OpenApiOptions {
    std::string title;  ///< empty: the app's name
    std::string version = "1.0.0";
    std::string description;
    std::string path = "/openapi.json";
    std::string page = "/docs";  ///< a page to read and to try it; empty: none
};

/// Serves the description: `serve_openapi(app, {.version = "2.1.0"});`
void serve_openapi(App& app, OpenApiOptions options = {});

/// The description as a document. Static files and the description itself are left out.
json openapi_document(App& app, const OpenApiOptions& options = {});

}  // namespace retort
