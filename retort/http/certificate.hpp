// Certificates and keys: read from PEM files, or made in memory for tries.
#pragma once

#include <string>

struct ssl_ctx_st;

namespace retort::http {
struct TlsOptions;
}

namespace retort::http::detail {

/// Gives the certificate and the key to the context. Throws TlsError, in the words of who gave the files.
void use_certificate(ssl_ctx_st* context, const TlsOptions& options);

/// Throws TlsError with what OpenSSL last complained about.
[[noreturn]] void throw_openssl(const std::string& problem);

}  // namespace retort::http::detail
