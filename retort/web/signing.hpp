// Signed texts: documents that leave the server and come back, which nobody can change meanwhile. As itsdangerous.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/duration.hpp"
#include "retort/base/error.hpp"
#include "retort/base/json.hpp"

namespace retort {

/// A signed text is not one that these keys have signed, or holds something else than was signed.
class BadSignature : public Error {
  public:
    using Error::Error;
};

/// The signature is right, but older than allowed.
class SignatureExpired : public BadSignature {
  public:
    using BadSignature::BadSignature;
};

/// How the key of a signature is made of the secret key and the salt.
enum class KeyDerivation : std::uint8_t {
    django_concat,  ///< what itsdangerous does by itself
    hmac,           ///< what Flask's sessions do
};

/// Writes JSON documents as signed texts that fit into cookies and URLs, and reads them back:
/// `TimedSerializer tokens{app.config["SECRET_KEY"].text(), "reset-password"};`
///
/// The texts are those of itsdangerous' URLSafeTimedSerializer: each reads the other's. They can be read by everybody;
/// only changing them is not possible.
class TimedSerializer {
  public:
    /// The salt names the use, so that a text signed for one use is worth nothing for another.
    explicit TimedSerializer(std::string secret_key, std::string salt = "itsdangerous",
                             KeyDerivation derivation = KeyDerivation::django_concat);
    /// Several keys, the newest last: the newest signs, all of them are good for reading.
    explicit TimedSerializer(std::vector<std::string> secret_keys, std::string salt = "itsdangerous",
                             KeyDerivation derivation = KeyDerivation::django_concat);
    TimedSerializer(const TimedSerializer& other);
    TimedSerializer& operator=(const TimedSerializer& other);
    ~TimedSerializer();

    /// With the time in it: now, or the given seconds since 1970.
    std::string dumps(const json& document, std::optional<std::int64_t> now = {}) const;
    /// Throws BadSignature("bad-signature"), and SignatureExpired("signature-expired") when it is older than `max_age`.
    json loads(std::string_view text, std::optional<Seconds> max_age = {}, std::optional<std::int64_t> now = {}) const;
    /// The same, empty instead of throwing.
    std::optional<json> try_loads(std::string_view text, std::optional<Seconds> max_age = {}) const;

  private:
    std::vector<std::string> keys_;  ///< derived
};

namespace detail {

std::string hmac_sha1(std::string_view key, std::string_view text);
std::string hmac_sha512(std::string_view key, std::string_view text);
std::string sha1(std::string_view text);
std::string sha512(std::string_view text);
std::string hex(std::string_view bytes);
/// URL-safe and without padding.
std::string base64url(std::string_view bytes);
/// Empty when the text is none.
std::optional<std::string> from_base64url(std::string_view text);
/// With `+ /` and padding.
std::string base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);
/// Whether they are equal, in a time that does not tell where they differ.
bool equal_in_constant_time(std::string_view left, std::string_view right);
/// So many bytes that nobody can guess.
std::string random_bytes(std::size_t count);

}  // namespace detail
}  // namespace retort
