// SessionQueries: what a session runs: queries, streams, statements that write, SQL text.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "retort/engine/result.hpp"
#include "retort/orm/expressions.hpp"
#include "retort/orm/result.hpp"
#include "retort/orm/select.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/statements.hpp"
#include "retort/orm/stream.hpp"

namespace retort::orm {

/// Room for the rows of a result, which grows when there are more.
inline constexpr std::size_t usual_rows = 16;

/// The part of a session that runs statements; `Self` is the session.
template <class Self>
class SessionQueries {
  public:
    /// Runs a query; the rows are tuples.
    template <class... Row>
    Result<Row...> execute(const Selectable<Row...>& query) const {
        core().autoflush_for(query.core());
        std::vector<std::tuple<Row...>> rows;
        core().query(query.core(), [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
            orm::RowCursor(objects, values, query.core().parts()).read_row(rows.emplace_back());
        });
        return Result<Row...>(std::move(rows), query.core());
    }
    /// The first of each row: `scalars(select<User>())` gives the users.
    template <class First, class... More>
    Rows<First> scalars(const Selectable<First, More...>& query) const {
        core().autoflush_for(query.core());
        std::vector<First> rows;
        rows.reserve(usual_rows);
        if constexpr (orm::is_entity<First> && sizeof...(More) == 0) {
            core().query_entities(query.core(),
                                  [&](void* object) { rows.push_back(orm::RowCursor::handle<First>(object)); });
        } else {
            core().query(query.core(), [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
                rows.push_back(orm::RowCursor(objects, values, query.core().parts()).template next<First>());
            });
        }
        return Rows<First>(std::move(rows));
    }
    /// The first of the first row; empty when there is no row.
    template <class First, class... More>
    orm::Perhaps<First> scalar(const Selectable<First, More...>& query) const {
        return scalars(query).first();
    }
    /// The rows of a query, so many in memory at once as it says by `yield_per`, else a thousand:
    /// `for (const auto& user : session.stream_scalars(select<User>()))`. What was read leaves the session again.
    template <class... Row>
    [[nodiscard]] Stream<std::tuple<Row...>> stream(const Selectable<Row...>& query) const {
        return Stream<std::tuple<Row...>>(std::make_unique<orm::RowStream>(core(), query.core()));
    }
    /// The first of each row, the same way.
    template <class First, class... More>
    [[nodiscard]] Stream<First> stream_scalars(const Selectable<First, More...>& query) const {
        return Stream<First>(std::make_unique<orm::RowStream>(core(), query.core()));
    }
    /// Runs an INSERT, UPDATE or DELETE; returns the number of rows changed. Objects in memory are read again when
    /// they are looked at.
    template <class Statement>
        requires(
            requires(const Statement& statement) { statement.ref(); } &&
            !std::derived_from<Statement, sql::Expression> && !requires { typename Statement::Returned; })
    std::int64_t execute(const Statement& statement) const {
        return core().execute_write(statement.ref());
    }

    /// Runs SQL text, whatever it does: its rows can be asked by name, `row.get<int>("id")`. For types known when it is
    /// compiled: `text("…").columns<int, std::string>()`. A text that writes expires what is in memory, as above.
    engines::Result execute(const TextClause& text) const { return core().execute_text(text.ref()); }
    engines::Result execute(const TextClause& text, std::initializer_list<TextParameter> parameters) const {
        return execute(text.bindparams(parameters));
    }
    template <std::convertible_to<std::string_view> Text>
    engines::Result execute(const Text&) const {
        static_assert(orm::detail::never_true<Text>, "SQL of your own is text(…): session.execute(text(\"SELECT 1\"))");
        return execute(text(""));
    }
    template <std::same_as<TextClause> Text>
    auto scalars(const Text& text) const {
        static_assert(orm::detail::never_true<Text>, "say what type the text gives: text(\"SELECT 1\").columns<int>()");
        return execute(text);
    }
    template <std::same_as<TextClause> Text>
    auto scalar(const Text& text) const {
        return scalars(text);
    }

    /// Many rows, without objects in the session: `execute(insert<User>(), {{.name = "ada"}, {.name = "bob"}})`.
    template <class T>
    std::int64_t execute(const Insert<T>& statement, std::vector<T> rows) const {
        orm::require_bare(statement.ref());
        return core().bulk_insert(orm::mapper_of<T>(), addresses(rows));
    }
    /// Each row changes the one with its primary key: `execute(update<User>(), {{.id = 1, .name = "ada"}, …})`.
    template <class T>
    std::int64_t execute(const Update<T>& statement, std::vector<T> rows) const {
        orm::require_bare(statement.ref());
        T defaults{};
        return core().bulk_update(orm::mapper_of<T>(), addresses(rows), &defaults);
    }
    /// The same with RETURNING: its rows.
    template <class... Row>
    Result<Row...> execute(const Returning<Row...>& statement) const {
        std::vector<std::tuple<Row...>> rows;
        core().execute_returning(
            statement.ref(), statement.core().parts(),
            [&](std::span<void* const> objects, std::span<const orm::ValueView> values) {
                orm::RowCursor(objects, values, statement.core().parts()).read_row(rows.emplace_back());
            });
        return Result<Row...>(std::move(rows), statement.core());
    }
    /// Of many rows: `execute(insert<User>().returning(User::c.id), {{.name = "ada"}, {.name = "bob"}})`. All are given
    /// the same columns.
    template <class T, class... Row>
    Result<Row...> execute(const InsertReturning<T, Row...>& statement, std::vector<T> rows) const {
        orm::require_bare(statement.bare());
        std::vector<std::tuple<Row...>> all;
        for (const auto& part : orm::parts_of(orm::mapper_of<T>(), addresses(rows), statement.statement())) {
            for (auto& row : execute(Returning<Row...>(part.ref(), statement.core()))) all.push_back(std::move(row));
        }
        return Result<Row...>(std::move(all), statement.core());
    }
    /// The first of each row that it gives.
    template <class First, class... More>
    Rows<First> scalars(const Returning<First, More...>& statement) const {
        return execute(statement).scalars();
    }
    template <class First, class... More>
    orm::Perhaps<First> scalar(const Returning<First, More...>& statement) const {
        return scalars(statement).first();
    }

  private:
    SessionCore& core() const { return static_cast<const Self*>(this)->core(); }
    template <class T>
    static std::vector<void*> addresses(std::vector<T>& rows) {
        std::vector<void*> all;
        for (auto& row : rows) all.push_back(&row);
        return all;
    }
};

}  // namespace retort::orm
