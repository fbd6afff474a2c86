// What the ORM's tests share: a database in memory with a statement log.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "retort/dialects/create_engine.hpp"
#include "retort/engine/dialect.hpp"
#include "retort/orm/orm.hpp"
#include "retort/schema/metadata.hpp"

namespace orm_test {

using namespace retort;

/// A SQLite database in memory, with the statements that ran on it.
struct TestDatabase {
    std::vector<std::string> statements;
    Engine engine;

    TestDatabase() {
        EngineOptions options;
        options.on_statement = [this](const engines::StatementEvent& event) {
            if (event.sql.starts_with("SAVEPOINT") || event.sql.starts_with("RELEASE") ||
                event.sql.starts_with("ROLLBACK TO"))
                return;
            std::string text(event.sql);
            for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos;) text.erase(at, 1);
            for (const auto& parameter : event.parameters) text += " | " + sql::to_string(parameter);
            statements.push_back(std::move(text));
        };
        engine = create_engine("sqlite://", options);
    }
    template <class... T>
    TestDatabase& create() {
        auto connection = engine.connect();
        (make_table(*connection, orm::mapper_of<T>()), ...);
        statements.clear();
        return *this;
    }
    void run(std::string_view sql) {
        auto connection = engine.connect();
        connection->run(sql);
        statements.clear();
    }
    /// What ran since the last call, one a line.
    std::vector<std::string> log() {
        std::vector<std::string> taken;
        taken.swap(statements);
        return taken;
    }
    /// The same without BEGIN, COMMIT and ROLLBACK.
    std::vector<std::string> work() {
        std::vector<std::string> kept;
        for (auto& text : log()) {
            if (!text.starts_with("BEGIN") && text != "COMMIT" && text != "ROLLBACK") kept.push_back(std::move(text));
        }
        return kept;
    }

  private:
    void make_table(engines::Connection& connection, const orm::Mapper& mapper) {
        const auto& table = orm::metadata().table(mapper.table_name);
        connection.run(engine.dialect().ddl().compile(schemas::CreateTable{table}));
    }
};

using Lines = std::vector<std::string>;

/// The code of the error that it throws; "" when it throws none.
template <class F>
std::string code_of(F&& work) {
    try {
        work();
    } catch (const Error& error) {
        return std::string(error.code());
    }
    return "";
}

}  // namespace orm_test

namespace doctest {
template <>
struct StringMaker<std::vector<std::string>> {
    static String convert(const std::vector<std::string>& lines) {
        std::string text;
        for (const auto& line : lines) text += "\n  " + line;
        return text.c_str();
    }
};
}  // namespace doctest
