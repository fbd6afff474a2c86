// Automap: a database that exists already, used without a struct for each table: #include <retort/orm/automap.hpp>.
#pragma once

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/json.hpp"
#include "retort/engine/row.hpp"
#include "retort/orm/session.hpp"
#include "retort/schema/reflect.hpp"
#include "retort/sql/insert.hpp"

namespace retort {

class Record;
class RecordQuery;
class RecordType;

namespace orm {
struct RecordRow;
class RecordMap;
}  // namespace orm

/// How rows of one table find those of another.
struct AutomapRelationship {
    enum class Kind : std::uint8_t { many_to_one, one_to_many, many_to_many };
    std::string name;
    Kind kind = Kind::many_to_one;
    const RecordType* target = nullptr;
    std::vector<std::string> columns;         ///< of this table
    std::vector<std::string> target_columns;  ///< of the target, in the same order
    std::string between;                      ///< the table of a many-to-many
    std::vector<std::string> between_columns;
    std::vector<std::string> between_target_columns;
};

/// What to map, and how things are called. Names that are taken get the foreign key's columns behind them.
struct AutomapOptions {
    schemas::ReflectOptions reflect;
    /// The key of the database in `SQLALCHEMY_BINDS`, when it is not the main one.
    std::string bind_key;
    /// Default: the table's name.
    std::function<std::string(const schemas::Table&)> classname_for_table = {};
    /// Default: the class that is referred to, in lower case: `post.user`.
    std::function<std::string(const RecordType& referred, const schemas::ForeignKey&)> name_for_scalar_relationship =
        {};
    /// Default: the class that refers, in lower case, and "_collection": `user.post_collection`.
    std::function<std::string(const RecordType& referring, const schemas::ForeignKey&)>
        name_for_collection_relationship = {};
};

/// One class of an Automap: a table with a primary key, or a view of the program's choice.
class RecordType {
  public:
    const std::string& name() const { return name_; }
    const schemas::Table& table() const { return table_; }
    /// Of the database that it lives in; "" for the main one.
    const std::string& bind_key() const { return bind_key_; }
    const std::vector<AutomapRelationship>& relationships() const { return relationships_; }
    /// Throws InvalidRequestError("unknown-relationship") with the nearest name.
    const AutomapRelationship& relationship(std::string_view name) const;
    /// A column for conditions: `user["age"] > 18`. Throws ArgumentError("unknown-column") with the nearest name.
    sql::ColumnRef operator[](std::string_view column) const;

    /// All rows; refine it: `user.query().where(user["age"] > 18).all(session)`.
    [[nodiscard]] RecordQuery query() const;
    /// The row with this primary key, its columns in the table's order: the session's own record, or read; empty when
    /// there is none.
    [[nodiscard]] std::optional<Record> get(Session& session, std::vector<sql::Expression> key) const;
    /// Inserts a row now, in the session's transaction: `user.add(db.session, {{"name", "ada"}})`. The record has what
    /// the database made of it: keys, defaults, computed values.
    Record add(Session& session, std::vector<sql::Assignment> values) const;

  private:
    friend class Record;
    friend class RecordQuery;
    friend class Automap;
    friend class AutomapBuilder;
    friend class orm::RecordMap;

    using All = std::map<std::string, RecordType, std::less<>>;

    /// Keeps the class, and those that it is related with, longer than their Automap.
    std::shared_ptr<const RecordType> kept() const { return {all_.lock(), this}; }

    std::string name_;
    std::string bind_key_;
    schemas::Table table_;
    std::vector<AutomapRelationship> relationships_;
    std::weak_ptr<const All> all_;
};

/// A handle to a row of a table that no struct describes: values by name. A session has one object for each row, so
/// that all records of a row are the same. What is set is written by the session's next flush.
class Record {
  public:
    const RecordType& type() const;
    /// The value, or the one it was set to. Throws ArgumentError("unknown-column") with the nearest name.
    sql::Value operator[](std::string_view column) const;
    /// The same as a C++ type: `record.get<DateTime>("made")`, `get<std::optional<int>>` where it may be NULL.
    template <class T>
    T get(std::string_view column) const {
        auto value = (*this)[column];
        return engines::value_as<T>(value.view(), column);
    }
    /// Written by the next flush. An expression of SQL is worked out by the database then.
    void set(std::string_view column, sql::Expression value);
    bool is_modified() const;
    bool operator==(const Record& other) const { return row_ == other.row_; }

