// How the checks are run and told.
#include "retort/web/health.hpp"

#include <exception>

#include "retort/base/log.hpp"
#include "retort/web/app.hpp"
#include "retort/web/cache_control.hpp"
#include "retort/web/response.hpp"

namespace retort {

namespace {

bool passes(const std::string& name, const std::function<void()>& check) {
    try {
        check();
        return true;
    } catch (const std::exception& error) {
        logger().error("health: " + name + " failed: " + error.what());
        return false;
    }
}

Response health(const HealthOptions& options) {
    json checks = json::object();
    bool well = true;
    for (auto& [name, check] : options.checks) {
        bool passed = passes(name, check);
        checks[name] = passed ? "ok" : "failed";
        well = well && passed;
    }
    json answer{{"status", well ? "ok" : "failed"}};
    if (!options.checks.empty()) answer["checks"] = std::move(checks);
    Response response{jsonify(answer), well ? 200 : 503};
    response.set_cache_control({.no_store = true});
    return response;
}

}  // namespace

void serve_health(App& app, HealthOptions options) {
    auto path = options.path;
    app.add_url_rule(path, "health", [options = std::move(options)] { return health(options); });
}

}  // namespace retort
