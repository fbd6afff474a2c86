// Database: the extension that gives an App its database, as Flask-SQLAlchemy does.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "retort/engine/engine.hpp"
#include "retort/engine/inspector.hpp"
#include "retort/extensions/key_pagination.hpp"
#include "retort/extensions/pagination.hpp"
#include "retort/extensions/scoped_session.hpp"
#include "retort/schema/metadata.hpp"

namespace retort {

class App;

namespace detail {
struct DatabaseOfApp;
}  // namespace detail

/// An application's database: `Database db; … db.init_app(app);`, then `db.session` in views.
///
/// Reads SQLALCHEMY_DATABASE_URI (a relative SQLite path lies in the instance folder), SQLALCHEMY_ECHO,
/// SQLALCHEMY_RECORD_QUERIES (see `get_recorded_queries`), SQLALCHEMY_ENGINE_OPTIONS (`{"busy_timeout": seconds,
/// "durability": "full" | "normal" | "off"}`), and SQLALCHEMY_BINDS (`{"users": "sqlite:///users.db"}`): further
/// databases, for models with that `bind_key`. One Database may serve several apps; it works on that of the running app
/// context.
class Database {
  public:
    Database();
    /// The same with `init_app(app)`.
    explicit Database(App& app);
    /// A copy is the same Database. Each app that it was given to keeps what it needs of it, so it may be a local of
    /// `create_app()` whose views work with `User::query()`, or hold a copy: `[db] { db.session … }`.
    Database(const Database& other);
    ~Database();
    Database& operator=(const Database&) = delete;

    /// Throws ConfigError("no-database-uri"), ArgumentError for a bad URI, SetupError("database-twice").
    void init_app(App& app);

    ScopedSession session{*this};

    /// The engine of the running app; outside of contexts, that of the only app. With a key, one of SQLALCHEMY_BINDS.
    /// Throws InvalidRequestError("unknown-bind").
    const engines::Engine& engine(std::string_view bind_key = {}) const;
    /// The tables of all models of the program that live in the main database, or in that with the key.
    schemas::MetaData& metadata(std::string_view bind_key = {}) const;

    /// The keys of all databases; "" is the main one.
    [[nodiscard]] std::vector<std::string> bind_keys() const { return all_keys(); }

    /// Makes the tables that are missing, in every database; never alters what is there.
    void create_all() const;
    /// Only in the database with this key; "" is the main one.
    void create_all(std::string_view bind_key) const;
    /// Drops the tables of all models, in every database.
    void drop_all() const;
    void drop_all(std::string_view bind_key) const;

    /// Looks at the database: `db.inspect()->get_table_names()`.
    [[nodiscard]] std::unique_ptr<engines::Inspector> inspect(std::string_view bind_key = {}) const;
    /// The tables that the database has, whether there are models for them or not.
    [[nodiscard]] schemas::MetaData reflect(const schemas::ReflectOptions& options = {}) const;
    [[nodiscard]] schemas::MetaData reflect(std::string_view bind_key,
                                            const schemas::ReflectOptions& options = {}) const;

    /// The object with this primary key (a tuple for a composite one), or a 404 answer.
    template <class T, class Key>
    [[nodiscard]] Ptr<T> get_or_404(const Key& key, std::string_view description = {}) const {
        return detail::found_or_404(get<T>(key), description);
    }
    /// The first object of a query, or a 404 answer.
    template <class First, class... More>
    [[nodiscard]] First first_or_404(const Select<First, More...>& select, std::string_view description = {}) const {
        auto found = session.scalars(select.limit(1)).first();
        if (!found) detail::abort_404(description);
        return value_of(std::move(found));
    }
    /// The only object of a query; none or several are a 404 answer.
    template <class First, class... More>
    [[nodiscard]] First one_or_404(const Select<First, More...>& select, std::string_view description = {}) const {
        auto rows = session.scalars(select.limit(2));
        if (rows.size() != 1) detail::abort_404(description);
        return rows.one();
    }
    /// One page of a query; number and size come from the options, else from `?page=2&per_page=10`.
    template <class First>
    [[nodiscard]] Pagination<First> paginate(const Select<First>& select, PaginateOptions options = {}) const {
        Session& current = session();
        auto run = [&current](const Select<First>& page) { return current.scalars(page).all(); };
        return detail::paginate(current.core(), run, select, options);
    }
    /// One page of a query by the keys of its rows, for lists that are long or that change while they are read: nothing
    /// is counted, and no row is skipped or shown twice. Ties are broken by the primary key.
    template <class T>
    [[nodiscard]] KeyPage<Ptr<T>> paginate_by_key(const Select<Ptr<T>>& select, KeyPageOptions options = {}) const {
        return detail::paginate_by_key(session().core(), select, std::move(options));
    }

  private:
    friend class ScopedSession;

    template <class T, class... Keys>
    Ptr<T> get(const std::tuple<Keys...>& keys) const {
        return std::apply([&](const auto&... key) { return session.get<T>(key...); }, keys);
    }
    template <class T, class Key>
    Ptr<T> get(const Key& key) const {
        return session.get<T>(key);
    }
    template <class T>
    static Ptr<T> value_of(Ptr<T> handle) {
        return handle;
    }
    template <class T>
    static T value_of(std::optional<T> value) {
        return std::move(*value);
    }
    std::vector<std::string> all_keys() const;
    Session& current_session() const;
    void remove_session() const noexcept;

    /// Shared with the apps, which strike themselves out when they end.
    std::shared_ptr<std::vector<detail::DatabaseOfApp>> apps_;
};

}  // namespace retort
