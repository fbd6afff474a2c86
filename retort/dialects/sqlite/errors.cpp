// What SQLite's extended result codes mean, in the user's words, with the mend of each.
#include "retort/dialects/sqlite/errors.hpp"

#include <sqlite3.h>

#include <string>

#include "retort/engine/errors.hpp"

namespace retort::dialects::sqlite {

namespace {

/// What follows `prefix` in `message`; empty when it does not start so.
std::string_view after(std::string_view message, std::string_view prefix) {
    if (!message.starts_with(prefix)) return {};
    return message.substr(prefix.size());
}

template <class E>
[[noreturn]] void raise(E error, std::string_view sql) {
    error.attach(sql, {});
    throw error;
}

IntegrityError unique_error(std::string_view message, DatabaseFailure failure) {
    auto what = std::string(after(message, "UNIQUE constraint failed: "));
    if (auto index = after(what, "index '"); !index.empty()) what = std::string(index.substr(0, index.size() - 1));
    auto many = what.find(',') != std::string::npos;
    failure.sqlstate = "23505";
    return IntegrityError("unique-violation"_code,
                          (what.empty() ? "a value" : what) + " must be unique, and another row has " +
                              (many ? "these values" : "this value") + " already.",
                          "look for the row first, or take the error for the answer: it is free of races", failure,
                          what);
}

IntegrityError not_null_error(std::string_view message, DatabaseFailure failure) {
    auto what = std::string(after(message, "NOT NULL constraint failed: "));
    failure.sqlstate = "23502";
    return IntegrityError("not-null-violation"_code,
                          (what.empty() ? "a column" : what) + " must have a value, and was given NULL or none.",
                          "give it a value or a default, or make the column optional", failure, what);
}

IntegrityError check_error(std::string_view message, DatabaseFailure failure) {
    auto what = std::string(after(message, "CHECK constraint failed: "));
    failure.sqlstate = "23514";
    return IntegrityError("check-violation"_code, "the values do not meet the check " + what + ".",
                          "see the table's CHECK of that name or text", failure, what);
}

IntegrityError foreign_key_error(DatabaseFailure failure) {
    failure.sqlstate = "23503";
    return IntegrityError("foreign-key-violation"_code, "a foreign key would point at a row that does not exist.",
                          "add the row that is referred to first, or delete (or change) those that refer to it first",
                          failure, {});
}

[[noreturn]] void raise_constraint(int code, std::string_view message, std::string_view sql) {
    DatabaseFailure failure{.sqlstate = "23000", .native_code = code};
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID: raise(unique_error(message, failure), sql);
        case SQLITE_CONSTRAINT_NOTNULL: raise(not_null_error(message, failure), sql);
        case SQLITE_CONSTRAINT_CHECK: raise(check_error(message, failure), sql);
        case SQLITE_CONSTRAINT_FOREIGNKEY: raise(foreign_key_error(failure), sql);
        case SQLITE_CONSTRAINT_DATATYPE:
            failure.sqlstate = "22018";
            raise(DataError("wrong-value-type"_code, std::string(message) + ".",
                            "give the column a value of its declared type (the table is STRICT)", failure),
                  sql);
        default:
            raise(IntegrityError("constraint-violation"_code, std::string(message) + ".",
                                 "see the constraint or trigger that says so", failure, {}),
                  sql);
    }
}

struct Mistake {
    std::string_view start;
    std::string_view sqlstate;
    const char* hint;
};

constexpr Mistake mistakes[] = {
    {"no such table", "42P01", "create it first (db.create_all() or a migration), or correct the name"},
    {"no such column", "42703", "correct the name, or add the column with a migration"},
    {"no such index", "42704", "correct the name"},
    {"no such function", "42883", "SQLite has no function of that name"},
    {"no such savepoint", "3B001", "savepoints end with their transaction, and when an outer one is released"},
    {"ambiguous column name", "42702", "write the table before the column: table.column"},
    {"near ", "42601", "the text is no SQL that SQLite understands, from there on"},
    {"unrecognized token", "42601", "the text is no SQL that SQLite understands, from there on"},
    {"incomplete input", "42601", "the statement ends too early"},
    {"too many SQL variables", "54000", "send the values in several statements"},
    {"cannot start a transaction within", "25001", "a transaction is open already"},
    {"not authorized", "42501", "BEGIN, COMMIT and ROLLBACK are the library's here: return from the function instead"},
};

[[noreturn]] void raise_mistake(int code, std::string_view message, std::string_view sql) {
    DatabaseFailure failure{.sqlstate = "42000", .native_code = code};
    std::string hint = "correct the statement";
    for (const auto& mistake : mistakes) {
        if (!message.starts_with(mistake.start)) continue;
        failure.sqlstate = mistake.sqlstate;
        hint = mistake.hint;
        break;
    }
    if (message.find("already exists") != std::string_view::npos) {
        failure.sqlstate = "42P07";
        hint = "drop it first, or write IF NOT EXISTS";
    }
    // Renaming looks through all views and triggers, also those that have nothing to do with it.
    if (message.starts_with("error in view ") || message.starts_with("error in trigger ")) {
        failure.sqlstate = "2BP01";
        raise(ProgrammingError("broken-view"_code, std::string(message) + ".",
                               "drop it before, and make it again afterwards: in a revision with op.execute", failure),
              sql);
    }
    raise(ProgrammingError("wrong-statement"_code, std::string(message) + ".", hint, failure), sql);
}

template <class E>
[[noreturn]] void raise_as(ErrorCode code, std::string message, std::string hint, DatabaseFailure failure,
                           std::string_view sql) {
    raise(E(code, std::move(message), std::move(hint), failure), sql);
}

/// What the machine underneath could not do.
[[noreturn]] void raise_operational(int code, std::string_view message, std::string_view sql) {
    auto said = " (SQLite: " + std::string(message) + ").";
    switch (code & 0xff) {
        case SQLITE_BUSY:
            raise_as<OperationalError>("database-locked"_code, "another process holds the database's lock" + said,
                                       "keep its transactions short, or raise the busy timeout", {"55P03", code}, sql);
        case SQLITE_LOCKED:
            raise_as<OperationalError>("table-locked"_code, "the table is in use by another statement" + said,
                                       "finish the other statement first", {"55006", code}, sql);
        case SQLITE_READONLY:
            raise_as<OperationalError>("read-only-database"_code, "the database cannot be written to" + said,
                                       "write inside a write transaction, and see that the user may write the file and "
                                       "its folder",
                                       {"25006", code}, sql);
        case SQLITE_FULL:
            raise_as<OperationalError>("disk-full"_code, "there is no room left for the database" + said,
                                       "free some space on its disk", {"53100", code, true}, sql);
        case SQLITE_INTERRUPT:
            raise_as<OperationalError>("interrupted"_code, "the statement was interrupted" + said, "", {"57014", code},
                                       sql);
        case SQLITE_CANTOPEN:
            raise_as<OperationalError>("cannot-open-database"_code, "the database file cannot be opened" + said,
                                       "see that its folder exists and that the user may write there", {"08001", code},
                                       sql);
        case SQLITE_IOERR:
            raise_as<OperationalError>("disk-error"_code, "the disk failed while the database was in use" + said,
                                       "see the system's log; the database itself stays consistent",
                                       {"58030", code, true, true}, sql);
        case SQLITE_NOMEM:
            raise_as<OperationalError>("out-of-memory"_code, "there is no memory left for the statement" + said,
                                       "read in smaller pieces", {"53200", code, true}, sql);
        default:
            raise_as<OperationalError>("database-failure"_code,
                                       "SQLite failed with code " + std::to_string(code) + said, "", {"58000", code},
                                       sql);
    }
}

}  // namespace

