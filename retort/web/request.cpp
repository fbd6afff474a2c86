// The parts of a request, each parsed when it is first asked for.
#include "retort/web/request.hpp"

#include <algorithm>
#include <array>

#include "retort/base/text.hpp"
#include "retort/base/words.hpp"
#include "retort/web/accept.hpp"
#include "retort/web/application.hpp"
#include "retort/web/authorization.hpp"
#include "retort/web/cookie.hpp"
#include "retort/web/errors.hpp"
#include "retort/web/flash.hpp"
#include "retort/web/form_data.hpp"
#include "retort/web/proxies.hpp"
#include "retort/web/session.hpp"

namespace retort {
namespace {

/// What Werkzeug never quotes in a URL.
bool always_safe(char c) {
    return is_ascii_alphanumeric(c) || std::string_view{"-._~$!'()*+,;"}.find(c) != std::string_view::npos;
}

void append_code(std::string& out, unsigned char byte) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    out += {'%', digits[byte >> 4], digits[byte & 15]};
}

int hex_digit(char c) {
    if (is_ascii_digit(c)) return c - '0';
    c = ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_code(std::string_view text) {
    return text.size() >= 3 && text[0] == '%' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0;
}

/// The bytes of a URL with every one but the safe ones as a code: `url_quote` of Werkzeug.
std::string quoted(std::string_view text, std::string_view safe) {
    std::string out;
    for (char c : text) {
        if (always_safe(c) || safe.find(c) != std::string_view::npos) {
            out += c;
        } else {
            append_code(out, static_cast<unsigned char>(c));
        }
    }
    return out;
}

/// Shows a URL to people: codes of text beyond ASCII and of safe characters decoded, all others in capitals.
std::string uri_to_iri(std::string_view uri) {
    std::string out;
    while (!uri.empty()) {
        if (!is_code(uri)) {
            out += uri[0];
            uri.remove_prefix(1);
            continue;
        }
        std::string run;
        for (; is_code(uri); uri.remove_prefix(3)) run += static_cast<char>(hex_digit(uri[1]) * 16 + hex_digit(uri[2]));
        for (std::string_view rest = run; !rest.empty();) {
            auto step = read_utf8(rest);
            auto size = std::max<std::size_t>(step.size, 1);
            bool shown = step.valid && (step.point >= 128 || always_safe(rest[0]));
            for (char c : rest.substr(0, size)) {
                if (shown) {
                    out += c;
                } else {
                    append_code(out, static_cast<unsigned char>(c));
                }
            }
            rest.remove_prefix(size);
        }
    }
    return out;
}

bool plain_path(std::string_view path) {
    return !detail::any_word(path.data(), path.size(), [](std::uint64_t word) {
        return ((word | detail::word_holds(word, '%')) & detail::word_tops) != 0;
    });
}

[[noreturn]] void refuse_json(const std::string& why) {
    // What was wrong with it is for the developer; a page outside debug does not tell.
    throw BadRequest(detail::current_settings().debug ? why : std::string{});
}

}  // namespace

struct Request::Parsed {
    std::optional<std::string> mimetype;
    std::optional<std::string> data;
    std::optional<MultiDict> args, form, values, cookies;
    std::optional<FileDict> files;
    std::optional<json> document;
    bool stream_taken = false;
    detail::Forwarded forwarded;  ///< what trusted proxies have said
    std::unique_ptr<UserSession> session;
    std::unique_ptr<std::vector<detail::KeptMessage>> flashes;
    std::shared_ptr<detail::WebSocketCore> socket;
};

Request::Request(detail::Application& app, http::Request& message) : app_(app), message_(message), path_(message.path) {
    if (!plain_path(path_)) {
        decoded_path_ = decode_path(path_);
        path_ = decoded_path_;
    }
    // A path of "//host/x" would be another host's address where somebody redirects to it.
    while (path_.starts_with("//")) path_.remove_prefix(1);
}

Request::~Request() = default;

std::shared_ptr<detail::WebSocketCore>& Request::socket() { return parsed().socket; }

Request::Parsed& Request::parsed() {
    if (!parsed_) parsed_ = std::make_unique<Parsed>();
    return *parsed_;
}

void Request::apply_proxies(const TrustedProxies& proxies) {
    parsed().forwarded = detail::apply_proxies(proxies, message_);
}

std::string Request::full_path() const { return std::string{path_} + "?" + std::string{query_string()}; }

std::string_view Request::host() const {
    auto host = message_.header("Host").value_or("");
    if (parsed_ && !parsed_->forwarded.host.empty()) host = parsed_->forwarded.host;
    if (host.empty()) {
        auto& name = app_.config.settings().server_name;
        host = name.empty() ? std::string_view{"localhost"} : name;
    }
    std::string_view usual = message_.secure ? ":443" : ":80";
    if (host.ends_with(usual)) host.remove_suffix(usual.size());
    return host;
}

std::vector<std::string> Request::access_route() const {
    std::vector<std::string> addresses;
    for (auto header : headers().getlist("X-Forwarded-For")) {
        for (auto address : split(header, ',')) {
            if (!trim(address).empty()) addresses.emplace_back(trim(address));
        }
    }
    if (addresses.empty() && !remote_addr().empty()) addresses.emplace_back(remote_addr());
    return addresses;
}

std::string Request::host_url() const { return std::string{scheme()} + "://" + std::string{host()} + "/"; }

bool is_safe_url(std::string_view target) {
    // Browsers leave out line breaks and tabs, and blanks before; they take a backslash for a slash.
    auto misread = [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F || c == '\\'; };
    if (std::any_of(target.begin(), target.end(), misread) || target.starts_with("//")) return false;
    auto own = request.host_url();
    own.pop_back();
    if (iequals(target.substr(0, own.size()), own)) {
        target.remove_prefix(own.size());
        return target.empty() || target[0] == '/' || target[0] == '?' || target[0] == '#';
    }
    const auto mark = target.find_first_of(":/?#");
    return mark == std::string_view::npos || target[mark] != ':';
}

std::string_view Request::root_path() const {
    return parsed_ ? std::string_view{parsed_->forwarded.prefix} : std::string_view{};
}

std::string Request::root_url() const {
    auto root = root_path();
    return root.empty() ? host_url() : host_url() + std::string{root.substr(1)} + "/";
}

std::string Request::base_url() const {
    auto path = path_;
    while (path.starts_with('/')) path.remove_prefix(1);
    return root_url() + uri_to_iri(quoted(path, "/:"));
}

std::string Request::url() const {
    if (query_string().empty()) return base_url();
    return base_url() + "?" + uri_to_iri(quoted(query_string(), ":&%=+$!*'(),"));
}

const std::string& Request::mimetype() {
    auto& known = parsed().mimetype;
    if (!known) known = ascii_lower(trim(content_type().substr(0, content_type().find(';'))));
    return *known;
}

const MultiDict& Request::args() {
    auto& known = parsed().args;
    if (!known) known.emplace(parse_query(query_string()));
    return *known;
}

const MultiDict& Request::form() {
    if (!parsed().form) read_form();
    return *parsed().form;
}

const MultiDict* Request::parsed_form() const noexcept { return parsed_ && parsed_->form ? &*parsed_->form : nullptr; }

const FileDict& Request::files() {
    if (!parsed().form) read_form();
    return *parsed().files;
}

void Request::read_form() {
    auto& settings = app_.config.settings();
    auto& limit = settings.max_form_memory_size;
    detail::FormData form;
    if (mimetype() == "multipart/form-data") {
        if (settings.max_content_length && content_length().value_or(0) > *settings.max_content_length) {
            throw RequestEntityTooLarge();
        }
        detail::FormLimits limits{settings.max_content_length, limit.value_or(UINT64_MAX),
                                  settings.max_form_parts.value_or(SIZE_MAX)};
        auto* body = stream();
        form = body != nullptr ? detail::read_multipart(*body, content_type(), limits)
                               : detail::parse_multipart(data(), content_type(), limits);
    } else if (mimetype() == "application/x-www-form-urlencoded" || mimetype() == "application/x-url-encoded") {
        auto most = std::min(limit.value_or(UINT64_MAX), settings.max_content_length.value_or(UINT64_MAX));
        if (!parsed().data && !parsed().stream_taken) parsed().data = detail::read_whole_body(message_, most);
        if (data().size() > most) throw RequestEntityTooLarge();
        form.fields = parse_query(data());
    }
    parsed().files = std::move(form.files);
    parsed().form = std::move(form.fields);
}

const MultiDict& Request::values() {
    auto& known = parsed().values;
    if (known) return *known;
    std::vector<MultiDict::Pair> all{args().begin(), args().end()};
    if (method() != GET) all.insert(all.end(), form().begin(), form().end());
    return known.emplace(std::move(all));
}

const MultiDict& Request::cookies() {
    auto& known = parsed().cookies;
    if (known) return *known;
    known.emplace();
    for (auto& header : message_.headers) {
        if (!http::same_header_name(header.name, "Cookie")) continue;
        for (auto& [name, value] : parse_cookies(header.value)) known->add(std::move(name), std::move(value));
    }
    return *known;
}

std::string detail::read_whole_body(http::Request& message, std::optional<std::uint64_t> limit) {
    if (limit && message.content_length && *message.content_length > *limit) throw RequestEntityTooLarge();
    std::string body;
    if (message.body == nullptr) return body;
    // The announced length may lie: memory follows what has really come.
    body.reserve(std::min<std::uint64_t>(message.content_length.value_or(0), 64 * 1024));
    std::array<char, 16 * 1024> piece;
    while (auto count = message.body->read(piece)) {
        body.append(piece.data(), count);
        if (limit && body.size() > *limit) throw RequestEntityTooLarge();
    }
    return body;
}

const std::string& Request::data() {
    auto& known = parsed().data;
    if (!known) {
        if (parsed().stream_taken) return known.emplace();
        known = detail::read_whole_body(message_, app_.config.settings().max_content_length);
    }
    return *known;
}

http::BodyReader* Request::stream() {
    if (parsed().data) return nullptr;
    parsed().stream_taken = true;
    return message_.body;
}

UserSession& Request::session() {
    auto& known = parsed().session;
    if (!known) known = app_.open_session(*this);
    return *known;
}

UserSession* Request::opened_session() const noexcept { return parsed_ ? parsed_->session.get() : nullptr; }

std::unique_ptr<std::vector<detail::KeptMessage>>& Request::flashes() { return parsed().flashes; }

bool Request::is_json() {
    auto& type = mimetype();
    return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

const json& Request::get_json(GetJson how) {
    static const json none;
    auto& known = parsed().document;
    if (known) return *known;
    if (!how.force && !is_json()) {
        if (how.silent) return none;
        refuse_json("the request's Content-Type is not application/json");
    }
    try {
        return known.emplace(json::parse(data()));
    } catch (const JsonParseError& error) {
        if (how.silent) return none;
        refuse_json("the request's body is no JSON: " + error.message());
    }
}

std::string_view RequestHeaders::operator[](std::string_view name) const {
    auto value = get(name);
    if (!value) detail::throw_missing_key(name);
    return *value;
}

std::vector<std::string_view> RequestHeaders::getlist(std::string_view name) const {
    std::vector<std::string_view> values;
    for (auto& header : message_.headers) {
        if (http::same_header_name(header.name, name)) values.push_back(header.value);
    }
    return values;
}

std::optional<Authorization> Request::authorization() const {
    return Authorization::parse(message_.header("Authorization").value_or(""));
}

Accept Request::accept_mimetypes() const { return {Accept::Kind::mimetypes, message_.header("Accept").value_or("")}; }
Accept Request::accept_languages() const {
    return {Accept::Kind::languages, message_.header("Accept-Language").value_or("")};
}
Accept Request::accept_encodings() const {
    return {Accept::Kind::plain, message_.header("Accept-Encoding").value_or("")};
}
Accept Request::accept_charsets() const {
    return {Accept::Kind::charsets, message_.header("Accept-Charset").value_or("")};
}

std::optional<Authorization> CurrentRequest::authorization() const { return now().authorization(); }
Accept CurrentRequest::accept_mimetypes() const { return now().accept_mimetypes(); }
Accept CurrentRequest::accept_languages() const { return now().accept_languages(); }
Accept CurrentRequest::accept_encodings() const { return now().accept_encodings(); }
Accept CurrentRequest::accept_charsets() const { return now().accept_charsets(); }

void Request::after(std::function<void(Response&)> function) { after_.push_back(std::move(function)); }

void detail::throw_missing_key(std::string_view key) { throw BadRequestKeyError(std::string{key}); }

}  // namespace retort
