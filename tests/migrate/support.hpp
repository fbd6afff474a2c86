// A database in a folder of its own, revisions made while the test runs, and what a database holds as text.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/connection.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/engine/result.hpp"
#include "retort/migrate/compare.hpp"
#include "retort/migrate/errors.hpp"
#include "retort/migrate/migrator.hpp"
#include "retort/schema/sql_tokens.hpp"
#include "tests/doctest.hpp"

namespace migrate_test {

using namespace retort::migrations;
namespace engines = retort::engines;
namespace schemas = retort::schemas;
namespace sql = retort::sql;
using engines::inspect;
using namespace retort::literals;
using retort::create_engine;

/// A folder that goes with the test.
class TestFolder {
  public:
    TestFolder() {
        std::string path = (std::filesystem::temp_directory_path() / "retort_migrate_XXXXXX").string();
        path_ = ::mkdtemp(path.data());
    }
    ~TestFolder() { std::filesystem::remove_all(path_); }
    TestFolder(const TestFolder&) = delete;
    TestFolder& operator=(const TestFolder&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

/// A SQLite file.
class TestDatabase {
  public:
    TestDatabase()
        : engine(create_engine("sqlite:///" + folder.path() + "/test.db", {.durability = engines::Durability::off})) {}
    ~TestDatabase() { engine.dispose(); }

    void run(const std::string& sql) const { engine.connect()->driver().run_script(sql); }
    std::int64_t count(const std::string& sql) const {
        return engine.connect()->execute(sql).scalar_one<std::int64_t>();
    }
    std::string text(const std::string& sql) const {
        return engine.connect()
            ->execute(sql)
            .scalar<std::optional<std::string>>()
            .value_or(std::nullopt)
            .value_or("NULL");
    }
    std::vector<schemas::Table> tables() const {
        auto inspector = inspect(engine);
        std::vector<schemas::Table> out;
        for (const auto& name : inspector->get_table_names()) {
            if (name != "alembic_version") out.push_back(inspector->get_table(name));
        }
        return out;
    }
    const schemas::DdlCompiler& compiler() const { return engine.dialect().ddl(); }

    const TestFolder folder;
    const engines::Engine engine;
};

/// What an error says; all empty but the code, which is "no error", when there was none.
struct Told {
    std::string code;
    std::string message;
    std::string hint;
};
Told error_of(retort::FunctionRef<void()> work);

/// What a revision does, for as long as a call.
using Work = retort::FunctionRef<void(Operations&)>;

/// Every row of every table with its storage classes, in the order of the columns' names: what must not be lost.
std::string contents(const TestDatabase& database);

/// All of the database: every statement of its schema and every row, Retort's own tables among them.
std::string everything(const TestDatabase& database);

/// What the CREATE statements of the database are, without its names of temporary things.
std::string schema_text(const TestDatabase& database);

/// A revision that does these operations, and undoes them with the reversed ones.
Script script(std::string id, std::vector<std::string> down, std::vector<Operation> up,
              std::vector<Operation> down_operations);

/// What the differences are, as text.
std::string told(const std::vector<schemas::Table>& is, const std::vector<schemas::Table>& wanted,
                 const schemas::DdlCompiler& compiler);

}  // namespace migrate_test
