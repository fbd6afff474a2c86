// Comparing two tables part by part.
#include "retort/schema/compare.hpp"

#include <algorithm>
#include <set>

#include "retort/base/text.hpp"
#include "retort/schema/sql_tokens.hpp"

namespace retort::schemas {

namespace {

/// A constraint or index as it is compared.
struct Item {
    std::string name;
    std::string text;
    /// In normal form, without the name.
    std::string content;
};

/// A number in quotes is that number.
std::string normal_default(const std::string& sql) {
    auto normal = normal_sql(sql);
    auto tokens = tokenize(normal);
    if (tokens.size() != 1 || tokens[0].kind != TokenKind::string) return normal;
    auto inside = tokens[0].name();
    auto parts = tokenize(inside);
    return parts.size() == 1 && parts[0].kind == TokenKind::number ? inside : normal;
}

/// Those that only this dialect knows, as `name=value`.
std::string options_text(const Options& options, const DdlCompiler& compiler) {
    std::string prefix = std::string(compiler.dialect_name()) + '_';
    std::string out;
    for (const auto& [name, value] : options) {
        if (!name.starts_with(prefix)) continue;
        if (!out.empty()) out += ' ';
        out.append(name).append(1, '=').append(value);
    }
    return out;
}

class Comparison {
  public:
    Comparison(const Table& before, const Table& after, const DdlCompiler& compiler)
        : before_(before), after_(after), compiler_(compiler) {}

    std::vector<Difference> run() {
        columns();
        order();
        primary_key();
        items(Subject::foreign_key, foreign_keys(before_), foreign_keys(after_));
        items(Subject::unique, uniques(before_), uniques(after_));
        items(Subject::check, checks(before_, after_), checks(after_, before_));
        items(Subject::exclude, excludes(before_), excludes(after_));
        items(Subject::index, indexes(before_), indexes(after_));
        if (compiler_.has_comments()) note(Subject::comment, "", before_.comment, after_.comment);
        note(Subject::options, "", options(before_), options(after_));
        return std::move(out_);
    }

  private:
    void note(Subject subject, const std::string& name, std::string before, std::string after) {
        if (before != after) out_.push_back({subject, name, std::move(before), std::move(after)});
    }

    void columns() {
        for (const Column& column : before_.columns) {
            const Column* other = after_.find(column.name);
            if (other == nullptr) {
                note(Subject::column, column.name, compiler_.column_specification(column, before_), "");
            } else {
                parts(column, *other);
            }
        }
        for (const Column& column : after_.columns) {
            if (before_.find(column.name)) continue;
            note(Subject::column, column.name, "", compiler_.column_specification(column, after_));
        }
    }

    void parts(const Column& before, const Column& after) {
        auto old_type = type(before, before_);
        auto new_type = type(after, after_);
        bool same = compiler_.normal_type(old_type) == compiler_.normal_type(new_type);
        if (!same) note(Subject::type, before.name, old_type, new_type);
        note(Subject::nullable, before.name, nullable(before), nullable(after));
        auto old_default = default_of(before);
        auto new_default = default_of(after);
        if (normal_default(old_default) != normal_default(new_default)) {
            note(Subject::server_default, before.name, old_default, new_default);
        }
        computed(before, after);
        if (!iequals(collation(before), collation(after))) {
            note(Subject::collation, before.name, collation(before), collation(after));
        }
        if (compiler_.has_comments()) note(Subject::comment, before.name, before.comment, after.comment);
        note(Subject::options, before.name, own_options(before.options), own_options(after.options));
    }

    /// Without a collation in it, which is compared by itself.
    std::string type(Column column, const Table& table) const {
        const auto* details = column.type.details();
        if (details && !details->collation.empty()) {
            auto plain = *details;
            plain.collation.clear();
            bool nothing = plain == sql::Type::Details{};
            column.type = nothing ? sql::Type(column.type.kind(), column.type.length(), column.type.scale())
                                  : sql::Type(column.type.kind(), column.type.length(), column.type.scale(), plain);
        }
        return compiler_.column_type(column, table);
    }