void throw_error(int code, std::string_view message, std::string_view sql) {
    auto said = std::string(message);
    switch (code & 0xff) {
        case SQLITE_ERROR: raise_mistake(code, message, sql);
        case SQLITE_AUTH: raise_mistake(code, message, sql);
        case SQLITE_CONSTRAINT: raise_constraint(code, message, sql);
        case SQLITE_TOOBIG:
            raise_as<DataError>("value-too-large"_code, "a text or blob is larger than SQLite takes.",
                                "the limit is 1,000,000,000 bytes; keep such things in files", {"54000", code}, sql);
        case SQLITE_MISMATCH:
            raise_as<DataError>("wrong-value-type"_code, said + ".", "an INTEGER PRIMARY KEY takes whole numbers only",
                                {"22018", code}, sql);
        case SQLITE_CORRUPT:
            raise_as<InternalError>("damaged-database"_code, "the database file is damaged (SQLite: " + said + ").",
                                    "put a backup back, or save what can be read with `sqlite3 FILE .recover`",
                                    {"XX001", code, true, true}, sql);
        case SQLITE_NOTADB:
            raise_as<OperationalError>("not-a-database"_code, "the file is no SQLite database (or an encrypted one).",
                                       "correct the path, or move the file away so that a new one is made",
                                       {"08004", code, true, true}, sql);
        case SQLITE_MISUSE:
        case SQLITE_RANGE: raise_as<ProgrammingError>("wrong-statement"_code, said + ".", "", {"HY010", code}, sql);
        default: raise_operational(code, message, sql);
    }
}

void throw_error(sqlite3* db, int code, std::string_view sql) {
    std::string message = db != nullptr ? sqlite3_errmsg(db) : sqlite3_errstr(code);
    throw_error(code, message, sql);
}

}  // namespace retort::dialects::sqlite
