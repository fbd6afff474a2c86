// The page that says whether the program can work.
#include "retort/web/health.hpp"

#include <stdexcept>

#include "retort/base/log.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("health is ok until a check throws, and says no more than that") {
    App app{"health"};
    bool broken = false;
    serve_health(app, {.checks = {{"always", [] {}}, {"disk", [&] {
                                                          if (broken) throw std::runtime_error("secret path");
                                                      }}}});
    auto client = app.test_client();
    auto well = client.get("/health");
    CHECK(well.status_code() == 200);
    CHECK(well.json() == json{{"status", "ok"}, {"checks", json{{"always", "ok"}, {"disk", "ok"}}}});
    CHECK(well.header("Cache-Control") == "no-store");
    broken = true;
    std::string logged;
    logger().set_sink([&](LogLevel, std::string_view line) { logged += line; });
    auto ill = client.get("/health");
    logger().set_sink({});
    CHECK(ill.status_code() == 503);
    CHECK(ill.text().find("secret") == std::string::npos);
    CHECK(ill.json()["checks"]["disk"] == "failed");
    CHECK(logged.find("disk failed: secret path") != std::string::npos);
}

TEST_CASE("without checks it says that the program answers") {
    App app{"alive"};
    serve_health(app, {.path = "/alive"});
    CHECK(app.test_client().get("/alive").json() == json{{"status", "ok"}});
}