    static std::string nullable(const Column& column) { return column.nullable ? "NULL" : "NOT NULL"; }

    std::string default_of(const Column& column) const {
        return column.server_default.is_empty() ? std::string() : compiler_.server_default(column);
    }

    void computed(const Column& before, const Column& after) {
        auto text = [&](const Column& column) {
            return column.computed ? compiler_.computed(*column.computed) : std::string();
        };
        bool both = before.computed && after.computed;
        auto content = [](const Column& column, const Table& table) {
            return normal_sql(without_own_name(column.computed->sql, table.name));
        };
        bool same = both && content(before, before_) == content(after, after_) &&
                    before.computed->stored.value_or(false) == after.computed->stored.value_or(false);
        if (!same) note(Subject::computed, before.name, text(before), text(after));
    }

    static std::string collation(const Column& column) {
        const auto* details = column.type.details();
        return column.collation.empty() && details ? details->collation : column.collation;
    }

    std::string own_options(const Options& options) const { return options_text(options, compiler_); }

    std::string options(const Table& table) const {
        auto out = std::string(trim(compiler_.table_options(table)));
        auto counted = std::string(compiler_.dialect_name()) + "_autoincrement";
        if (table.has_option(counted) && table.autoincrement_column())
            out += out.empty() ? "AUTOINCREMENT" : ", AUTOINCREMENT";
        return out;
    }

    void order() {
        auto common = [](const Table& of, const Table& with) {
            std::vector<std::string> names;
            for (const Column& column : of.columns) {
                if (with.find(column.name)) names.push_back(column.name);
            }
            return join(names, ", ");
        };
        note(Subject::column_order, "", common(before_, after_), common(after_, before_));
    }

    void primary_key() {
        auto text = [&](const Table& table) {
            const PrimaryKey& key = table.primary_key;
            auto names = join(table.primary_key_columns(), ", ");
            if (names.empty()) return names;
            auto out = key.name.empty() ? std::string() : "CONSTRAINT " + key.name + ' ';
            out += "PRIMARY KEY (" + names + ')';
            if (key.deferral.deferrable.value_or(false)) out += " DEFERRABLE " + key.deferral.initially;
            return key.options.empty() ? out : out + ' ' + own_options(key.options);
        };
        note(Subject::primary_key, before_.primary_key.name, text(before_), text(after_));
    }

    std::vector<Item> foreign_keys(const Table& table) const {
        std::vector<Item> out;
        for (const ForeignKey* one : table.foreign_keys()) {
            out.push_back({one->name, compiler_.foreign_key(*one, table.schema), content_of(*one, table, compiler_)});
        }
        return out;
    }

    std::vector<Item> uniques(const Table& table) const {
        std::vector<Item> out;
        for (const Constraint& constraint : table.constraints) {
            if (const auto* one = std::get_if<Unique>(&constraint)) {
                out.push_back({one->name, compiler_.unique(*one), content_of(constraint, table, compiler_)});
            }
        }
        return out;
    }

    /// Those of a column that only one table has came or went with it.
    std::vector<Item> checks(const Table& table, const Table& other) const {
        std::vector<Item> out;
        auto take = [&](const Check& one) {
            auto text = compiler_.check(one);
            if (!text.empty()) out.push_back({one.name, text, content_of(one, table.name, compiler_)});
        };
        for (const Column& column : table.columns) {
            if (other.find(column.name)) std::for_each(column.checks.begin(), column.checks.end(), take);
        }
        for (const Constraint& constraint : table.constraints) {
            if (const auto* one = std::get_if<Check>(&constraint)) take(*one);
        }
        return out;
    }

    std::vector<Item> excludes(const Table& table) const {
        std::vector<Item> out;
        for (const Constraint& constraint : table.constraints) {
            if (const auto* one = std::get_if<Exclude>(&constraint)) {
                out.push_back({one->name, compiler_.exclude(*one), content_of(constraint, table, compiler_)});
            }
        }
        return out;
    }

