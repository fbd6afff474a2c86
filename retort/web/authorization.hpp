// Who a client says it is: the header Authorization, read as Werkzeug reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace retort {

/// `request->authorization()`: of `Basic` the name and the password, of any other scheme what stands behind it.
struct Authorization {
    std::string type;  ///< the scheme, in lower case: "basic", "bearer"
    std::string username;
    std::string password;
    std::string token;

    Authorization();
    Authorization(const Authorization& other);
    Authorization(Authorization&& other) noexcept;
    Authorization& operator=(const Authorization& other);
    Authorization& operator=(Authorization&& other) noexcept;
    ~Authorization();

    /// Empty for a header that says nothing: no scheme, nothing behind it, or a `Basic` that cannot be read.
    static std::optional<Authorization> parse(std::string_view header);
};

}  // namespace retort
