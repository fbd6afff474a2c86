// Cors: lets browsers of other origins use the application, as Flask-CORS does.
#pragma once

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/web/scaffold.hpp"

namespace retort {

class App;
class Blueprint;

/// One text or several: `"*"` or `{"http://a.com", "http://b.com"}`. Empty when nothing was given.
class TextList {
  public:
    TextList() = default;
    TextList(const char* text);
    TextList(std::string text);
    TextList(std::initializer_list<const char*> texts);
    TextList(std::vector<std::string> texts);

    /// Whether it was set, be it to an empty list.
    bool given() const { return given_; }
    const std::vector<std::string>& texts() const { return texts_; }

  private:
    std::vector<std::string> texts_;
    bool given_ = false;
};

struct CorsResource;

/// What may be asked from where. A text with `* \ ] ? $ ^ [ ( )` is a regular expression; "*" is everything.
/// What is left out comes from the configuration (CORS_ORIGINS, CORS_METHODS, …), else from the defaults named here.
struct CorsOptions {
    TextList origins;                          ///< default "*"; compared without case
    TextList methods;                          ///< default GET, HEAD, POST, OPTIONS, PUT, PATCH, DELETE
    TextList allow_headers;                    ///< default "*"
    TextList expose_headers;                   ///< default none
    std::optional<bool> supports_credentials;  ///< default false
    std::optional<Seconds> max_age;            ///< default none
    std::optional<bool> send_wildcard;         ///< default false: the request's own origin is sent back
    std::optional<bool> vary_header;           ///< default true
    std::optional<bool> always_send;           ///< default true: also to requests without an Origin
    /// Only for `cross_origin`, default true: OPTIONS is answered without the view, though the methods name it.
    std::optional<bool> automatic_options;
    /// Paths with options of their own: `{{"/api/*", {.origins = "http://a.com"}}}`. Default: all paths.
    std::vector<CorsResource> resources;
};

/// A pattern of paths and what holds there beyond the common options.
struct CorsResource {
    std::string path;
    CorsOptions options;
};

/// Puts the headers of cross-origin resource sharing on every answer, error pages too.
class Cors {
  public:
    Cors();
    explicit Cors(App& app, CorsOptions options = {});
    /// Only on the answers of this blueprint's routes, and without the configuration.
    explicit Cors(Blueprint& blueprint, CorsOptions options = {});
    explicit Cors(CorsOptions options);

    /// Throws ArgumentError("cors-credentials-with-wildcard") or ArgumentError("invalid-pattern").
    void init_app(App& app);
    void init_app(Blueprint& blueprint);

  private:
    CorsOptions options_;
};

/// The same for one route: `app.route<view>("/x", {.decorator = cross_origin({.origins = "http://a.com"})})`. What is
/// left out comes from the app's configuration; a `Cors` of the app adds nothing to what such a route answers.
///
/// Throws ArgumentError("invalid-pattern"). What the options are together with the configuration shows in the first
/// request, which throws ArgumentError("cors-credentials-with-wildcard").
Decorator cross_origin(CorsOptions options = {});

namespace detail {

class CorsPolicy;

struct CorsQuestion {
    std::string_view method;
    std::string_view path;  ///< decoded
    std::optional<std::string_view> origin;
    std::optional<std::string_view> request_method;   ///< Access-Control-Request-Method
    std::optional<std::string_view> request_headers;  ///< Access-Control-Request-Headers
};

/// The policy of an application, compiled once.
std::shared_ptr<const CorsPolicy> make_cors_policy(const CorsOptions& options);
/// The headers to add to the answer, in order.
std::vector<std::pair<std::string_view, std::string>> cors_headers(const CorsPolicy& policy,
                                                                   const CorsQuestion& question);

}  // namespace detail
}  // namespace retort
