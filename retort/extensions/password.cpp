// How each kind of hash is made and checked.
#include "retort/extensions/password.hpp"

#include <argon2.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "retort/base/error.hpp"
#include "retort/base/text.hpp"
#include "retort/fiber/fiber.hpp"
#include "retort/web/signing.hpp"

namespace retort {
namespace {

/// OWASP's recommendation: 19 MiB, two passes, one lane.
constexpr std::uint32_t argon_passes = 2, argon_kibibytes = 19 * 1024, argon_lanes = 1;
constexpr std::size_t argon_hash_size = 32, argon_salt_size = 16;
/// What a hash from the database may ask of this machine.
constexpr std::uint64_t most_scrypt_memory = 256ull * 1024 * 1024;
constexpr std::uint64_t most_iterations = 20'000'000;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    bool whole = failure == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional{value} : std::nullopt;
}

std::string argon_hash(std::string_view password) {
    auto salt = detail::random_bytes(argon_salt_size);
    std::array<char, 256> encoded;
    int failed = ::argon2id_hash_encoded(argon_passes, argon_kibibytes, argon_lanes, password.data(), password.size(),
                                         salt.data(), salt.size(), argon_hash_size, encoded.data(), encoded.size());
    if (failed == ARGON2_OK) return encoded.data();
    throw InvalidRequestError("hash-failed"_code,
                              std::string{"the password cannot be hashed: "} + ::argon2_error_message(failed),
                              "it needs 19 MB of memory for a moment");
}

/// Werkzeug's salts are letters and digits.
std::string text_salt() {
    static constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string salt;
    while (salt.size() < 16) {
        for (unsigned char byte : detail::random_bytes(32)) {
            if (byte < 248 && salt.size() < 16) salt += digits[byte % digits.size()];
        }
    }
    return salt;
}

std::optional<std::string> pbkdf2(const std::vector<std::string_view>& method, std::string_view salt,
                                  std::string_view password) {
    auto* digest = ::EVP_get_digestbyname(method.size() > 1 ? std::string{method[1]}.c_str() : "sha256");
    auto iterations = method.size() > 2 ? number(method[2]) : std::optional<std::uint64_t>{600'000};
    if (digest == nullptr || !iterations || *iterations == 0 || *iterations > most_iterations) return std::nullopt;
    std::string key(static_cast<std::size_t>(EVP_MD_get_size(digest)), '\0');
    int done = ::PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                                   static_cast<int>(salt.size()), static_cast<int>(*iterations), digest,
                                   static_cast<int>(key.size()), reinterpret_cast<unsigned char*>(key.data()));
    return done == 1 ? std::optional{detail::hex(key)} : std::nullopt;
}

std::optional<std::string> scrypt(const std::vector<std::string_view>& method, std::string_view salt,
                                  std::string_view password) {
    auto n = method.size() > 1 ? number(method[1]) : std::optional<std::uint64_t>{32768};
    auto r = method.size() > 2 ? number(method[2]) : std::optional<std::uint64_t>{8};
    auto p = method.size() > 3 ? number(method[3]) : std::optional<std::uint64_t>{1};
    if (!n || !r || !p) return std::nullopt;
    std::string key(64, '\0');
    int done = ::EVP_PBE_scrypt(password.data(), password.size(), bytes_of(salt), salt.size(), *n, *r, *p,
                                most_scrypt_memory, reinterpret_cast<unsigned char*>(key.data()), key.size());
    return done == 1 ? std::optional{detail::hex(key)} : std::nullopt;
}

/// The HMAC of older Werkzeugs: `sha256$salt$hash`.
std::optional<std::string> salted(std::string_view name, std::string_view salt, std::string_view password) {
    auto* digest = ::EVP_get_digestbyname(std::string{name}.c_str());
    if (digest == nullptr || salt.empty()) return std::nullopt;
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    ::HMAC(digest, salt.data(), static_cast<int>(salt.size()), bytes_of(password), password.size(), bytes.data(),
           &size);
    return detail::hex({reinterpret_cast<const char*>(bytes.data()), size});
}

std::optional<std::string> werkzeug_hash(std::string_view method, std::string_view salt, std::string_view password) {
    auto parts = split(method, ':');
    if (parts[0] == "pbkdf2") return pbkdf2(parts, salt, password);
    if (parts[0] == "scrypt") return scrypt(parts, salt, password);
    return salted(method, salt, password);
}

/// The method as Werkzeug writes it out, with what was left away.
std::string full_method(std::string_view method) {
    if (method == "scrypt") return "scrypt:32768:8:1";
    if (method == "pbkdf2") return "pbkdf2:sha256:600000";
    bool bare = method.starts_with("pbkdf2:") && split(method, ':').size() == 2;
    return bare ? std::string{method} + ":600000" : std::string{method};
}

std::string hash_now(std::string_view password, std::string_view method) {
    if (method == "argon2id") return argon_hash(password);
    auto known = full_method(method);
    auto salt = text_salt();
    bool slow = known.starts_with("pbkdf2:") || known.starts_with("scrypt:");
    auto hash = slow ? werkzeug_hash(known, salt, password) : std::nullopt;
    if (hash) return known + "$" + salt + "$" + *hash;
    throw ArgumentError("unknown-hash-method"_code, "passwords cannot be hashed by \"" + std::string{method} + "\"",
                        "use \"argon2id\", \"scrypt\" or \"pbkdf2:sha256:600000\"");
}

bool check_now(std::string_view hash, std::string_view password) {
    if (hash.starts_with("$argon2")) {
        auto encoded = std::string{hash};
        auto type = hash.starts_with("$argon2id$") ? Argon2_id : hash.starts_with("$argon2i$") ? Argon2_i : Argon2_d;
        return ::argon2_verify(encoded.c_str(), password.data(), password.size(), type) == ARGON2_OK;
    }
    auto parts = split(hash, '$');
    if (parts.size() != 3) return false;
    auto own = werkzeug_hash(parts[0], parts[1], password);
    return own && detail::equal_in_constant_time(*own, parts[2]);
}

}  // namespace

std::string generate_password_hash(std::string_view password, std::string_view method) {
    if (!fibers::in_fiber()) return hash_now(password, method);
    return fibers::run_blocking([&] { return hash_now(password, method); });
}

bool check_password_hash(std::string_view hash, std::string_view password) {
    if (!fibers::in_fiber()) return check_now(hash, password);
    return fibers::run_blocking([&] { return check_now(hash, password); });
}

}  // namespace retort
