// Csrf: forms that only pages of one's own can send, as Flask-WTF protects them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "retort/web/errors.hpp"

namespace retort {

class App;
class Request;

/// A form came without its token, or with one that is not this session's. 400.
class CsrfError : public BadRequest {
  public:
    using BadRequest::BadRequest;
};

/// Refuses POST, PUT, PATCH and DELETE without the token that the page was given: `Csrf csrf{app};`, and in each form
/// `<input type=hidden name=csrf_token value="{{ csrf_token() }}">`, or the header X-CSRFToken.
///
/// Reads WTF_CSRF_ENABLED, WTF_CSRF_CHECK_DEFAULT, WTF_CSRF_METHODS, WTF_CSRF_FIELD_NAME, WTF_CSRF_HEADERS,
/// WTF_CSRF_TIME_LIMIT (3600 seconds; null: as long as the session), WTF_CSRF_SSL_STRICT and WTF_CSRF_SECRET_KEY.
class Csrf {
  public:
    Csrf();
    explicit Csrf(App& app);
    ~Csrf();
    /// A copy is the same Csrf. Each app that it was given to keeps one, so it may be a local of `create_app()`.
    Csrf(const Csrf& other);
    Csrf& operator=(const Csrf&) = delete;

    void init_app(App& app);
    /// Leaves out an endpoint, or all of a blueprint: what is called by programs and has no session.
    void exempt(std::string endpoint_or_blueprint);
    /// Throws CsrfError when the running request's token is missing or wrong. Called by itself for all but those left
    /// out.
    void protect() const;

  private:
    bool is_exempt(Request& request) const;
    void check_request() const;

    std::shared_ptr<std::vector<std::string>> exempt_;
};

/// The token for the forms of this request; the same for one session until it is too old.
std::string generate_csrf();
/// Throws CsrfError.
void validate_csrf(std::string_view token);

}  // namespace retort
