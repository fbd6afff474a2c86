// A program with the migration commands, whose models and revisions a test changes as it likes.
#pragma once

#include <algorithm>
#include <filesystem>

#include "retort/migrate/environment.hpp"
#include "retort/migrate/words.hpp"
#include "support.hpp"

namespace migrate_test {

/// A program with a database, models that may change, and revisions that are "built" when a session says so.
class Program {
  public:
    Program() : environment_(std::make_shared<Environment>()) {
        environment_->directory = database.folder.path() + "/migrations";
        environment_->databases = [this] { return std::vector<Place>{{"", database.engine, &models}}; };
        environment_->scripts = [this] { return built; };
        environment_->open = [](const std::string& url) { return create_engine(url); };
        environment_->on_new_revision = [this](NewRevision& made) { written.push_back(made); };
        environment_->ask = [this](const std::string& question) -> std::optional<bool> {
            questions.push_back(question);
            return answer;
        };
        add_commands(root.group("db", "Migrations."), environment_);
    }

    retort::commands::RunResult run(const std::string& line) {
        std::vector<std::string> words{"db"};
        std::string word;
        bool quoted = false;
        for (char c : line + ' ') {
            if (c == '\'') {
                quoted = !quoted;
            } else if (c == ' ' && !quoted) {
                if (!word.empty()) words.push_back(word);
                word.clear();
            } else {
                word += c;
            }
        }
        last = retort::commands::run_captured(root, words, "app");
        INFO(line << ": " << last.errors);
        return last;
    }
    int code(const std::string& line) { return run(line).exit_code; }
    std::string output(const std::string& line) { return run(line).output; }
    std::string errors(const std::string& line) { return run(line).errors; }

    /// What the compiler would do with the files that were written.
    void build() {
        for (const auto& made : written) {
            Script script{.id = made.id,
                          .down_revisions = made.down_revisions,
                          .message = made.message,
                          .branch_labels = made.branch_labels,
                          .depends_on = made.depends_on};
            script.upgrade = [made](Operations& op) {
                for (const auto& one : made.upgrade) op.add(one);
            };
            if (made.downgrade) {
                script.downgrade = [made](Operations& op) {
                    for (const auto& one : *made.downgrade) op.add(one);
                };
            }
            std::erase_if(built, [&](auto& one) { return one.id == made.id; });
            built.push_back(std::move(script));
        }
        written.clear();
    }

    void model(std::string name, std::initializer_list<TablePart> parts) {
        Operations op;
        op.create_table(std::move(name), parts);
        all_.push_back(std::get<ops::CreateTable>(op.list().front().step).table);
        std::erase_if(all_, [&](auto& one) { return &one != &all_.back() && one.name == all_.back().name; });
        models.clear();
        for (const auto& table : all_) models.add(table);
    }
    void no_models() {
        all_.clear();
        models.clear();
    }
    std::string versions() const {
        std::string out;
        std::vector<std::string> names;
        for (const auto& file : std::filesystem::directory_iterator(database.folder.path() + "/migrations/versions")) {
            names.push_back(file.path().filename().string());
        }
        std::sort(names.begin(), names.end());
        for (const auto& name : names) out += name + '\n';
        return out;
    }
    Names heads() const {
        auto connection = database.engine.connect();
        return VersionTable(*connection).read();
    }
    /// Upgrades are tried on a copy first, as an application's are.
    void rehearses() {
        environment_->file_of = [](const engines::Engine& engine) { return engine.url().substr(10); };
        environment_->open_file = [](const std::string& path) { return create_engine("sqlite:///" + path); };
    }
    Environment& environment() { return *environment_; }

    TestDatabase database;
    schemas::MetaData models{schemas::NamingConvention::for_models()};
    std::vector<Script> built;
    std::vector<NewRevision> written;
    std::vector<std::string> questions;
    std::optional<bool> answer;
    retort::commands::RunResult last;

  private:
    retort::commands::Group root{"app", "A program."};
    std::shared_ptr<Environment> environment_;
    std::vector<schemas::Table> all_;
};

inline void user_model(Program& program, bool with_bio) {
    if (with_bio) {
        program.model("user", {Column{"id", Integer(), primary_key()}, Column{"username", String(80)},
                               Column{"email", String(120), nullable()}, Column{"bio", Text(), nullable()},
                               Unique{"", {"username"}}});
    } else {
        program.model("user", {Column{"id", Integer(), primary_key()}, Column{"username", String(80)},
                               Column{"email", String(120), nullable()}, Unique{"", {"username"}}});
    }
}

inline void bookmark_model(Program& program) {
    program.model("bookmark",
                  {Column{"id", Integer(), primary_key()}, Column{"url", Text()}, Column{"user_id", Integer()},
                   ForeignKey{.columns = {"user_id"}, .referred_table = "user", .referred_columns = {"id"}}});
}

}  // namespace migrate_test
