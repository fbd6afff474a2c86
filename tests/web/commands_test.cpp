// The program's command line.

#include <cstdlib>

#include "retort/web/application.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::commands;

namespace {

RunResult run_command(App& app, std::vector<std::string> arguments) {
    app.implementation().complete_commands();
    return run_captured(app.cli, arguments, "program");
}

App routed() {
    App app{"routed"};
    app.get("/", "front", [] { return ""; });
    app.route("/users/<int:id>", "user", [](int) { return ""; }, {GET, POST});
    return app;
}

}  // namespace

TEST_CASE("routes prints Flask's table") {
    App app = routed();
    CHECK(run_command(app, {"routes"}).output ==
          "Endpoint  Methods    Rule\n"
          "--------  ---------  -----------------------\n"
          "front     GET        /\n"
          "static    GET        /static/<path:filename>\n"
          "user      GET, POST  /users/<int:id>\n");
    auto all = run_command(app, {"routes", "--all-methods", "--sort", "rule"}).output;
    CHECK(all.find("GET, HEAD, OPTIONS, POST") != std::string::npos);
    auto wrong = run_command(app, {"routes", "--sort", "rul"});
    CHECK(wrong.exit_code == 2);
    CHECK(wrong.errors.find("rule") != std::string::npos);
    App empty{"empty", {.static_folder = ""}};
    CHECK(run_command(empty, {"routes"}).output == "No routes were registered.\n");
}

TEST_CASE("an unknown command names the nearest one") {
    App app = routed();
    auto result = run_command(app, {"rout"});
    CHECK(result.exit_code == 2);
    CHECK(result.errors.find("routes") != std::string::npos);
}

TEST_CASE("commands of one's own, and those of a blueprint under its name") {
    App app{"own"};
    app.cli.command("greet", "Greets.", [](const Invocation& call) { call.echo("hello " + call.text("name")); })
        .argument({.name = "name"});
    Blueprint users{"users"};
    users.cli.command("count", "Counts.", [](const Invocation& call) { call.echo("3"); });
    app.register_blueprint(users);
    CHECK(run_command(app, {"greet", "ada"}).output == "hello ada\n");
    CHECK(run_command(app, {"users", "count"}).output == "3\n");
    CHECK(run_command(app, {"--help"}).output.find("greet") != std::string::npos);
}

TEST_CASE("a port that is none is refused before anything listens") {
    App app = routed();
    CHECK(run_command(app, {"run", "--port", "70000"}).exit_code == 2);
    CHECK(run_command(app, {"run", "--port", "x"}).exit_code == 2);
}

TEST_CASE("certificates that cannot be used are refused before anything listens") {
    App app = routed();
    auto missing = run_command(app, {"run", "--port", "0", "--cert", "/no/cert.pem", "--key", "/no/key.pem"});
    CHECK(missing.exit_code != 0);
    CHECK(missing.errors.find("/no/cert.pem") != std::string::npos);
    auto alone = run_command(app, {"run", "--port", "0", "--key", "/no/key.pem"});
    CHECK(alone.exit_code != 0);
    CHECK(alone.errors.find("--cert FILE") != std::string::npos);
    CHECK(run_command(app, {"run", "--help"}).output.find("adhoc") != std::string::npos);
}

TEST_CASE("a command that looks at nothing of its call") {
    App app{"plain"};
    int calls = 0;
    app.cli.command("count", "Counts.", [&calls] { ++calls; });
    CHECK(run_command(app, {"count"}).exit_code == 0);
    CHECK(calls == 1);
}
