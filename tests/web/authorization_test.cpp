// The header Authorization, as Werkzeug reads it.
#include "retort/web/authorization.hpp"

#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

std::string said(std::string_view header) {
    auto found = Authorization::parse(header);
    return found ? found->type + "|" + found->username + "|" + found->password + "|" + found->token : "nobody";
}

}  // namespace

TEST_CASE("Basic gives a name and a password") {
    CHECK(said("Basic YWRhOmxvdmVsYWNl") == "basic|ada|lovelace|");
    CHECK(said("  bASIC\tYWRhOmxvdmVsYWNl ") == "basic|ada|lovelace|");
    CHECK(said("Basic YWRhOg==") == "basic|ada||");
    CHECK(said("Basic OnNlY3JldA==") == "basic||secret|");
    CHECK(said("Basic YTpiOmM=") == "basic|a|b:c|");
    CHECK(said("Basic w7ExOsOxMg==") == "basic|ñ1|ñ2|");
}

TEST_CASE("what cannot be read says nothing") {
    for (auto header :
         {"", " ", "Basic", "Basic ", "Basic YWRh", "Basic !!!!", "Basic /zr/", "Basic YWRhOmxvdmVsYWN"}) {
        CAPTURE(header);
        CHECK(said(header) == "nobody");
    }
}

TEST_CASE("other schemes keep what stands behind them") {
    CHECK(said("Bearer abc.def.ghi") == "bearer|||abc.def.ghi");
    CHECK(said("Digest username=\"ada\", realm=\"x\"") == "digest|||username=\"ada\", realm=\"x\"");
}

TEST_CASE("a view asks the request") {
    App app{"authorization_test"};
    app.get("/who", [] {
        auto who = request.authorization();
        return who ? who->username : std::string{"nobody"};
    });
    auto client = app.test_client();
    CHECK(client.get("/who").text() == "nobody");
    CHECK(client.get("/who", {.headers = {{"Authorization", "Basic YWRhOmxvdmVsYWNl"}}}).text() == "ada");
}
