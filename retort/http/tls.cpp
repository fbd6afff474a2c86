// TLS on a socket of the loop: handshakes, reading and writing, none of which blocks.
#include "retort/http/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <cstring>
#include <new>

#include "retort/http/certificate.hpp"
#include "retort/http/error.hpp"
#include "retort/http/server.hpp"

namespace retort::http::detail {
namespace {

using Status = fibers::Socket::Status;

constexpr std::size_t record_bytes = 16 * 1024;

// What TLS 1.2 may use: forward secrecy and authenticated encryption, nothing that HTTP/2 forbids (RFC 9113, appendix
// A).
constexpr const char* tls12_ciphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// Each name with its length before it; the second list is the end of the first.
constexpr std::string_view protocols = "\x02h2\x08http/1.1";
constexpr std::string_view protocols_without_http2 = protocols.substr(3);

/// The first of our protocols that the client offers too; without any, the handshake fails (RFC 7301, 3.2).
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size, const unsigned char* offered,
                    unsigned offered_size, void* http2) {
    const std::string_view ours = http2 != nullptr ? protocols : protocols_without_http2;
    unsigned char* found = nullptr;
    const int outcome =
        ::SSL_select_next_proto(&found, chosen_size, reinterpret_cast<const unsigned char*>(ours.data()),
                                static_cast<unsigned>(ours.size()), offered, offered_size);
    *chosen = found;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

}  // namespace

TlsContext::TlsContext(const TlsOptions& options, bool http2)
    : context_(::SSL_CTX_new(::TLS_server_method()), &::SSL_CTX_free) {
    if (!context_) throw_openssl("no TLS context can be made");
    set_rules(http2);
    use_certificate(context_.get(), options);
}

void TlsContext::set_rules(bool http2) {
    constexpr std::string_view sessions_of = "retort";
    SSL_CTX* context = context_.get();
    ::SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    ::SSL_CTX_set_cipher_list(context, tls12_ciphers);
    // A request says itself where it ends, so a connection may end without close_notify.
    ::SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
                                       SSL_OP_PRIORITIZE_CHACHA | SSL_OP_CIPHER_SERVER_PREFERENCE);
    ::SSL_CTX_set_mode(context,
                       SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    ::SSL_CTX_set_read_ahead(context, 1);
    // Clients come back with tickets; a cache here would be a lock among the threads.
    ::SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(sessions_of.data()),
                                     static_cast<unsigned>(sessions_of.size()));
    ::SSL_CTX_set_alpn_select_cb(context, &choose_protocol, http2 ? context : nullptr);
}

/// How OpenSSL reaches the socket; its own way would raise SIGPIPE and know nothing of the loop.
struct TlsStream::Transport {
    static TlsStream& stream(BIO* bio) { return *static_cast<TlsStream*>(::BIO_get_data(bio)); }

    static int read(BIO* bio, char* to, int size) {
        TlsStream& self = stream(bio);
        ::BIO_clear_retry_flags(bio);
        const auto transfer = self.socket_.try_receive(to, static_cast<std::size_t>(size));
        if (transfer.status == Status::would_block) BIO_set_retry_read(bio);
        if (transfer.status == Status::ended) ::BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
        if (transfer.status != Status::done) return transfer.status == Status::ended ? 0 : -1;
        if (self.first_byte_ == '\0') self.first_byte_ = to[0];
        return static_cast<int>(transfer.size);
    }

    static int write(BIO* bio, const char* from, int size) {
        ::BIO_clear_retry_flags(bio);
        const auto transfer = stream(bio).socket_.try_send({from, static_cast<std::size_t>(size)});
        if (transfer.status == Status::would_block) BIO_set_retry_write(bio);
        return transfer.status == Status::done ? static_cast<int>(transfer.size) : -1;
    }

    static long control(BIO* bio, int command, long, void*) {
        if (command == BIO_CTRL_EOF) return ::BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
        return command == BIO_CTRL_FLUSH ? 1 : 0;
    }