    std::vector<Item> indexes(const Table& table) const {
        std::vector<Item> out;
        out.reserve(table.indexes.size());
        for (const Index& one : table.indexes) {
            out.push_back({one.name, compiler_.compile(CreateIndex{table.name, one, table.schema}),
                           content_of(one, table.name, compiler_)});
        }
        return out;
    }

    /// Takes away what is the same, then pairs by name, then by content; what is left was added or removed.
    void items(Subject subject, std::vector<Item> before, std::vector<Item> after) {
        auto pair = [&](auto same, bool tell) {
            std::erase_if(before, [&](const Item& old) {
                auto found = std::find_if(after.begin(), after.end(), [&](const Item& one) { return same(old, one); });
                if (found == after.end()) return false;
                if (tell) out_.push_back({subject, old.name, old.text, found->text});
                after.erase(found);
                return true;
            });
        };
        pair([](auto& a, auto& b) { return a.name == b.name && a.content == b.content; }, false);
        pair([](auto& a, auto& b) { return !a.name.empty() && a.name == b.name; }, true);
        pair([](auto& a, auto& b) { return a.content == b.content; }, true);
        for (const Item& old : before) out_.push_back({subject, old.name, old.text, ""});
        for (const Item& one : after) out_.push_back({subject, one.name, "", one.text});
    }

    const Table& before_;
    const Table& after_;
    const DdlCompiler& compiler_;
    std::vector<Difference> out_;
};

constexpr std::string_view subject_names[] = {"column",   "column order", "type",    "nullable",    "default",
                                              "computed", "collation",    "comment", "primary key", "foreign key",
                                              "unique",   "check",        "exclude", "index",       "options"};

}  // namespace

std::string content_of(const Check& check, std::string_view table, const DdlCompiler& compiler) {
    if (compiler.check(check).empty()) return {};
    // What stands around the condition is no part of it: `CHECK ((a > 0))` is `CHECK (a > 0)`.
    return normal_sql(without_own_name(compiler.expression(check.condition), table)) + ' ' +
           options_text(check.options, compiler);
}

std::string content_of(const Constraint& constraint, const Table& table, const DdlCompiler& compiler) {
    if (const auto* check = std::get_if<Check>(&constraint)) return content_of(*check, table.name, compiler);
    if (const auto* one = std::get_if<Unique>(&constraint)) {
        Unique plain = *one;
        plain.name.clear();
        return normal_sql(compiler.unique(plain));
    }
    if (const auto* one = std::get_if<Exclude>(&constraint)) {
        Exclude plain = *one;
        plain.name.clear();
        return normal_sql(compiler.exclude(plain));
    }
    ForeignKey key = std::get<ForeignKey>(constraint);
    if (key.on_delete == Action::no_action) key.on_delete = Action::unspecified;
    if (key.on_update == Action::no_action) key.on_update = Action::unspecified;
    if (key.deferrable == false) key.deferrable.reset();
    if (key.initially == "IMMEDIATE" || !key.deferrable) key.initially.clear();
    key.name.clear();
    return normal_sql(compiler.foreign_key(key, table.schema));
}

std::string content_of(const Index& index, std::string_view table, const DdlCompiler& compiler) {
    Index plain = index;
    plain.name = "i";
    // The table's own name does not count.
    return normal_sql(without_own_name(compiler.compile(CreateIndex{"t", plain}), table));
}

std::vector<Difference> compare_tables(const Table& before, const Table& after, const DdlCompiler& compiler) {
    return Comparison(before, after, compiler).run();
}

std::string to_string(const Difference& difference) {
    std::string out(subject_names[static_cast<std::size_t>(difference.subject)]);
    if (!difference.name.empty()) out += ' ' + difference.name;
    auto shown = [](const std::string& text) { return text.empty() ? std::string("nothing") : text; };
    return out + ": " + shown(difference.before) + " -> " + shown(difference.after);
}

}  // namespace retort::schemas
