// The commands of the notes: initdb, dropdb, hello, opt.
#include "app/commands.hpp"

#include <cctype>
#include <string>

#include "app/app.hpp"
#include "app/models.hpp"

using namespace retort;

namespace {

void initdb(const Invocation& call) {
    db.create_all();
    db.session.add(User{.username = "reindert", .email = "info@example.com"});
    db.session.add(User{.username = "arjen", .email = "arjen@robben.nl"});
    db.session.commit();
    call.echo("Initialized the database");
}

void dropdb(const Invocation& call) {
    if (!call.flag("yes")) return call.echo("All data would be lost. Say --yes if you are sure.");
    db.drop_all();
    call.echo("Dropped the database");
}

void hello(const Invocation& call) {
    std::string text = call.text("greeting") + " " + call.text("name");
    if (call.flag("loud")) {
        for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    call.echo(text);
}

}  // namespace

void add_commands(App& app) {
    app.cli.command("initdb", "Initializes the database.", initdb);
    app.cli.command("dropdb", "Drops all tables.", dropdb)
        .option({.spellings = {"-y", "--yes"}, .help = "Really.", .kind = ParameterKind::flag});
    app.cli.command("hello", "Says hello.", hello)
        .argument({.name = "name"})
        .option({.spellings = {"-g", "--greeting"}, .default_value = "hi"})
        .option({.spellings = {"-l", "--loud"}, .kind = ParameterKind::flag});
    app.cli
        .command("opt", "Shows its options.",
                 [](const Invocation& call) {
                     call.echo("opt " + call.text("name") + " " + call.find("url").value_or("None"));
                 })
        .option({.spellings = {"-n", "--name"}, .help = "Your name", .default_value = "joe"})
        .option({.spellings = {"-u", "--url"}});
}
