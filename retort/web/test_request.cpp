// How a test's request becomes a message: address, headers, body and cookies.
#include "retort/web/test_request.hpp"

#include <algorithm>
#include <cstring>

#include "retort/base/text.hpp"
#include "retort/web/application.hpp"
#include "retort/web/iri.hpp"
#include "retort/web/mimetype.hpp"
#include "retort/web/signing.hpp"

namespace retort::detail {
namespace {

std::string urlencoded(const RequestBuilder::Pairs& pairs) {
    std::string text;
    for (auto& [key, value] : pairs) {
        if (!text.empty()) text += '&';
        append_percent_encoded(text, key, UrlPart::query);
        text += '=';
        append_percent_encoded(text, value, UrlPart::query);
    }
    return text;
}

/// Scheme, host and the rest of "http://localhost:5000/x?y".
struct Address {
    bool secure = false;
    std::string host = "localhost";
    std::string target;
};

Address parse_address(std::string_view url) {
    Address address;
    auto after = url.find("://");
    if (after == std::string_view::npos) {
        address.target = url;
        return address;
    }
    address.secure = url.substr(0, after) == "https";
    url.remove_prefix(after + 3);
    auto path = std::min(url.find_first_of("/?"), url.size());
    address.host = url.substr(0, path);
    address.target = url.substr(path);
    return address;
}

/// Where a request goes that does not say it.
std::string base_url_of(const Application& app, const RequestBuilder& request) {
    if (!request.base_url.empty()) return request.base_url;
    auto& settings = app.config.settings();
    auto host = settings.server_name.empty() ? std::string{"localhost"} : settings.server_name;
    if (!request.subdomain.empty()) host = request.subdomain + "." + host;
    return settings.preferred_url_scheme + "://" + host;
}

/// What may not stand in a request line is encoded, as a browser does with an address that was typed.
std::string clean_target(std::string_view target) {
    target = target.substr(0, target.find('#'));
    return (target.starts_with('/') ? "" : "/") + iri_to_uri(target);
}

/// As browsers quote the names of fields and files.
std::string quoted_name(std::string_view text) {
    std::string quoted = "\"";
    for (char c : text) {
        if (c == '"') {
            quoted += "%22";
        } else if (c == '\r') {
            quoted += "%0D";
        } else if (c == '\n') {
            quoted += "%0A";
        } else {
            quoted += c;
        }
    }
    return quoted + '"';
}

std::string multipart(const RequestBuilder& request, std::string_view boundary) {
    std::string body;
    auto begin = [&](std::string_view name) {
        body += "--" + std::string{boundary} + "\r\nContent-Disposition: form-data; name=" + quoted_name(name);
    };
    for (auto& [key, value] : request.form) {
        begin(key);
        body += "\r\n\r\n" + value + "\r\n";
    }
    for (auto& file : request.files) {
        begin(file.name);
        auto type = file.content_type.empty() ? guess_mimetype(file.filename) : file.content_type;
        body += "; filename=" + quoted_name(file.filename) + "\r\nContent-Type: " + type + "\r\n\r\n" + file.content +
                "\r\n";
    }
    return body + "--" + std::string{boundary} + "--\r\n";
}

void fill_body(BuiltRequest& built, const RequestBuilder& request) {
    std::string type = request.content_type;
    const bool has_form = !request.form.empty() || !request.files.empty();
    if ((request.json ? 1 : 0) + (has_form ? 1 : 0) + (request.data.empty() ? 0 : 1) > 1) {
        throw ArgumentError("several-bodies"_code, "a request has one body, and this one was given several.",
                            "give it one of .json, .form with .files, and .data");
    }
    built.body = request.data;
    if (request.json) {
        built.body = request.json->dump();
        if (type.empty()) type = "application/json";
    } else if (!request.files.empty()) {
        static constexpr std::string_view boundary = "----RetortTestBoundary7MA4YWxkTrZu0gW";
        built.body = multipart(request, boundary);
        if (type.empty()) type = "multipart/form-data; boundary=" + std::string{boundary};
    } else if (!request.form.empty()) {
        built.body = urlencoded(request.form);
        if (type.empty()) type = "application/x-www-form-urlencoded";
    }
    if (!type.empty()) built.add_header("Content-Type", type);
    if (!built.body.empty()) built.add_header("Content-Length", std::to_string(built.body.size()));
}

void point_message(BuiltRequest& built) {
    auto& message = built.message;
    for (std::size_t i = 0; i < built.names.size(); ++i) built.views.push_back({built.names[i], built.values[i]});
    std::string_view target = built.target;
    auto question = target.find('?');
    message.method = built.method;
    message.target = target;
    message.path = target.substr(0, question);
    message.has_query = question != std::string_view::npos;
    if (message.has_query) message.query = target.substr(question + 1);
    message.headers = built.views;
    message.remote_address = built.remote_addr;
    if (!built.body.empty()) {
        message.content_length = built.body.size();
        message.body = &built;
    }
}

/// An address is one at the beginning only: it may stand in a query too.
bool is_whole_address(std::string_view path) {
    auto colon = path.find("://");
    return colon != std::string_view::npos && path.find_first_of("/?#") > colon;
}

/// Whom the cookies of a request to this host and target are for.
CookieTarget cookie_target(std::string_view host, std::string_view target, bool secure) {
    auto name = host.ends_with(']') ? host : host.substr(0, host.rfind(':'));
    return {std::string{name}, std::string{target.substr(0, target.find('?'))}, secure};
}

}  // namespace

std::unique_ptr<BuiltRequest> build_request(const Application& app, std::string_view path,
                                            const RequestBuilder& request, const CookieJar* jar) {
    auto built = std::make_unique<BuiltRequest>();
    auto whole = is_whole_address(path);
    auto address = parse_address(whole ? std::string{path} : base_url_of(app, request));
    auto target = whole ? address.target : std::string{path};
    target.resize(std::min(target.find('#'), target.size()));  // what a browser keeps to itself
    if (!request.query.empty())
        target += (target.find('?') == std::string::npos ? "?" : "&") + urlencoded(request.query);
    built->method = request.method.empty() ? "GET" : request.method;
    built->target = clean_target(target);
    built->remote_addr = request.remote_addr;
    built->message.secure = address.secure;
    auto own_host = std::find_if(request.headers.begin(), request.headers.end(),
                                 [](auto& header) { return iequals(header.first, "Host"); });
    auto& host = own_host == request.headers.end() ? address.host : own_host->second;
    if (own_host == request.headers.end()) built->add_header("Host", host);
    auto target_of_cookies = cookie_target(host, built->target, address.secure);
    auto cookies = jar == nullptr ? std::string{} : jar->header(&target_of_cookies);
    if (!cookies.empty()) built->add_header("Cookie", cookies);
    for (auto& [name, value] : request.headers) built->add_header(name, value);
    if (request.auth) {
        built->add_header("Authorization", "Basic " + base64(request.auth->first + ":" + request.auth->second));
    }
    fill_body(*built, request);
    point_message(*built);
    return built;
}

CookieTarget cookie_target(const BuiltRequest& built) {
    return cookie_target(built.message.header("Host").value_or("localhost"), built.target, built.message.secure);
}

TestRequest asked(const BuiltRequest& built) {
    auto& message = built.message;
    auto host = message.header("Host").value_or("localhost");
    return {built.method, std::string{message.path},
            std::string{message.secure ? "https://" : "http://"} + std::string{host} + built.target};
}

std::string follow(const TestRequest& from, std::string_view location) {
    if (location.find("://") != std::string_view::npos) return std::string{location};
    auto scheme_end = from.url.find("://") + 3;
    if (location.starts_with("//")) return from.url.substr(0, scheme_end - 2) + std::string{location};
    auto root = from.url.substr(0, from.url.find('/', scheme_end));
    if (location.starts_with('/')) return root + std::string{location};
    if (location.starts_with('?')) return root + from.path + std::string{location};
    return root + from.path.substr(0, from.path.rfind('/') + 1) + std::string{location};
}

}  // namespace retort::detail
