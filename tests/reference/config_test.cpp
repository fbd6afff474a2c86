// The configuration, against what Flask was recorded to do.

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("from_mapping and files take upper-case keys only") {
    App app{"c"};
    app.config.from_mapping({{"A1", 1}, {"b1", 2}});
    CHECK(app.config.get<int>("A1") == 1);
    CHECK(!app.config.contains("b1"));

    auto folder = std::string{RETORT_BINARY_DIR};
    auto path = folder + "/config_test_" + std::to_string(::getpid()) + ".json";
    std::ofstream{path} << R"({"J": 1, "low": 2})";
    CHECK(app.config.from_file(path));
    CHECK(app.config.get<int>("J") == 1);
    CHECK(!app.config.contains("low"));
    ::unlink(path.c_str());
    CHECK(!app.config.from_file(path, true));
    CHECK_THROWS_AS(app.config.from_file(path), ConfigError);
}

TEST_CASE("from_prefixed_env reads JSON values and nested keys") {
    const std::vector<std::pair<std::string, std::string>> environment{
        {"N", "5"},       {"S", "abc"}, {"B", "true"},    {"L", "[1,2]"}, {"D__K", "1"},
        {"D__S__T", "x"}, {"F", "1.5"}, {"NULL", "null"}, {"Q", "'q'"}};
    for (auto prefix : {"RETORT", "FLASK"}) {
        for (auto& [key, value] : environment) {
            ::setenv((std::string{prefix} + "_" + key).c_str(), value.c_str(), 1);
        }
        App app{"c"};
        app.config.from_prefixed_env(prefix);
        json found = json::object();
        for (auto key : {"N", "S", "B", "L", "D", "F", "NULL", "Q"}) found[key] = app.config.at(key);
        CHECK(found == json::parse(R"({"N": 5, "S": "abc", "B": true, "L": [1, 2],
                                       "D": {"K": 1, "S": {"T": "x"}}, "F": 1.5, "NULL": null, "Q": "'q'"})"));
        for (auto& entry : environment) ::unsetenv((std::string{prefix} + "_" + entry.first).c_str());
    }
}

TEST_CASE("get_namespace gives the keys without their beginning") {
    App app{"c"};
    app.config["IMG_A"] = 1;
    app.config["IMG_B_C"] = 2;
    CHECK(app.config.get_namespace("IMG_") == json{{"a", 1}, {"b_c", 2}});
}

TEST_CASE("the defaults are Flask's") {
    auto expected = json::parse(R"({
        "ENV": null, "DEBUG": null, "TESTING": false, "PROPAGATE_EXCEPTIONS": null, "SECRET_KEY": null,
        "PERMANENT_SESSION_LIFETIME": 2678400, "USE_X_SENDFILE": false, "SERVER_NAME": null, "APPLICATION_ROOT": "/",
        "SESSION_COOKIE_NAME": "session", "SESSION_COOKIE_DOMAIN": null, "SESSION_COOKIE_PATH": null,
        "SESSION_COOKIE_HTTPONLY": true, "SESSION_COOKIE_SECURE": false, "SESSION_COOKIE_SAMESITE": null,
        "SESSION_REFRESH_EACH_REQUEST": true, "MAX_CONTENT_LENGTH": null, "SEND_FILE_MAX_AGE_DEFAULT": null,
        "TRAP_BAD_REQUEST_ERRORS": null, "TRAP_HTTP_EXCEPTIONS": false, "EXPLAIN_TEMPLATE_LOADING": false,
        "PREFERRED_URL_SCHEME": "http", "JSON_AS_ASCII": null, "JSON_SORT_KEYS": null,
        "JSONIFY_PRETTYPRINT_REGULAR": null, "JSONIFY_MIMETYPE": null, "TEMPLATES_AUTO_RELOAD": null,
        "MAX_COOKIE_SIZE": 4093})");
    Config config;
    for (auto& [key, value] : expected.items()) {
        CAPTURE(key);
        CHECK(config.at(key) == value);
    }
}
