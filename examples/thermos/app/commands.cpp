// The commands of the notes, initdb, dropdb, hello, opt, ask; and `lazy`, which shows what each way of loading sends.
#include "app/commands.hpp"

#include <cctype>
#include <retort/base/prompts.hpp>
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
    if (!call.flag("yes") && !commands::prompt_bool("Are you sure you want to lose all your data")) return;
    db.drop_all();
    call.echo("Dropped the database");
}

/// Users with their bookmarks, and how many statements that took.
void count_statements(const Invocation& call, const std::string& name, const std::optional<Load>& option) {
    db.session.expunge_all();
    auto before = get_recorded_queries().size();
    auto query = select<User>().order_by(User::c.id);
    std::size_t seen = 0;
    for (const auto& user : db.session.scalars(option ? query.options(*option) : query).all())
        seen += user->shelf.size();
    auto sent = get_recorded_queries().size() - before;
    call.echo(name + ": " + std::to_string(seen) + " bookmarks, " + std::to_string(sent) + " statements");
}

void lazy_modes(const Invocation& call) {
    count_statements(call, "select", {});
    count_statements(call, "joined", joinedload(User::c.shelf));
    count_statements(call, "subquery", subqueryload(User::c.shelf));
    count_statements(call, "selectin", selectinload(User::c.shelf));
    count_statements(call, "immediate", immediateload(User::c.shelf));
    count_statements(call, "batch", batchload(User::c.shelf));
    count_statements(call, "noload", noload(User::c.shelf));
    try {
        count_statements(call, "raise", raiseload(User::c.shelf));
    } catch (const InvalidRequestError& error) {
        call.echo("raise: " + error.message());
    }
    std::size_t seen = 0;
    for (const auto& user : User::query().all()) seen += static_cast<std::size_t>(user->bookmarks.count());
    call.echo("dynamic: " + std::to_string(seen) + " bookmarks, counted by the database");
}

void hello(const Invocation& call) {
    std::string text = call.text("greeting") + " " + call.text("name");
    if (call.flag("loud")) {
        for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    call.echo(text);
}

/// A text as Python's repr shows it, and None for no answer.
std::string quoted(const std::optional<std::string>& text) { return text ? "'" + *text + "'" : "None"; }

void ask(const Invocation& call) {
    call.echo(quoted(commands::prompt("Name", "bob")));
    call.echo(quoted(commands::prompt("Sure?")));
    call.echo(quoted(commands::prompt_choices("Pick", {"red", {"g", "green"}}, "red")));
}

}  // namespace

void add_commands(App& app) {
    app.cli.command("initdb", "Initializes the database.", initdb);
    app.cli.command("dropdb", "Drops all tables.", dropdb)
        .option({.spellings = {"-y", "--yes"}, .help = "Without a question.", .kind = ParameterKind::flag});
    app.cli.command("ask", "Asks three questions.", ask);
    app.cli.command("lazy", "Shows how many statements each way of loading takes.", lazy_modes);
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
