// The handshake of a WebSocket, and the view behind it.
#include "retort/web/websocket.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <utility>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/signing.hpp"
#include "retort/web/websocket_core.hpp"

namespace retort {
namespace {

/// Whether one of the words between commas is this one.
bool has_word(const std::vector<std::string_view>& values, std::string_view word) {
    for (auto value : values) {
        for (auto each : split(value, ',')) {
            if (iequals(trim(each), word)) return true;
        }
    }
    return false;
}

[[noreturn]] void ask_for_upgrade(std::string_view why) {
    throw HttpException(Response{
        why,
        426,
        {{"Content-Type", "text/plain; charset=utf-8"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"}}});
}

/// A page of another site could talk with the cookies of whoever looks at it.
void check_origin(Request& request, const json& options) {
    auto origin = request.headers().get("Origin");
    if (!origin) return;  // no browser
    auto after = origin->find("://");
    if (after != std::string_view::npos && iequals(origin->substr(after + 3), request.host())) return;
    auto* allowed = options.find("origins");
    if (allowed != nullptr && allowed->is_array()) {
        for (auto& each : *allowed) {
            if (each.is_text() && (each.text() == "*" || iequals(each.text(), *origin))) return;
        }
    }
    throw Forbidden("Pages of this site may not open a WebSocket here.");
}

std::string checked_key(Request& request) {
    auto keys = request.headers().getlist("Sec-WebSocket-Key");
    auto bytes = keys.size() == 1 ? detail::from_base64(trim(keys[0])) : std::nullopt;
    if (!bytes || bytes->size() != 16) throw BadRequest("The key of the WebSocket handshake is not right.");
    return std::string{trim(keys[0])};
}

void check_handshake(Request& request) {
    auto headers = request.headers();
    bool asked =
        has_word(headers.getlist("Upgrade"), "websocket") && has_word(headers.getlist("Connection"), "upgrade");
    if (!asked) ask_for_upgrade("This URL answers WebSockets only.\n");
    if (!(request.method() == GET)) throw BadRequest("A WebSocket is asked for by GET.");
    if (trim(headers.get("Sec-WebSocket-Version", "")) != "13") ask_for_upgrade("The WebSocket version is 13.\n");
}

std::string chosen_subprotocol(Request& request, const json& options) {
    auto* known = options.find("subprotocols");
    if (known == nullptr || !known->is_array()) return {};
    for (auto value : request.headers().getlist("Sec-WebSocket-Protocol")) {
        for (auto asked : split(value, ',')) {
            for (auto& each : *known) {
                if (each.is_text() && each.text() == trim(asked)) return each.text();
            }
        }
    }
    return {};
}

const json& options_of(Request& request) {
    static const json nothing = json::object();
    auto* options = request.app().config.find("SOCK_SERVER_OPTIONS");
    return options != nullptr && options->is_object() ? *options : nothing;
}

/// One offer of permessage-deflate: whether it asks for nothing that we do not do. We forget what came before after
/// each message, and use the whole window.
bool is_met(std::string_view offer) {
    auto parts = split(offer, ';');
    if (!iequals(trim(parts[0]), "permessage-deflate")) return false;
    std::vector<std::string_view> seen;
    for (auto& part : parts) {
        if (part.data() == parts[0].data()) continue;
        auto equals = std::min(part.find('='), part.size());
        auto name = trim(part.substr(0, equals));
        auto value = trim(part.substr(std::min(equals + 1, part.size())));
        if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) return false;
        seen.push_back(name);
        bool none = value.empty() && equals == part.size();
        bool fits = (none && (name == "server_no_context_takeover" || name == "client_no_context_takeover")) ||
                    (name == "client_max_window_bits" && (none || (value.size() == 1 && value >= "8") ||
                                                          (value.size() == 2 && value >= "10" && value <= "15"))) ||
                    (name == "server_max_window_bits" && value == "15");
        if (!fits) return false;
    }
    return true;
}

}  // namespace

namespace detail {

std::string agreed_deflate(std::string_view offers) {
    for (auto offer : split(offers, ',')) {
        if (is_met(offer)) return "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
    }
    return {};
}

std::string accept_of_key(std::string_view key) {
    std::string text = std::string{key} + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    ::EVP_Digest(text.data(), text.size(), digest, &size, ::EVP_sha1(), nullptr);
    return base64({reinterpret_cast<const char*>(digest), size});
}

WebSocketOptions websocket_options(Request& request) {
    auto& given = options_of(request);
    WebSocketOptions options;
    options.max_message = given.get<std::size_t>("max_message_size", options.max_message);
    options.max_queued = std::max(options.max_queued, options.max_message);
    auto seconds = given.get<double>("ping_interval", 25.0);
    options.ping_interval = std::chrono::milliseconds{static_cast<std::int64_t>(seconds * 1000)};
    options.deflate = given.get<bool>("compression", true);
    return options;
}

Response answered_otherwise(Request& request, const std::function<void()>& view) {
    std::exception_ptr thrown;
    try {
        view();
    } catch (const ConnectionClosed&) {
    } catch (...) {
        thrown = std::current_exception();
    }
    // Outside of the catch blocks: this waits for the other side.
    if (auto& socket = request.socket()) socket->finish(thrown ? 1011 : 1000);
    if (thrown) std::rethrow_exception(thrown);
    Response response;
    response.set_status(101);
    return response;
}

}  // namespace detail

WebSocket ViewInput<WebSocket>::read(Request& request) {
    check_handshake(request);
    auto& given = options_of(request);
    check_origin(request, given);
    auto options = detail::websocket_options(request);
    http::Headers headers{{"Upgrade", "websocket"},
                          {"Sec-WebSocket-Accept", detail::accept_of_key(checked_key(request))}};
    options.subprotocol = chosen_subprotocol(request, given);
    if (!options.subprotocol.empty()) headers.add("Sec-WebSocket-Protocol", options.subprotocol);
    std::string agreed;
    for (auto offers : request.headers().getlist("Sec-WebSocket-Extensions")) {
        if (options.deflate && agreed.empty()) agreed = detail::agreed_deflate(offers);
    }
    options.deflate = !agreed.empty();
    if (options.deflate) headers.add("Sec-WebSocket-Extensions", agreed);
    auto* channel = request.message().channel;
    auto* stream = channel == nullptr ? nullptr : channel->upgrade(headers);
    if (stream == nullptr)
        throw BadRequest("A WebSocket needs a connection of HTTP/1.1, and a request without a body.");
    request.socket() = std::make_shared<detail::WebSocketCore>(*stream, std::move(options));
    return WebSocket{request.socket()};
}

ConnectionClosed::ConnectionClosed(int close_code, std::string reason)
    : Error("websocket-closed"_code,
            "the WebSocket is closed: " + std::to_string(close_code) + (reason.empty() ? "" : " " + reason),
            "let it pass: a view ends with its connection"),
      close_code_(close_code),
      reason_(std::move(reason)) {}

WebSocket::WebSocket(std::shared_ptr<detail::WebSocketCore> core) : core_(std::move(core)) {}
WebSocket::WebSocket(const WebSocket& other) = default;
WebSocket::WebSocket(WebSocket&& other) noexcept = default;
WebSocket& WebSocket::operator=(const WebSocket& other) = default;
WebSocket& WebSocket::operator=(WebSocket&& other) noexcept = default;
WebSocket::~WebSocket() = default;

WebSocketMessage WebSocket::receive() { return *core_->receive(std::nullopt); }

std::optional<WebSocketMessage> WebSocket::receive(std::chrono::milliseconds timeout) {
    return core_->receive(detail::WebSocketCore::Clock::now() + timeout);
}

void WebSocket::send(std::string_view text) {
    if (!is_utf8(text)) {
        throw ArgumentError("websocket-text"_code, "text for a WebSocket is no UTF-8",
                            "send bytes with send_binary, or decode them first");
    }
    core_->send(detail::Opcode::text, text);
}

void WebSocket::send(const WebSocketMessage& message) {
    message.is_binary ? send_binary(message.data) : send(std::string_view{message.data});
}

void WebSocket::send(const json& document) { core_->send(detail::Opcode::text, document.dump()); }

void WebSocket::send_binary(std::string_view bytes) { core_->send(detail::Opcode::binary, bytes); }

void WebSocket::close(int code, std::string_view reason) { core_->close(code, reason); }

bool WebSocket::connected() const { return core_->connected(); }

const std::string& WebSocket::subprotocol() const { return core_->options().subprotocol; }

}  // namespace retort
