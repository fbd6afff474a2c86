// A client that speaks TLS, and files with certificates for servers.
#pragma once

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "live_server.hpp"

namespace retort::http::testing {

struct TlsClientOptions {
    std::string protocols;        ///< ALPN, each name with its length before it
    int newest = TLS1_3_VERSION;  ///< of TLS
    int receive_buffer = 0;
    std::string trusted;  ///< a PEM file; empty: any certificate will do
};

class TlsClient : public Client {
  public:
    explicit TlsClient(std::uint16_t port, const TlsClientOptions& options = {})
        : Client(port, options.receive_buffer), context_(::SSL_CTX_new(::TLS_client_method()), &::SSL_CTX_free) {
        SSL_CTX_set_max_proto_version(context_.get(), options.newest);
        if (!options.trusted.empty()) {
            ::SSL_CTX_load_verify_locations(context_.get(), options.trusted.c_str(), nullptr);
            ::SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        }
        ssl_.reset(::SSL_new(context_.get()), &::SSL_free);
        if (!options.trusted.empty()) ::SSL_set1_host(ssl_.get(), "localhost");
        ::SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.protocols.data()),
                              static_cast<unsigned>(options.protocols.size()));
        ::SSL_set_fd(ssl_.get(), socket());
        ::ERR_clear_error();
        secured = ::SSL_connect(ssl_.get()) == 1;
    }

    ssize_t receive_some(char* to, std::size_t size) override {
        ::ERR_clear_error();
        return ::SSL_read(ssl_.get(), to, static_cast<int>(size));
    }
    ssize_t send_some(std::string_view bytes) override {
        ::ERR_clear_error();
        return ::SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
    }

    SSL* ssl() { return ssl_.get(); }
    std::string protocol() const {
        const unsigned char* name = nullptr;
        unsigned size = 0;
        ::SSL_get0_alpn_selected(ssl_.get(), &name, &size);
        return {reinterpret_cast<const char*>(name), size};
    }
    /// Whether the server said goodbye before it ended the connection.
    bool heard_goodbye() const { return (::SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

    bool secured = false;

  private:
    std::shared_ptr<SSL_CTX> context_;
    std::shared_ptr<SSL> ssl_;
};

/// A folder with a certificate for "localhost" and its key, gone with the object.
class CertificateFolder {
  public:
    explicit CertificateFolder(const char* password = nullptr) {
        char name[] = "/tmp/retort_tls_XXXXXX";
        folder_ = ::mkdtemp(name);
        const std::shared_ptr<EVP_PKEY> key{EVP_RSA_gen(2048), &::EVP_PKEY_free};
        const std::shared_ptr<X509> made{::X509_new(), &::X509_free};
        ::ASN1_INTEGER_set(::X509_get_serialNumber(made.get()), 7);
        ::X509_gmtime_adj(::X509_getm_notBefore(made.get()), -1000);
        ::X509_gmtime_adj(::X509_getm_notAfter(made.get()), 10'000);
        ::X509_set_pubkey(made.get(), key.get());
        ::X509_NAME_add_entry_by_txt(::X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                                     reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
        ::X509_set_issuer_name(made.get(), ::X509_get_subject_name(made.get()));
        ::X509_sign(made.get(), key.get(), ::EVP_sha256());
        write("certificate.pem", [&](std::FILE* file) { ::PEM_write_X509(file, made.get()); });
        write("key.pem", [&](std::FILE* file) {
            ::PEM_write_PrivateKey(file, key.get(), password != nullptr ? ::EVP_aes_256_cbc() : nullptr, nullptr, 0,
                                   nullptr, const_cast<char*>(password));
        });
        write("both.pem", [&](std::FILE* file) {
            ::PEM_write_X509(file, made.get());
            ::PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
        });
        write("empty.pem", [](std::FILE*) {});
    }
    ~CertificateFolder() { std::filesystem::remove_all(folder_); }
    CertificateFolder(const CertificateFolder&) = delete;
    CertificateFolder& operator=(const CertificateFolder&) = delete;

    std::string path(const char* name) const { return folder_ + "/" + name; }
    ServerOptions options() const {
        ServerOptions options = quick_options();
        options.tls = {path("certificate.pem"), path("key.pem")};
        return options;
    }

  private:
    template <class Write>
    void write(const char* name, Write write) {
        std::FILE* file = std::fopen(path(name).c_str(), "w");
        write(file);
        std::fclose(file);
    }

    std::string folder_;
};

}  // namespace retort::http::testing
