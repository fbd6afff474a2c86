// The request of a recorded case of CORS, sent to an app: the same for those of the whole app and of single routes.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "retort/retort.hpp"

namespace recorded {

template <class Case>
retort::TestResponse ask_with_cors(retort::App& app, const Case& one) {
    std::vector<std::pair<std::string, std::string>> headers;
    auto ask = [&](const char* name, std::string_view value) {
        if (!value.empty()) headers.emplace_back(name, value);
    };
    ask("Origin", one.origin);
    ask("Access-Control-Request-Method", one.request_method);
    ask("Access-Control-Request-Headers", one.request_headers);
    return app.test_client().open(one.path, {.method = std::string(one.method), .headers = headers});
}

}  // namespace recorded
