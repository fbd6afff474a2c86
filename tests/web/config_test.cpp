// The configuration: kinds, missing keys, and keys that nobody reads.
#include "retort/web/config.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "retort/web/config_kinds.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("entries are set, read and compared") {
    Config config;
    config["LIMIT"] = 10;
    CHECK(config.get<int>("LIMIT") == 10);
    CHECK(config["LIMIT"].as<long>() == 10);
    CHECK(config["LIMIT"] == 10);
    config["COPY"] = config["LIMIT"];
    CHECK(config["COPY"] == 10);
    config["URI"] = std::string{"sqlite:///x.db"};
    CHECK(config["URI"].text() == "sqlite:///x.db");
    CHECK(config.get<std::string>("NOTHING", "else") == "else");
    CHECK(config.get("NOTHING", "else") == "else");
    CHECK(config.get("URI", "else") == "sqlite:///x.db");
    CHECK_THROWS_AS(config.get("LIMIT", "else"), ConfigError);
    config.set_default("LIMIT", 5);
    config.set_default("OTHER", 5);
    CHECK(config["LIMIT"] == 10);
    CHECK(config["OTHER"] == 5);
}

TEST_CASE("a missing key and a wrong kind are named") {
    Config config;
    CHECK_THROWS_WITH_AS(config.at("MAX_CONTENT_LENGHT"), doctest::Contains("MAX_CONTENT_LENGTH"), ConfigError);
    CHECK_THROWS_WITH_AS((config["MAX_CONTENT_LENGTH"] = "ten"), doctest::Contains("MAX_CONTENT_LENGTH"), ConfigError);
    CHECK_THROWS_AS((config["TESTING"] = "perhaps"), ConfigError);
    config["LIMIT"] = "ten";
    CHECK_THROWS_WITH_AS(config.get<int>("LIMIT"), doctest::Contains("LIMIT"), ConfigError);
    CHECK(config.settings().max_content_length == std::nullopt);
}

TEST_CASE("keys near to one that is read raise a doubt, others are the user's own") {
    Config config;
    config["MAX_CONTENT_LENGHT"] = 1;
    config["MY_OWN"] = 1;
    auto doubts = config.doubts();
    REQUIRE(doubts.size() == 1);
    CHECK(doubts[0].find("MAX_CONTENT_LENGTH") != std::string::npos);
}

TEST_CASE("root and instance path") {
    App given{"x", {.root_path = "/srv/x", .instance_path = "/var/x"}};
    CHECK(given.root_path() == "/srv/x");
    CHECK(given.instance_path() == "/var/x");
    App by_root{"x", {.root_path = "/srv/x"}};
    CHECK(by_root.instance_path() == "/srv/x/instance");
    App by_program{"x"};
    CHECK(by_program.root_path().starts_with("/"));
    CHECK(by_program.instance_path() == by_program.root_path() + "/instance");
}

TEST_CASE("switches take numbers and words, and what says no is no") {
    Config config;
    for (auto key : {"SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SECURE", "SESSION_REFRESH_EACH_REQUEST", "TESTING"}) {
        for (const json& yes : {json(true), json(1), json(0.5), json("1"), json("True"), json("yes"), json("ON")}) {
            config[key] = false;
            config[key] = yes;
            CHECK(config[key] == true);
        }
        for (const json& no : {json(false), json(0), json(""), json("0"), json("False"), json("no"), json("off")}) {
            config[key] = true;
            config[key] = no;
            CHECK(config[key] == false);
        }
        CHECK_THROWS_WITH_AS((config[key] = "perhaps"), doctest::Contains(key), ConfigError);
        CHECK_THROWS_WITH_AS((config[key] = json::array()), doctest::Contains(key), ConfigError);
        CHECK(config[key] == false);
    }
    ::setenv("KINDS_SESSION_COOKIE_HTTPONLY", "True", 1);
    ::setenv("KINDS_SESSION_COOKIE_SECURE", "yes", 1);
    config.from_prefixed_env("KINDS");
    ::unsetenv("KINDS_SESSION_COOKIE_HTTPONLY");
    ::unsetenv("KINDS_SESSION_COOKIE_SECURE");
    CHECK(config["SESSION_COOKIE_HTTPONLY"] == true);
    CHECK(config["SESSION_COOKIE_SECURE"] == true);
}

