// Password hashes: argon2id to keep, and those of Werkzeug to check.
#pragma once

#include <string>
#include <string_view>

namespace retort {

/// A hash to keep instead of the password: `user->password_hash = generate_password_hash(request.form["password"]);`
///
/// "argon2id" (the default) takes some 20 ms and 19 MB on purpose, away from the loop that serves others. Werkzeug's
/// "scrypt:32768:8:1" and "pbkdf2:sha256:600000" are for databases that Flask applications read too.
/// Throws ArgumentError("unknown-hash-method").
std::string generate_password_hash(std::string_view password, std::string_view method = "argon2id");

/// Whether it is the password of that hash. A hash of an unknown kind fits no password.
bool check_password_hash(std::string_view hash, std::string_view password);

}  // namespace retort
