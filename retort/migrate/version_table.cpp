// Reading and writing what a database knows of its revisions.
#include "retort/migrate/version_table.hpp"

#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/errors.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/operation_json.hpp"
#include "retort/schema/ddl.hpp"

namespace retort::migrations {

namespace {

std::string literal(const std::string& text) {
    std::string out = "'";
    for (char c : text) out.append(c == '\'' ? 2 : 1, c);
    return out + '\'';
}

bool contains(const Names& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

[[noreturn]] void refuse_damaged(const std::string& what) {
    throw MigrationError("damaged-version-table"_code, "The table alembic_version " + what,
                         "say which revision the schema has, and the table is made anew: "
                         "`db stamp --purge <revision>`; `db history` lists them");
}

constexpr std::string_view memory_table = "_retort_revisions";

}  // namespace

std::string VersionTable::create_sql() {
    return "CREATE TABLE alembic_version (\n    version_num VARCHAR(32) NOT NULL, \n"
           "    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)\n)";
}

std::vector<std::string> VersionTable::change_sql(const Names& before, const Names& after) {
    Names gone, come;
    for (const auto& head : before) {
        if (!contains(after, head)) gone.push_back(head);
    }
    for (const auto& head : after) {
        if (!contains(before, head)) come.push_back(head);
    }
    std::vector<std::string> out;
    // As Alembic writes it: all but one are deleted or inserted, the last one becomes the other.
    auto where = [](const std::string& id) { return " WHERE alembic_version.version_num = " + literal(id); };
    while (gone.size() > 1 || (!gone.empty() && come.empty())) {
        out.push_back("DELETE FROM alembic_version" + where(gone.front()));
        gone.erase(gone.begin());
    }
    while (come.size() > 1 || (!come.empty() && gone.empty())) {
        out.push_back("INSERT INTO alembic_version (version_num) VALUES (" + literal(come.front()) + ')');
        come.erase(come.begin());
    }
    if (!gone.empty()) {
        out.push_back("UPDATE alembic_version SET version_num=" + literal(come.front()) + where(gone.front()));
    }
    return out;
}

bool VersionTable::exists() {
    exists_ = exists_ || connection_.dialect().inspect(connection_)->has_table(name);
    return exists_;
}

Names VersionTable::read() {
    if (!exists()) return {};
    Names out;
    try {
        for (const auto& row : connection_.execute("SELECT version_num FROM alembic_version ORDER BY version_num")) {
            auto id = row.get<std::optional<std::string>>(0).value_or("");
            if (id.empty()) refuse_damaged("has a row without a revision");
            if (contains(out, id)) refuse_damaged("has revision " + id + " twice");
            out.push_back(std::move(id));
        }
    } catch (const ProgrammingError& error) {
        refuse_damaged("cannot be read: " + error.message());
    }
    return out;
}

void VersionTable::clear() {
    if (!exists()) return;
    try {
        (void)read();
        connection_.run("DELETE FROM alembic_version");
    } catch (const MigrationError&) {
        connection_.run("DROP TABLE alembic_version");
        exists_ = false;
    }
}

void VersionTable::write(const Names& heads) { write(read(), heads); }

void VersionTable::write(const Names& before, const Names& after) {
    if (!exists()) connection_.run(create_sql());
    for (const auto& statement : change_sql(before, after)) connection_.run(statement);
}

bool Memory::exists() {
    exists_ = exists_ || connection_.dialect().inspect(connection_)->has_table(memory_table);
    return exists_;
}

void Memory::remember(const Script& script, const std::vector<Operation>& upgrade) {
    if (!exists()) {
        connection_.run(
            "CREATE TABLE _retort_revisions (id VARCHAR(64) NOT NULL PRIMARY KEY, head TEXT NOT NULL, "
            "hash VARCHAR(16) NOT NULL, upgrade TEXT NOT NULL, downgrade TEXT)");
    }
    forget(script.id);
    json head{{"down", script.down_revisions},
              {"message", script.message},
              {"labels", script.branch_labels},
              {"depends", script.depends_on},
              {"created", script.created}};
    auto head_text = head.dump();
    auto up = to_json(upgrade).dump();
    auto hash = hash_of_text(up);
    std::string down;
    if (script.downgrade) down = to_json(operations_of(script, false)).dump();
    const sql::ValueView values[] = {
        sql::ValueView::of(std::string_view(script.id)), sql::ValueView::of(std::string_view(head_text)),
        sql::ValueView::of(std::string_view(hash)), sql::ValueView::of(std::string_view(up)),
        down.empty() ? sql::ValueView::null() : sql::ValueView::of(std::string_view(down))};
    connection_.run("INSERT INTO _retort_revisions (id, head, hash, upgrade, downgrade) VALUES (?, ?, ?, ?, ?)",
                    values);
}

void Memory::forget(const std::string& id) {
    if (!exists()) return;
    const sql::ValueView values[] = {sql::ValueView::of(std::string_view(id))};
    connection_.run("DELETE FROM _retort_revisions WHERE id = ?", values);
}

std::vector<Remembered> Memory::all() {
    std::vector<Remembered> out;
    if (!exists()) return out;
    for (const auto& row :
         connection_.execute("SELECT id, head, hash, upgrade, downgrade FROM _retort_revisions ORDER BY id")) {
        auto& one = out.emplace_back();
        one.script.id = row.get<std::string>(0);
        auto head = json::parse(row.get<std::string>(1));
        one.script.down_revisions = head["down"].as<Names>();
        one.script.message = head["message"].as<std::string>();
        one.script.branch_labels = head["labels"].as<Names>();
        one.script.depends_on = head["depends"].as<Names>();
        one.script.created = head["created"].as<std::string>();
        one.hash = row.get<std::string>(2);
        one.upgrade = operations_of(json::parse(row.get<std::string>(3)));
        auto down = row.get<std::optional<std::string>>(4);
        one.has_downgrade = down.has_value();
        if (down) one.downgrade = operations_of(json::parse(*down));
    }
    return out;
}

namespace {

/// What the database cannot undo by itself; null when it can.
const Operation* opaque_step(const Remembered& remembered) {
    for (const auto* operations : {&remembered.downgrade, &remembered.upgrade}) {
        auto found = std::find_if(operations->begin(), operations->end(), is_opaque);
        if (found != operations->end()) return &*found;
    }
    return nullptr;
}

/// SQL and C++ mean what the file around them meant, and nobody can look at that any more.
[[noreturn]] void refuse_opaque(const std::string& id, const std::string& step) {
    throw MigrationError("opaque-step"_code,
                         "The file of revision " + id + " is gone, and the database cannot undo it by what it keeps: " +
                             "the revision has a step in SQL or C++ (" + step + ')',
                         "bring the file back and build; or `db repair` writes what is known of it, for you to look "
                         "at and build");
}

}  // namespace

Script Memory::script_of(const Remembered& remembered) {
    Script script = remembered.script;
    auto replay = [](const std::vector<Operation>& operations) {
        return [operations](Operations& op) {
            for (const auto& operation : operations) op.add(operation);
        };
    };
    script.upgrade = replay(remembered.upgrade);
    if (remembered.has_downgrade) script.downgrade = replay(remembered.downgrade);
    if (const auto* step = opaque_step(remembered)) {
        script.downgrade = [id = script.id, told = describe(*step)](Operations&) { refuse_opaque(id, told); };
    }
    return script;
}

}  // namespace retort::migrations