    static std::shared_ptr<BIO_METHOD> make() {
        std::shared_ptr<BIO_METHOD> method{::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loop socket"),
                                           &::BIO_meth_free};
        if (!method) throw std::bad_alloc{};
        ::BIO_meth_set_read(method.get(), &read);
        ::BIO_meth_set_write(method.get(), &write);
        ::BIO_meth_set_ctrl(method.get(), &control);
        return method;
    }

    static const BIO_METHOD* method() {
        static const std::shared_ptr<BIO_METHOD> method = make();
        return method.get();
    }
};

TlsStream::TlsStream(const TlsContext& context, fibers::Socket& socket)
    : socket_(socket), ssl_(::SSL_new(context.get()), &::SSL_free) {
    BIO* transport = ssl_ ? ::BIO_new(Transport::method()) : nullptr;
    if (transport == nullptr) throw std::bad_alloc{};
    ::BIO_set_data(transport, this);
    ::BIO_set_init(transport, 1);
    ::SSL_set_bio(ssl_.get(), transport, transport);
    ::SSL_set_accept_state(ssl_.get());
}

TlsStream::Handshake TlsStream::shake_hands() noexcept {
    ::ERR_clear_error();
    const int result = ::SSL_do_handshake(ssl_.get());
    if (result == 1) return Handshake::done;
    if (status_of(result) == Status::would_block) return Handshake::unfinished;
    broken_ = true;
    return first_byte_ >= 'A' && first_byte_ <= 'Z' ? Handshake::plain_http : Handshake::failed;
}

bool TlsStream::chose_http2() const noexcept {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    ::SSL_get0_alpn_selected(ssl_.get(), &name, &size);
    return size == 2 && std::memcmp(name, "h2", 2) == 0;
}

Status TlsStream::status_of(int result) noexcept {
    switch (::SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
        case SSL_ERROR_WANT_WRITE: return Status::would_block;
        case SSL_ERROR_ZERO_RETURN: return Status::ended;
        default: broken_ = true; return Status::failed;
    }
}

fibers::Socket::Transfer TlsStream::try_receive(char* to, std::size_t size) noexcept {
    if (broken_) return {Status::failed, 0};
    ::ERR_clear_error();
    std::size_t count = 0;
    const int result = ::SSL_read_ex(ssl_.get(), to, size, &count);
    may_hold_more_ = result == 1;
    reading_waits_for_room_ = result != 1 && SSL_want_write(ssl_.get());
    if (result == 1) return {Status::done, count};
    return {status_of(result), 0};
}

fibers::Socket::Transfer TlsStream::try_send(std::string_view first, std::string_view second) noexcept {
    // One record of both, for a head of its own would be a packet of its own.
    static thread_local char record[record_bytes];
    if (broken_) return {Status::failed, 0};
    if (first.empty()) first = second;
    if (!second.empty() && first.data() != second.data() && first.size() < record_bytes) {
        const std::size_t more = std::min(second.size(), record_bytes - first.size());
        std::memcpy(record, first.data(), first.size());
        std::memcpy(record + first.size(), second.data(), more);
        first = {record, first.size() + more};
    }
    if (first.empty()) return {Status::done, 0};
    ::ERR_clear_error();
    std::size_t count = 0;
    const int result = ::SSL_write_ex(ssl_.get(), first.data(), first.size(), &count);
    if (result == 1) return {Status::done, count};
    // A write that cannot go on has failed, also where the client said goodbye before it went.
    broken_ = status_of(result) != Status::would_block;
    return {broken_ ? Status::failed : Status::would_block, 0};
}

bool TlsStream::holds_bytes() const noexcept { return !broken_ && ::SSL_has_pending(ssl_.get()) == 1; }

void TlsStream::say_goodbye() noexcept {
    if (broken_ || ::SSL_is_init_finished(ssl_.get()) != 1) return;
    broken_ = true;
    ::ERR_clear_error();
    ::SSL_shutdown(ssl_.get());
}

}  // namespace retort::http::detail
