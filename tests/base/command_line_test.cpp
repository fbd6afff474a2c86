// Parsing, help and errors of the command line.
#include "retort/base/command_line.hpp"

#include <cstdlib>
#include <string>
#include <vector>

#include "tests/doctest.hpp"

using namespace retort;
using namespace retort::commands;

namespace {

struct Tool {
    Group root{"notes", "The notes application."};
    std::string seen;

    Tool() {
        root.command("run", "Serve the application. It stops on Ctrl+C.",
                     [this](const Invocation& call) {
                         seen = call.text("host") + ":" + std::to_string(call.integer("port")) +
                                (call.flag("debug") ? " debug" : "");
                         call.echo("serving " + seen);
                     })
            .option({.spellings = {"-h", "--host"}, .help = "The interface to bind to.", .default_value = "127.0.0.1"})
            .option({.spellings = {"-p", "--port"},
                     .help = "The port to bind to.",
                     .kind = ParameterKind::integer,
                     .default_value = "5000",
                     .environment = "RETORT_TEST_PORT",
                     .least = 0,
                     .most = 65535})
            .option({.spellings = {"--debug/--no-debug"}, .help = "Debug mode.", .kind = ParameterKind::flag});
        auto& db = root.group("db", "Migrations.");
        db.option({.spellings = {"-d", "--directory"}, .default_value = "migrations"});
        db.command("upgrade", "Upgrade.",
                   [this](const Invocation& call) {
                       seen = call.path() + " " + call.parent()->text("directory") + " " + call.text("revision");
                       for (const auto& tag : call.list("tag")) seen += " " + tag;
                   })
            .option({.spellings = {"--tag"}, .multiple = true})
            .argument({.name = "revision", .required = false, .default_value = "head"});
        root.command("copy", "",
                     [this](const Invocation& call) {
                         seen = call.text("to");
                         for (const auto& file : call.list("files")) seen += "," + file;
                     })
            .option({.spellings = {"-a"}, .kind = ParameterKind::flag})
            .option({.spellings = {"-v"}, .kind = ParameterKind::flag})
            .argument({.name = "to"})
            .argument({.name = "files", .variadic = true});
        root.command("fail", "",
                     [](const Invocation&) { throw CommandError("x-failed"_code, "it failed.", "do better"); });
        root.command("burst", "", [](const Invocation&) { throw std::runtime_error("boom"); });
        root.command("odd", "", [](const Invocation&) { throw 3; }).hide();
        root.command("preset", "", [](const Invocation&) {})
            .hide()
            .option({.spellings = {"-n"}, .kind = ParameterKind::integer, .default_value = "abc"});
        root.command("secret", "", [](const Invocation&) {}).hide();
    }

    RunResult operator()(std::vector<std::string> words) { return run_captured(root, words); }
};

}  // namespace

TEST_CASE("options in every spelling") {
    Tool tool;
    CHECK(tool({"run"}).exit_code == 0);
    CHECK(tool.seen == "127.0.0.1:5000");
    CHECK(tool({"run", "--host", "0.0.0.0", "-p", "80", "--debug"}).output == "serving 0.0.0.0:80 debug\n");
    tool({"run", "--host=::1", "-p81", "--debug", "--no-debug"});
    CHECK(tool.seen == "::1:81");
    tool({"copy", "-av", "there", "one", "--", "-two"});
    CHECK(tool.seen == "there,one,-two");
}

TEST_CASE("groups have options of their own, and arguments defaults") {
    Tool tool;
    tool({"db", "upgrade"});
    CHECK(tool.seen == "notes db upgrade migrations head");
    tool({"db", "-d", "other", "upgrade", "abc", "--tag", "x", "--tag=y"});
    CHECK(tool.seen == "notes db upgrade other abc x y");
}

TEST_CASE("the environment stands in for an option") {
    Tool tool;
    ::setenv("RETORT_TEST_PORT", "7000", 1);
    tool({"run"});
    CHECK(tool.seen == "127.0.0.1:7000");
    tool({"run", "-p", "1"});
    CHECK(tool.seen == "127.0.0.1:1");
    ::setenv("RETORT_TEST_PORT", "nonsense", 1);
    CHECK(tool({"run"}).exit_code == 2);
    ::unsetenv("RETORT_TEST_PORT");
}

