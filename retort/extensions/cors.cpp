// Cors: reads its options out of the configuration and puts the headers on every answer.
#include "retort/extensions/cors.hpp"

#include "retort/web/app.hpp"
#include "retort/web/request.hpp"

namespace retort {

namespace {

/// Texts out of the configuration: one, or an array of them.
TextList config_texts(const Config& config, std::string_view key, TextList otherwise) {
    const json* value = config.find(key);
    if (otherwise.given() || value == nullptr || value->is_null()) return otherwise;
    if (value->is_array()) return TextList(value->as<std::vector<std::string>>());
    return TextList(value->as<std::string>());
}

void config_flag(const Config& config, std::string_view key, std::optional<bool>& flag) {
    const json* value = config.find(key);
    if (!flag && value != nullptr && !value->is_null()) flag = value->as<bool>();
}

/// What the code left open, from CORS_ORIGINS and the other keys.
CorsOptions with_config(CorsOptions options, const Config& config) {
    options.origins = config_texts(config, "CORS_ORIGINS", std::move(options.origins));
    options.methods = config_texts(config, "CORS_METHODS", std::move(options.methods));
    options.allow_headers = config_texts(config, "CORS_ALLOW_HEADERS", std::move(options.allow_headers));
    options.expose_headers = config_texts(config, "CORS_EXPOSE_HEADERS", std::move(options.expose_headers));
    config_flag(config, "CORS_SUPPORTS_CREDENTIALS", options.supports_credentials);
    config_flag(config, "CORS_SEND_WILDCARD", options.send_wildcard);
    config_flag(config, "CORS_VARY_HEADER", options.vary_header);
    config_flag(config, "CORS_ALWAYS_SEND", options.always_send);
    if (const json* age = config.find("CORS_MAX_AGE"); !options.max_age && age != nullptr && !age->is_null())
        options.max_age = std::chrono::seconds(age->as<std::int64_t>());
    if (!options.resources.empty()) return options;
    TextList paths = config_texts(config, "CORS_RESOURCES", {});
    for (auto& path : paths.texts()) options.resources.push_back({path});
    return options;
}

void add_headers(const detail::CorsPolicy& policy, Request& request, Response& response) {
    if (response.headers().contains("Access-Control-Allow-Origin")) return;
    auto headers = request.headers();
    detail::CorsQuestion question{
        .method = request.method().text(),
        .path = request.path(),
        .origin = headers.get("Origin"),
        .request_method = headers.get("Access-Control-Request-Method"),
        .request_headers = headers.get("Access-Control-Request-Headers"),
    };
    for (auto& [name, value] : detail::cors_headers(policy, question)) response.headers().add(name, value);
}

}  // namespace

TextList::TextList(const char* text) : texts_{text}, given_(true) {}
TextList::TextList(std::string text) : texts_{std::move(text)}, given_(true) {}
TextList::TextList(std::initializer_list<const char*> texts) : texts_(texts.begin(), texts.end()), given_(true) {}
TextList::TextList(std::vector<std::string> texts) : texts_(std::move(texts)), given_(true) {}

Cors::Cors() = default;
Cors::Cors(CorsOptions options) : options_(std::move(options)) {}
Cors::Cors(App& app, CorsOptions options) : Cors(std::move(options)) { init_app(app); }

void Cors::init_app(App& app) {
    for (auto key :
         {"CORS_ORIGINS", "CORS_METHODS", "CORS_ALLOW_HEADERS", "CORS_EXPOSE_HEADERS", "CORS_MAX_AGE",
          "CORS_SUPPORTS_CREDENTIALS", "CORS_SEND_WILDCARD", "CORS_VARY_HEADER", "CORS_ALWAYS_SEND", "CORS_RESOURCES"})
        app.config.set_default(key, nullptr);
    auto policy = detail::make_cors_policy(with_config(options_, app.config));
    app.after_request([policy](Response& response) { add_headers(*policy, detail::current_request(), response); });
}

}  // namespace retort
