// How tokens are made of what the session holds, and checked.
#include "retort/extensions/csrf.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "retort/base/text.hpp"
#include "retort/web/app.hpp"
#include "retort/web/config_kinds.hpp"
#include "retort/web/request.hpp"
#include "retort/web/session.hpp"
#include "retort/web/signing.hpp"

namespace retort {
namespace {

constexpr std::string_view token_slot = "_csrf_token";

std::string text_of(const Config& config, std::string_view key, std::string_view otherwise) {
    auto* value = config.find(key);
    return value == nullptr || !value->is_text() ? std::string{otherwise} : value->text();
}

bool flag_of(const Config& config, std::string_view key) {
    auto* value = config.find(key);
    return value == nullptr || !value->is_boolean() || value->to_bool();
}

std::vector<std::string> list_of(const Config& config, std::string_view key, std::vector<std::string> otherwise) {
    auto* value = config.find(key);
    return value == nullptr || !value->is_array() ? std::move(otherwise) : value->as<std::vector<std::string>>();
}

std::string field_name(const Config& config) { return text_of(config, "WTF_CSRF_FIELD_NAME", "csrf_token"); }

TimedSerializer serializer(const Config& config) {
    return TimedSerializer{text_of(config, "WTF_CSRF_SECRET_KEY", text_of(config, "SECRET_KEY", "")), "wtf-csrf-token"};
}

std::optional<std::chrono::seconds> time_limit(const Config& config) {
    auto* value = config.find("WTF_CSRF_TIME_LIMIT");
    if (value == nullptr || value->is_null()) return std::nullopt;
    return std::chrono::seconds{value->as<std::int64_t>()};
}

/// The token of the form, else of a header.
std::string sent_token(Request& request, const Config& config) {
    auto name = field_name(config);
    if (auto* token = request.form().find(name); token != nullptr && !token->empty()) return *token;
    // Forms with a prefix before their fields.
    for (auto& [key, value] : request.form()) {
        if (key.ends_with("-" + name) && !value.empty()) return value;
    }
    for (auto& header : list_of(config, "WTF_CSRF_HEADERS", {"X-CSRFToken", "X-CSRF-Token"})) {
        auto value = request.headers().get(header, "");
        if (!value.empty()) return std::string{value};
    }
    return {};
}

/// Over TLS a page of another site tells itself by its Referer, when the token itself has become known.
void check_referrer(Request& request, const Config& config) {
    if (!request.is_secure() || !flag_of(config, "WTF_CSRF_SSL_STRICT")) return;
    if (request.referrer().empty()) throw CsrfError("The referrer header is missing.");
    auto own = "https://" + std::string{request.host()} + "/";
    if (!request.referrer().starts_with(own)) throw CsrfError("The referrer does not match the host.");
}

}  // namespace

Csrf::Csrf() : exempt_(std::make_shared<std::vector<std::string>>()) {}
Csrf::Csrf(const Csrf& other) = default;
Csrf::Csrf(App& app) : Csrf() { init_app(app); }
Csrf::~Csrf() = default;

void Csrf::init_app(App& app) {
    namespace kinds = detail::kinds;
    for (auto key : {"WTF_CSRF_ENABLED", "WTF_CSRF_CHECK_DEFAULT", "WTF_CSRF_SSL_STRICT"})
        app.config.set_default(key, nullptr, kinds::flag);
    for (auto key : {"WTF_CSRF_METHODS", "WTF_CSRF_HEADERS"}) app.config.set_default(key, nullptr, kinds::text_list);
    for (auto key : {"WTF_CSRF_FIELD_NAME", "WTF_CSRF_SECRET_KEY"}) app.config.set_default(key, nullptr, kinds::text);
    app.config.set_default("WTF_CSRF_TIME_LIMIT", 3600, kinds::signed_seconds);
    app.extensions["csrf"] = *this;
    app.template_global("csrf_token", [] { return generate_csrf(); });
    app.before_request([csrf = *this] { csrf.check_request(); });
}

void Csrf::check_request() const {
    auto& config = current_app->config;
    if (!flag_of(config, "WTF_CSRF_ENABLED") || !flag_of(config, "WTF_CSRF_CHECK_DEFAULT")) return;
    auto& request = detail::current_request();
    auto methods = list_of(config, "WTF_CSRF_METHODS", {"POST", "PUT", "PATCH", "DELETE"});
    bool checked = std::find(methods.begin(), methods.end(), request.method().text()) != methods.end();
    if (checked && !request.endpoint().empty() && !is_exempt(request)) protect();
}

void Csrf::exempt(std::string endpoint_or_blueprint) { exempt_->push_back(std::move(endpoint_or_blueprint)); }

bool Csrf::is_exempt(Request& request) const {
    auto names = request.blueprints();
    return std::any_of(exempt_->begin(), exempt_->end(), [&](const std::string& exempt) {
        return exempt == request.endpoint() || std::find(names.begin(), names.end(), exempt) != names.end();
    });
}

void Csrf::protect() const {
    auto& request = detail::current_request();
    auto& config = current_app->config;
    validate_csrf(sent_token(request, config));
    check_referrer(request, config);
}

std::string generate_csrf() {
    if (auto* known = g.find<std::string>(token_slot)) return *known;
    auto& config = current_app->config;
    auto name = field_name(config);
    if (!session.contains(name)) session[name] = detail::hex(detail::sha1(detail::random_bytes(64)));
    return g.set<std::string>(token_slot, serializer(config).dumps(session[name].value()));
}

void validate_csrf(std::string_view token) {
    auto& config = current_app->config;
    if (token.empty()) throw CsrfError("The CSRF token is missing.");
    auto own = session.get<std::string>(field_name(config));
    if (!own) throw CsrfError("The CSRF session token is missing.");
    try {
        auto signed_one = serializer(config).loads(token, time_limit(config));
        if (signed_one.is_text() && detail::equal_in_constant_time(signed_one.text(), *own)) return;
    } catch (const SignatureExpired&) {
        throw CsrfError("The CSRF token has expired.");
    } catch (const BadSignature&) {
        throw CsrfError("The CSRF token is invalid.");
    }
    throw CsrfError("The CSRF tokens do not match.");
}

}  // namespace retort