    /// Flushes now; a record whose session has closed comes into this one. Throws StaleDataError when the row is gone.
    void save(Session& session);
    /// DELETEs the row now. Throws StaleDataError when it is gone already.
    void delete_(Session& session);
    /// Reads the row again; what was set and not flushed is forgotten.
    void refresh(Session& session);

    /// The row that a many-to-one leads to; empty where the foreign key is NULL.
    [[nodiscard]] std::optional<Record> one(Session& session, std::string_view relationship) const;
    /// The rows of a collection, as a query: `ada.many("post_collection").order_by(post["id"]).all(session)`.
    [[nodiscard]] RecordQuery many(std::string_view relationship) const;
    /// Adds a row between this and another one, or takes it away.
    void link(Session& session, std::string_view relationship, const Record& other) const;
    void unlink(Session& session, std::string_view relationship, const Record& other) const;

    /// These columns; all of a table's columns are never shown by themselves, so that no password leaks.
    [[nodiscard]] json to_json(std::initializer_list<std::string_view> columns) const;

  private:
    friend class RecordType;
    friend class RecordQuery;
    explicit Record(std::shared_ptr<orm::RecordRow> row) : row_(std::move(row)) {}
    const AutomapRelationship& between(std::string_view relationship, const Record& other) const;

    std::shared_ptr<orm::RecordRow> row_;
};

/// A query for records; a value as Select is.
class RecordQuery {
  public:
    [[nodiscard]] RecordQuery where(sql::Expression condition) const;
    [[nodiscard]] RecordQuery order_by(std::vector<sql::Expression> terms) const;
    [[nodiscard]] RecordQuery order_by(sql::Expression term) const { return order_by(std::vector{std::move(term)}); }
    [[nodiscard]] RecordQuery limit(std::int64_t rows) const;
    [[nodiscard]] RecordQuery offset(std::int64_t rows) const;
    /// Any statement that selects the table's columns, in their order: joins, subqueries.
    [[nodiscard]] RecordQuery with(sql::Select statement) const;
    const sql::Select& statement() const { return statement_; }

    /// They run in the session's transaction, after what waits in it was flushed.
    std::vector<Record> all(Session& session) const;
    std::optional<Record> first(Session& session) const;
    /// Throws NoResultFound or MultipleResultsFound.
    Record one(Session& session) const;
    std::int64_t count(Session& session) const;

  private:
    friend class RecordType;
    friend class Record;
    RecordQuery(const RecordType& type, sql::Select statement) : type_(&type), statement_(std::move(statement)) {}
    std::vector<Record> read(Session& session, const sql::Select& statement) const;

    const RecordType* type_;
    sql::Select statement_;
};

/// The classes of a database: made once, by `automap(db.engine())`. A `const RecordType&` and a query are good as long
/// as the Automap or a record of theirs is.
class Automap {
  public:
    /// Throws InvalidRequestError("unknown-class") with the nearest name.
    const RecordType& operator[](std::string_view name) const&;
    const RecordType& operator[](std::string_view name) const&& = delete;  // keep it: Automap base = automap(…);
    bool contains(std::string_view name) const;
    /// Sorted.
    std::vector<std::string> classes() const;
    /// Tables without a primary key, which are no classes, and the tables of many-to-many relationships.
    const std::vector<std::string>& left_out() const { return left_out_; }

  private:
    friend class AutomapBuilder;
    std::shared_ptr<RecordType::All> classes_ = std::make_shared<RecordType::All>();
    std::vector<std::string> left_out_;
};

/// Looks at a database and makes classes of its tables, with relationships along its foreign keys, named as
/// SQLAlchemy's automap names them. `Automap base = automap(db.engine());`
Automap automap(const engines::Engine& engine, const AutomapOptions& options = {});
/// The same of tables that were reflected, or declared.
Automap automap(const schemas::MetaData& metadata, const AutomapOptions& options = {});

}  // namespace retort
