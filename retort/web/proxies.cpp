// How the values of the X-Forwarded headers are counted from the end.
#include "retort/web/proxies.hpp"

#include <algorithm>
#include <vector>

#include "retort/base/text.hpp"
#include "retort/http/parser.hpp"

namespace retort::detail {
namespace {

/// The value that the outermost trusted proxy wrote; empty when fewer wrote than there should be.
std::string_view trusted_value(const http::Request& message, std::string_view name, std::size_t proxies) {
    if (proxies == 0) return {};
    std::vector<std::string_view> values;
    for (auto& header : message.headers) {
        if (!http::same_header_name(header.name, name)) continue;
        for (auto value : split(header.value, ',')) values.push_back(trim(value));
    }
    if (values.size() < proxies) return {};
    auto value = values[values.size() - proxies];
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    return value;
}

/// Where the port begins of "host:80", "[::1]:80"; npos where there is none.
std::size_t port_at(std::string_view host) {
    auto colon = host.rfind(':');
    return host.ends_with(']') ? std::string_view::npos : colon;
}

/// A browser takes a backslash for a slash and passes over control characters: `/\evil.com` would lead elsewhere.
bool is_path_prefix(std::string_view prefix) {
    const auto fits = [](char c) {
        return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '\\' && c != '?' && c != '#';
    };
    if (!prefix.starts_with('/') || prefix.starts_with("//") || !std::all_of(prefix.begin(), prefix.end(), fits))
        return false;
    const auto parts = split(prefix, '/');
    return std::none_of(parts.begin(), parts.end(), [](std::string_view part) { return part == "." || part == ".."; });
}

}  // namespace

Forwarded apply_proxies(const TrustedProxies& proxies, http::Request& message) {
    Forwarded forwarded;
    if (auto address = trusted_value(message, "X-Forwarded-For", proxies.x_for); !address.empty()) {
        message.remote_address = address;
    }
    if (auto scheme = trusted_value(message, "X-Forwarded-Proto", proxies.x_proto); !scheme.empty()) {
        message.secure = iequals(scheme, "https");
    }
    if (auto host = trusted_value(message, "X-Forwarded-Host", proxies.x_host); http::is_host(host)) {
        forwarded.host = host;
    }
    auto port = trusted_value(message, "X-Forwarded-Port", proxies.x_port);
    if (!port.empty() && http::is_host(":" + std::string{port})) {
        if (forwarded.host.empty()) forwarded.host = message.header("Host").value_or("localhost");
        forwarded.host = forwarded.host.substr(0, port_at(forwarded.host)) + ":" + std::string{port};
    }
    auto prefix = trusted_value(message, "X-Forwarded-Prefix", proxies.x_prefix);
    while (prefix.ends_with('/')) prefix.remove_suffix(1);
    if (is_path_prefix(prefix)) forwarded.prefix = prefix;
    return forwarded;
}

}  // namespace retort::detail
