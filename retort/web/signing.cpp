// How a document becomes a signed text: JSON, deflated where that is shorter, base64, the time, an HMAC-SHA1.
#include "retort/web/signing.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <zlib.h>

#include <array>
#include <utility>

namespace retort {
namespace detail {
namespace {

constexpr std::string_view url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view usual_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// What a signed text may hold after it was inflated.
constexpr std::size_t most_inflated = 16 * 1024 * 1024;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    HMAC(digest, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), bytes.data(), &size);
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string digest(const EVP_MD* kind, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size, kind, nullptr);
    return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::string encode(std::string_view bytes, std::string_view digits) {
    std::string text;
    text.reserve((bytes.size() * 4 + 2) / 3);
    std::uint32_t bits = 0;
    int count = 0;
    for (unsigned char byte : bytes) {
        bits = (bits << 8) | byte;
        for (count += 8; count >= 6; count -= 6) text += digits[(bits >> (count - 6)) & 63];
    }
    if (count > 0) text += digits[(bits << (6 - count)) & 63];
    return text;
}

std::optional<std::string> decode(std::string_view text, std::string_view digits) {
    if (text.size() % 4 == 1) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    int count = 0;
    for (char c : text) {
        auto digit = digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(digit);
        if ((count += 6) >= 8) bytes += static_cast<char>((bits >> (count -= 8)) & 255);
    }
    return bytes;
}

std::string deflated(std::string_view text) {
    auto size = ::compressBound(text.size());
    std::string bytes(size, '\0');
    auto* to = reinterpret_cast<unsigned char*>(bytes.data());
    if (::compress2(to, &size, bytes_of(text), text.size(), Z_DEFAULT_COMPRESSION) != Z_OK) return {};
    bytes.resize(size);
    return bytes;
}

std::optional<std::string> inflated(std::string_view bytes) {
    for (std::size_t room = bytes.size() * 4 + 256;; room *= 4) {
        uLongf size = std::min(room, most_inflated);
        std::string text(size, '\0');
        auto* to = reinterpret_cast<unsigned char*>(text.data());
        auto outcome = ::uncompress(to, &size, bytes_of(bytes), bytes.size());
        text.resize(size);
        if (outcome == Z_OK) return text;
        if (outcome != Z_BUF_ERROR || room >= most_inflated) return std::nullopt;
    }
}

}  // namespace

std::string hmac_sha1(std::string_view key, std::string_view text) { return hmac(EVP_sha1(), key, text); }
std::string hmac_sha512(std::string_view key, std::string_view text) { return hmac(EVP_sha512(), key, text); }
std::string sha1(std::string_view text) { return digest(EVP_sha1(), text); }
std::string sha512(std::string_view text) { return digest(EVP_sha512(), text); }

std::string hex(std::string_view bytes) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (unsigned char byte : bytes) text += {digits[byte >> 4], digits[byte & 15]};
    return text;
}

std::string base64url(std::string_view bytes) { return encode(bytes, url_digits); }
std::optional<std::string> from_base64url(std::string_view text) { return decode(text, url_digits); }

std::string base64(std::string_view bytes) {
    auto text = encode(bytes, usual_digits);
    text.append((4 - text.size() % 4) % 4, '=');
    return text;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.ends_with('=')) text.remove_suffix(1);
    if (text.ends_with('=')) text.remove_suffix(1);
    return decode(text, usual_digits);
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
    return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::string random_bytes(std::size_t count) {
    std::string bytes(count, '\0');
    if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1) return bytes;
    throw InvalidRequestError("no-random-bytes"_code, "the system gives no random bytes",
                              "look at /dev/urandom; no secret can be made without them");
}

