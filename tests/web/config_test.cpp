// The configuration: kinds, missing keys, and keys that nobody reads.
#include "retort/web/config.hpp"

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
