// Cors: reads its options out of the configuration and puts the headers on every answer.
#include "retort/extensions/cors.hpp"

#include <functional>
#include <map>
#include <mutex>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/config_kinds.hpp"

namespace retort {

namespace {

/// Where an option's value is looked up by its name: "origins" is the configuration's CORS_ORIGINS, or a resource's
/// own.
using FindOption = std::function<const json*(std::string_view name)>;

/// One text, or an array of them.
TextList read_texts(const json& value) {
    return value.is_array() ? TextList(value.as<std::vector<std::string>>()) : TextList(value.as<std::string>());
}

/// What the code left open, as it is found there.
CorsOptions filled(CorsOptions options, const FindOption& find) {
    auto read = [&](std::string_view name, bool given, auto take) {
        const json* value = given ? nullptr : find(name);
        if (value != nullptr && !value->is_null()) take(*value);
    };
    auto texts = [&](std::string_view name, TextList& list) {
        read(name, list.given(), [&](const json& value) { list = read_texts(value); });
    };
    auto flag = [&](std::string_view name, std::optional<bool>& into) {
        read(name, into.has_value(), [&](const json& value) { into = value.as<bool>(); });
    };
    texts("origins", options.origins);
    texts("methods", options.methods);
    texts("allow_headers", options.allow_headers);
    texts("expose_headers", options.expose_headers);
    flag("supports_credentials", options.supports_credentials);
    flag("send_wildcard", options.send_wildcard);
    flag("vary_header", options.vary_header);
    flag("always_send", options.always_send);
    flag("automatic_options", options.automatic_options);
    read("max_age", options.max_age.has_value(),
         [&](const json& value) { options.max_age = std::chrono::seconds(value.as<std::int64_t>()); });
    return options;
}

/// Paths, or an object of them with options of their own: {"/api/*": {"origins": "http://a.com"}}.
std::vector<CorsResource> read_resources(const json& value) {
    std::vector<CorsResource> resources;
    if (!value.is_object()) {
        auto paths = read_texts(value);
        for (auto& path : paths.texts()) resources.push_back({path, {}});
        return resources;
    }
    for (auto& [path, own] : value.items()) {
        auto find = [&own = own](std::string_view name) { return own.contains(name) ? &own[name] : nullptr; };
        resources.push_back({std::string{path}, filled({}, find)});
    }
    return resources;
}

FindOption in_config(const Config& config) {
    return [&config](std::string_view name) { return config.find("CORS_" + ascii_upper(name)); };
}

CorsOptions with_config(CorsOptions options, const Config& config) {
    auto find = in_config(config);
    options = filled(std::move(options), find);
    const json* resources = find("resources");
    if (options.resources.empty() && resources != nullptr && !resources->is_null())
        options.resources = read_resources(*resources);
    return options;
}

void add_headers(const detail::CorsPolicy& policy, Request& request, Response& response) {
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

/// Marks the answers of routes that have decided themselves, be it for no header at all.
constexpr char decided = 0;

/// What `cross_origin` puts around a view.
class CrossOrigin {
  public:
    explicit CrossOrigin(CorsOptions options)
        : options_(std::move(options)), leaves_options_(options_.automatic_options == false) {
        options_.resources.clear();
        auto alone = options_;
        alone.send_wildcard = false;  // whether it may be, the configuration's origins tell
        (void)detail::make_cors_policy(alone);
    }

    Response answer(const std::function<Response()>& view) {
        auto& request = detail::current_request();
        bool options = request.method() == OPTIONS;
        if (options && leaves_options_ && request.routing().match.rule->automatic_options()) return view();
        auto& rules = rules_in(request.app());
        Response response = options && rules.automatic_options ? request.app().automatic_options(request) : view();
        if (response.is_marked(&decided)) return response;
        add_headers(*rules.policy, request, response);
        response.mark(&decided);
        return response;
    }

  private:
    struct Rules {
        std::shared_ptr<const detail::CorsPolicy> policy;
        bool automatic_options;
    };

    /// Made when the app's first request comes: only then is the configuration complete.
    const Rules& rules_in(detail::Application& app) {
        std::lock_guard lock{making_};
        auto of_app = app.weak_from_this();
        auto found = rules_.find(of_app);
        if (found == rules_.end()) {
            auto options = filled(options_, in_config(app.config));
            Rules made{detail::make_cors_policy(options), options.automatic_options.value_or(true)};
            found = rules_.emplace(std::move(of_app), std::move(made)).first;
        }
        return found->second;
    }

    CorsOptions options_;
    bool leaves_options_;  ///< where the app itself answers it
    std::mutex making_;
    std::map<std::weak_ptr<detail::Application>, Rules, std::owner_less<>> rules_;  // a blueprint is of several apps
};

void add_to(Scaffold& scaffold, const CorsOptions& options) {
    auto policy = detail::make_cors_policy(options);
    scaffold.after_request([policy](Response& response) {
        bool done = response.is_marked(&decided) || response.headers().contains("Access-Control-Allow-Origin");
        if (!done) add_headers(*policy, detail::current_request(), response);
    });
}

}  // namespace

TextList::TextList(const char* text) : texts_{text}, given_(true) {}
TextList::TextList(std::string text) : texts_{std::move(text)}, given_(true) {}
TextList::TextList(std::initializer_list<const char*> texts) : texts_(texts.begin(), texts.end()), given_(true) {}
TextList::TextList(std::vector<std::string> texts) : texts_(std::move(texts)), given_(true) {}

Cors::Cors() = default;
Cors::Cors(CorsOptions options) : options_(std::move(options)) {}
Cors::Cors(App& app, CorsOptions options) : Cors(std::move(options)) { init_app(app); }
Cors::Cors(Blueprint& blueprint, CorsOptions options) : Cors(std::move(options)) { init_app(blueprint); }

void Cors::init_app(App& app) {
    namespace kinds = detail::kinds;
    for (auto key : {"CORS_ORIGINS", "CORS_METHODS", "CORS_ALLOW_HEADERS", "CORS_EXPOSE_HEADERS"})
        app.config.set_default(key, nullptr, kinds::texts);
    for (auto key : {"CORS_SUPPORTS_CREDENTIALS", "CORS_SEND_WILDCARD", "CORS_VARY_HEADER", "CORS_ALWAYS_SEND",
                     "CORS_AUTOMATIC_OPTIONS"})
        app.config.set_default(key, nullptr, kinds::flag);
    app.config.set_default("CORS_MAX_AGE", nullptr, kinds::whole_seconds);
    app.config.set_default("CORS_RESOURCES", nullptr, kinds::texts_or_object);
    add_to(app, with_config(options_, app.config));
}

void Cors::init_app(Blueprint& blueprint) { add_to(blueprint, options_); }

Decorator cross_origin(CorsOptions options) {
    auto around = std::make_shared<CrossOrigin>(std::move(options));
    return [around](const std::function<Response()>& view) { return around->answer(view); };
}

}  // namespace retort