namespace {

std::string derived(std::string_view secret, std::string_view salt, KeyDerivation derivation) {
    if (derivation == KeyDerivation::hmac) return hmac_sha1(secret, salt);
    return sha1(std::string{salt} + "signer" + std::string{secret});
}

/// Big-endian, without zeros in front.
std::string time_bytes(std::int64_t seconds) {
    std::string bytes;
    for (int shift = 56; shift >= 0; shift -= 8) {
        auto byte = static_cast<char>((seconds >> shift) & 255);
        if (byte != 0 || !bytes.empty()) bytes += byte;
    }
    return bytes;
}

std::int64_t time_of(std::string_view bytes) {
    std::int64_t seconds = 0;
    for (unsigned char byte : bytes) seconds = (seconds << 8) | byte;
    return seconds;
}

std::int64_t seconds_now() { return utc_now().microseconds() / 1'000'000; }

[[noreturn]] void refuse(std::string why) {
    throw BadSignature("bad-signature"_code, "the signed text is not what was signed: " + std::move(why),
                       "treat it as if nothing had been sent; never use what is in it");
}

std::string payload_of(std::string_view text) {
    auto packed = text.starts_with('.');
    auto bytes = from_base64url(text.substr(packed ? 1 : 0));
    if (bytes && packed) bytes = inflated(*bytes);
    if (!bytes) refuse("its content cannot be unpacked");
    return std::move(*bytes);
}

/// Takes what follows the last dot off.
std::string_view take_last(std::string_view& text) {
    auto dot = text.rfind('.');
    if (dot == std::string_view::npos) refuse("it has no signature");
    auto last = text.substr(dot + 1);
    text = text.substr(0, dot);
    return last;
}

void check_age(std::string_view stamp, std::chrono::seconds max_age, std::int64_t now) {
    auto bytes = from_base64url(stamp);
    if (!bytes || bytes->size() > 7) refuse("its time cannot be read");
    auto age = now - time_of(*bytes);
    if (age >= 0 && age <= max_age.count()) return;
    throw SignatureExpired("signature-expired"_code,
                           "the signed text is " + std::to_string(age) + " seconds old, and " +
                               std::to_string(max_age.count()) + " are allowed",
                           "make a new one");
}

}  // namespace
}  // namespace detail

TimedSerializer::TimedSerializer(std::string secret_key, std::string salt, KeyDerivation derivation)
    : TimedSerializer(std::vector<std::string>{std::move(secret_key)}, std::move(salt), derivation) {}

// NOLINTNEXTLINE: made for the call
TimedSerializer::TimedSerializer(std::vector<std::string> secret_keys, std::string salt, KeyDerivation derivation) {
    for (auto& key : secret_keys) {
        if (!key.empty()) keys_.push_back(detail::derived(key, salt, derivation));
    }
    if (!keys_.empty()) return;
    throw ArgumentError("empty-secret-key"_code, "texts cannot be signed with an empty secret key",
                        "give one that nobody guesses, from the configuration: app.config[\"SECRET_KEY\"]");
}

TimedSerializer::TimedSerializer(const TimedSerializer& other) = default;
TimedSerializer& TimedSerializer::operator=(const TimedSerializer& other) = default;
TimedSerializer::~TimedSerializer() = default;

std::string TimedSerializer::dumps(const json& document, std::optional<std::int64_t> now) const {
    auto plain = document.dump();
    auto packed = detail::deflated(plain);
    bool shorter = packed.size() + 1 < plain.size();
    auto text = shorter ? "." + detail::base64url(packed) : detail::base64url(plain);
    text += "." + detail::base64url(detail::time_bytes(now.value_or(detail::seconds_now())));
    return text + "." + detail::base64url(detail::hmac_sha1(keys_.back(), text));
}

json TimedSerializer::loads(std::string_view text, std::optional<Seconds> max_age,
                            std::optional<std::int64_t> now) const {
    auto signature = detail::from_base64url(detail::take_last(text));
    bool good = false;
    for (auto& key : keys_) {
        good = good || (signature && detail::equal_in_constant_time(*signature, detail::hmac_sha1(key, text)));
    }
    if (!good) detail::refuse("the signature does not fit");
    auto stamp = detail::take_last(text);
    if (max_age) detail::check_age(stamp, *max_age, now.value_or(detail::seconds_now()));
    auto document = json::try_parse(detail::payload_of(text));
    if (!document) detail::refuse("its content is no JSON");
    return std::move(*document);
}

std::optional<json> TimedSerializer::try_loads(std::string_view text, std::optional<Seconds> max_age) const {
    try {
        return loads(text, max_age);
    } catch (const BadSignature&) {
        return std::nullopt;
    }
}

}  // namespace retort
