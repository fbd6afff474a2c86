// A test's request as the message that an application takes.
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/http/message.hpp"
#include "retort/web/cookie_jar.hpp"
#include "retort/web/testing.hpp"

namespace retort::detail {

/// The bytes of a request that was put together here, and the message that looks at them.
struct BuiltRequest : http::BodyReader {
    std::size_t read(std::span<char> into) override {
        auto count = std::min(into.size(), body.size() - sent);
        std::memcpy(into.data(), body.data() + sent, count);
        sent += count;
        return count;
    }

    void add_header(std::string name, std::string value) {
        names.push_back(std::move(name));
        values.push_back(std::move(value));
    }

    std::string method, target, body, remote_addr;
    std::vector<std::string> names, values;
    std::vector<http::HeaderView> views;
    http::Request message;
    std::size_t sent = 0;
};

/// With the cookies of `jar`, if there is one.
std::unique_ptr<BuiltRequest> build_request(const Application& app, std::string_view path,
                                            const RequestBuilder& request, const CookieJar* jar);

/// Whom the cookies of a request are for.
CookieTarget cookie_target(const BuiltRequest& built);

/// What a test is told of its request.
TestRequest asked(const BuiltRequest& built);

/// Where a Location leads from the address that it was answered at, as browsers see it.
std::string follow(const TestRequest& from, std::string_view location);

}  // namespace retort::detail
