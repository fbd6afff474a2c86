// Reading certificates and keys with clear words on what is wrong with them, and making self-signed ones.
#include "retort/http/certificate.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "retort/http/error.hpp"
#include "retort/http/server.hpp"

namespace retort::http::detail {
namespace {

using Certificate = std::unique_ptr<X509, decltype(&::X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&::EVP_PKEY_free)>;
using Reader = std::unique_ptr<BIO, decltype(&::BIO_free)>;
using File = std::unique_ptr<std::FILE, decltype(&std::fclose)>;

/// "bad base64 decode"; empty when OpenSSL has nothing to say.
std::string openssl_reason() {
    const char* reason = ::ERR_reason_error_string(::ERR_peek_last_error());
    ::ERR_clear_error();
    return reason == nullptr ? std::string{} : std::string{reason};
}

std::string in_brackets(const std::string& reason) { return reason.empty() ? reason : " (" + reason + ")"; }

std::string read_file(const std::string& path, const char* what) {
    const File file{std::fopen(path.c_str(), "re"), &std::fclose};
    std::string text;
    std::array<char, 4096> piece;
    for (std::size_t size = 1; file && size != 0;) {
        size = std::fread(piece.data(), 1, piece.size(), file.get());
        text.append(piece.data(), size);
    }
    if (file && std::ferror(file.get()) == 0) return text;
    throw TlsError("tls-file-unreadable"_code,
                   "the " + std::string(what) + " " + path + " cannot be read: " + std::strerror(errno),
                   "check the path, and that this user may read it; relative paths are those of the folder that the "
                   "program was started in, or of the instance folder when they stand in the config");
}

Reader reader_of(const std::string& text) {
    return {::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &::BIO_free};
}

/// Instead of OpenSSL's own, which asks on the terminal.
int no_password(char*, int, int, void*) { return 0; }

void use_chain(SSL_CTX* context, const std::string& path) {
    const std::string text = read_file(path, "certificate");
    const Reader reader = reader_of(text);
    ::ERR_clear_error();
    const Certificate own{::PEM_read_bio_X509_AUX(reader.get(), nullptr, &no_password, nullptr), &::X509_free};
    if (!own || ::SSL_CTX_use_certificate(context, own.get()) != 1) {
        throw TlsError("tls-certificate-malformed"_code,
                       path + " holds no certificate that a server can show" + in_brackets(openssl_reason()),
                       "give the PEM file of the whole chain, the server's own certificate first: -----BEGIN "
                       "CERTIFICATE----- …");
    }
    for (;;) {
        const Certificate above{::PEM_read_bio_X509(reader.get(), nullptr, &no_password, nullptr), &::X509_free};
        if (!above) break;
        ::SSL_CTX_add1_chain_cert(context, above.get());
    }
    ::ERR_clear_error();
}

void use_key(SSL_CTX* context, const TlsOptions& options) {
    const std::string& path = options.key.empty() ? options.certificate : options.key;
    const std::string text = read_file(path, "key");
    ::ERR_clear_error();
    const Key key{::PEM_read_bio_PrivateKey(reader_of(text).get(), nullptr, &no_password, nullptr), &::EVP_PKEY_free};
    if (!key) {
        const bool locked = text.find("ENCRYPTED") != std::string::npos;
        throw TlsError("tls-key-malformed"_code,
                       path + (locked ? " holds a key that is locked with a password" : " holds no private key") +
                           in_brackets(openssl_reason()),
                       locked ? "unlock it once: openssl pkey -in " + path + " -out unlocked.pem"
                              : "give the key's PEM file as TLS_KEY, or by --key; without it the key must stand in the "
                                "certificate's file");
    }
    if (::X509_check_private_key(::SSL_CTX_get0_certificate(context), key.get()) != 1 ||
        ::SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
        throw TlsError(
            "tls-key-mismatch"_code,
            "the key in " + path + " is not that of the certificate in " + options.certificate +
                in_brackets(openssl_reason()),
            "give the key that the certificate was asked for with; where the file holds a chain, the server's "
            "own certificate stands first");
    }
}

void add_extension(X509* certificate, int kind, const char* value) {
    X509V3_CTX context{};
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> extension{
        ::X509V3_EXT_conf_nid(nullptr, &context, kind, value), &::X509_EXTENSION_free};
    if (!extension || ::X509_add_ext(certificate, extension.get(), -1) != 1)
        throw_openssl("no certificate can be made");
}

/// For this machine's own names, from yesterday (clocks differ) for a year.
Certificate make_certificate(EVP_PKEY* key) {
    constexpr long day = 24 * 3600L;
    Certificate certificate{::X509_new(), &::X509_free};
    if (!certificate) throw_openssl("no certificate can be made");
    X509* made = certificate.get();
    ::X509_set_version(made, X509_VERSION_3);
    ::ASN1_INTEGER_set_uint64(::X509_get_serialNumber(made), 1);
    ::X509_gmtime_adj(::X509_getm_notBefore(made), -day);
    ::X509_gmtime_adj(::X509_getm_notAfter(made), 365 * day);
    ::X509_set_pubkey(made, key);
    X509_NAME* name = ::X509_get_subject_name(made);
    constexpr std::string_view text = "localhost";
    ::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(text.data()),
                                 static_cast<int>(text.size()), -1, 0);
    ::X509_set_issuer_name(made, name);
    add_extension(made, NID_basic_constraints, "critical,CA:FALSE");
    add_extension(made, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1");
    if (::X509_sign(made, key, ::EVP_sha256()) == 0) throw_openssl("no certificate can be made");
    return certificate;
}

void use_adhoc(SSL_CTX* context) {
    const Key key{EVP_EC_gen("P-256"), &::EVP_PKEY_free};
    if (!key) throw_openssl("no key can be made");
    const Certificate certificate = make_certificate(key.get());
    if (::SSL_CTX_use_certificate(context, certificate.get()) == 1 && ::SSL_CTX_use_PrivateKey(context, key.get()) == 1)
        return;
    throw_openssl("the certificate made in memory cannot be used");
}

}  // namespace

void throw_openssl(const std::string& problem) {
    throw TlsError("tls-failed"_code, problem + in_brackets(openssl_reason()),
                   "check this machine's OpenSSL settings, such as /etc/ssl/openssl.cnf");
}

void use_certificate(ssl_ctx_st* context, const TlsOptions& options) {
    if (options.certificate == "adhoc") return use_adhoc(context);
    use_chain(context, options.certificate);
    use_key(context, options);
}

}  // namespace retort::http::detail