TEST_CASE("usage errors exit with 2 and say what is meant") {
    Tool tool;
    struct Case {
        std::vector<std::string> words;
        std::string message;
    };
    for (const auto& [words, message] : {
             Case{{"rn"}, "Error: No such command 'rn'. Did you mean 'run'?\n"},
             Case{{"xyz"}, "Error: No such command 'xyz'.\n"},
             Case{{"run", "--hos", "x"}, "Error: No such option: --hos Did you mean --host?\n"},
             Case{{"run", "-x"}, "Error: No such option: -x\n"},
             Case{{"run", "--port"}, "Error: Option '--port' requires an argument.\n"},
             Case{{"run", "--port", "x"}, "Error: Invalid value for '-p' / '--port': 'x' is not a valid integer.\n"},
             Case{{"run", "-p", "70000"},
                  "Error: Invalid value for '-p' / '--port': 70000 is not in the range 0<=x<=65535.\n"},
             Case{{"run", "-p", "-1"},
                  "Error: Invalid value for '-p' / '--port': -1 is not in the range 0<=x<=65535.\n"},
             Case{{"run", "--debug=1"}, "Error: Option '--debug' does not take a value.\n"},
             Case{{"run", "extra"}, "Error: Got unexpected extra argument (extra)\n"},
             Case{{"copy"}, "Error: Missing argument 'TO'.\n"},
             Case{{"copy", "x"}, "Error: Missing argument 'FILES'.\n"},
             Case{{"db", "-d", "x"}, "Error: Missing command.\n"},
         }) {
        auto result = tool(words);
        CHECK(result.exit_code == 2);
        CHECK(result.output == "");
        CHECK(result.errors.find(message) != std::string::npos);
        CHECK(result.errors.starts_with("Usage: notes"));
    }
    CHECK(tool({"db", "nope"}).errors.find("Try 'notes db --help' for help.") != std::string::npos);
}

TEST_CASE("help in click's layout") {
    Tool tool;
    CHECK(tool({"run", "--help"}).output ==
          "Usage: notes run [OPTIONS]\n\n  Serve the application. It stops on Ctrl+C.\n\nOptions:\n"
          "  -h, --host TEXT       The interface to bind to.\n"
          "  -p, --port INTEGER    The port to bind to.  [env var: RETORT_TEST_PORT;\n"
          "                        0<=x<=65535]\n"
          "  --debug / --no-debug  Debug mode.\n"
          "  --help                Show this message and exit.\n");
    auto bare = tool({});
    CHECK(bare.exit_code == 0);
    CHECK(bare.output ==
          "Usage: notes [OPTIONS] COMMAND [ARGS]...\n\n  The notes application.\n\nOptions:\n"
          "  --help  Show this message and exit.\n\nCommands:\n  burst\n  copy\n  db     Migrations.\n  fail\n"
          "  run    Serve the application.\n");
    CHECK(tool({"copy", "-?"}).output == tool({"copy", "--help"}).output);
    CHECK(tool({"copy", "--help"}).output.starts_with("Usage: notes copy [OPTIONS] TO FILES...\n"));
    CHECK(tool({"db", "upgrade", "--help"}).output.starts_with("Usage: notes db upgrade [OPTIONS] [REVISION]\n"));
}

TEST_CASE("what a command throws becomes its exit code") {
    Tool tool;
    auto failed = tool({"fail"});
    CHECK(failed.exit_code == 1);
    CHECK(failed.errors == "Error: it failed.\n  mend: do better\n");
    auto burst = tool({"burst"});
    CHECK(burst.exit_code == 1);
    CHECK(burst.errors == "Error: boom\n");
    auto odd = tool({"odd"});
    CHECK(odd.exit_code == 1);
    CHECK(odd.errors == "Error: the command threw something that is no std::exception\n");
}

TEST_CASE("an option without a spelling, or with a default of another kind, is told") {
    Tool tool;
    CHECK_THROWS_WITH_AS(tool.root.command("x", "", [](const Invocation&) {}).option({.help = "nothing"}),
                         doctest::Contains("no spelling"), ArgumentError);
    auto preset = tool({"preset"});
    CHECK(preset.exit_code == 2);
    CHECK(preset.errors.find("the default of '-n': 'abc' is not a valid integer.") != std::string::npos);
    CHECK(tool({"preset", "-n", "4"}).exit_code == 0);
}

TEST_CASE("an option that the command does not have is a mistake in the program") {
    Group root{"t", ""};
    root.command("x", "", [](const Invocation& call) { call.text("hsot"); }).option({.spellings = {"--host"}});
    auto result = run_captured(root, std::vector<std::string>{"x"});
    CHECK(result.exit_code == 1);
    CHECK(result.errors.find("did you mean \"host\"?") != std::string::npos);
}

TEST_CASE("a command of the same name takes the place of the first") {
    Tool tool;
    tool.root.command("run", "", [&](const Invocation&) { tool.seen = "mine"; });
    tool({"run"});
    CHECK(tool.seen == "mine");
}