TEST_CASE("each key refuses values of another kind when they are set") {
    Config config;
    auto message = [&](std::string_view key, const json& value) -> std::string {
        try {
            config[key] = value;
        } catch (const ConfigError& error) {
            return error.message();
        }
        return "taken";
    };
    CHECK(message("PERMANENT_SESSION_LIFETIME", "1h") ==
          "the configuration's PERMANENT_SESSION_LIFETIME is of a wrong kind: it has to be a whole number of seconds");
    CHECK(message("SESSION_COOKIE_SAMESITE", "lax") == "taken");
    CHECK(message("SESSION_COOKIE_SAMESITE", "Laxx").ends_with("it has to be \"Lax\", \"Strict\" or \"None\""));
    CHECK(message("SESSION_COOKIE_NAME", "a b").ends_with("a cookie's name, of letters, digits, - and _"));
    CHECK(message("SESSION_COOKIE_PATH", "/;x").ends_with("text without semicolons and control characters"));
    CHECK(message("SESSION_COOKIE_DOMAIN", false) == "taken");
    CHECK(message("SOCK_SERVER_OPTIONS", json{{"ping_interval", 0}}) == "taken");
    CHECK(message("SOCK_SERVER_OPTIONS", json{{"ping_interval", "often"}}).find("[\"ping_interval\"]") !=
          std::string::npos);
    CHECK(message("ACCESS_LOG", "json") == "taken");
    const std::pair<const char*, json> wrong[] = {
        {"ENV", 1},
        {"SECRET_KEY", 12345},
        {"SECRET_KEY_FALLBACKS", "old"},
        {"PERMANENT_SESSION_LIFETIME", -1},
        {"PERMANENT_SESSION_LIFETIME", 1e300},
        {"SERVER_NAME", true},
        {"MAX_CONTENT_LENGTH", -1},
        {"MAX_CONTENT_LENGTH", 1.5},
        {"SEND_FILE_MAX_AGE_DEFAULT", "long"},
        {"MAX_COOKIE_SIZE", "4k"},
        {"SOCK_SERVER_OPTIONS", 1},
        {"SOCK_SERVER_OPTIONS", json{{"max_message_size", 0}}},
        {"SOCK_SERVER_OPTIONS", json{{"origins", "https://a.com"}}},
        {"ACCESS_LOG", "xml"},
        {"TLS_CERTIFICATE", true},
        {"SERVER_IDLE_TIMEOUT", "soon"},
        {"SERVER_MAX_STREAMS", 0},
        {"SERVER_NAME", "http://example.com"},
    };
    for (auto& [key, value] : wrong) {
        CAPTURE(key);
        CHECK(message(key, value).find(key) != std::string::npos);
    }
}

TEST_CASE("a key of an extension is checked from then on, and what was set before") {
    Config config;
    config["SPEED"] = "1";
    config.set_default("SPEED", nullptr, detail::kinds::flag);
    CHECK(config["SPEED"] == true);
    CHECK_THROWS_WITH_AS((config["SPEED"] = "fast"), doctest::Contains("SPEED"), ConfigError);
    config["SIZE"] = "large";
    CHECK_THROWS_WITH_AS(config.set_default("SIZE", 1, detail::kinds::count), doctest::Contains("SIZE"), ConfigError);
}

TEST_CASE("a duration is kept as seconds") {
    using namespace std::chrono_literals;
    Config config;
    config["PERMANENT_SESSION_LIFETIME"] = 24h;
    CHECK(config["PERMANENT_SESSION_LIFETIME"] == 86400);
    config["OWN"] = 1500ms;
    CHECK(config.get<double>("OWN") == 1.5);
    config["OWN"] = std::chrono::seconds(2);
    CHECK(config["OWN"] == 2);
}

TEST_CASE("a folder is no configuration file") {
    Config config;
    const auto folder = std::filesystem::temp_directory_path().string();
    CHECK_THROWS_WITH_AS(config.from_file(folder), doctest::Contains("cannot be read"), ConfigError);
    CHECK_FALSE(config.from_file(folder, true));
}

TEST_CASE("the access log's three values are named") {
    Config config;
    CHECK_THROWS_WITH_AS(config["ACCESS_LOG"] = "xml", doctest::Contains("true, false or \"json\""), ConfigError);
}

TEST_CASE("a file that is no JSON is named") {
    auto path = std::filesystem::temp_directory_path() / ("retort_config_" + std::to_string(::getpid()) + ".json");
    std::ofstream{path} << "{\"A\": ";
    Config config;
    CHECK_THROWS_WITH_AS(config.from_file(path.string()), doctest::Contains(path.string().c_str()), ConfigError);
    std::filesystem::remove(path);
}
