// Many rows at once, from objects that no session keeps: INSERT of each, UPDATE of each by its primary key.
#include <utility>
#include <vector>

#include "retort/engine/dialect.hpp"
#include "retort/orm/column.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/inheritance_mapping.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/statements.hpp"
#include "retort/orm/types_check.hpp"
#include "retort/orm/unit_of_work.hpp"
#include "retort/sql/nodes.hpp"

namespace retort::orm {
namespace {

/// The columns that a row was given, its key aside.
std::uint64_t given_columns(const Mapper& mapper, void* row) {
    std::uint64_t mask = 0;
    for (const auto& attribute : mapper.attributes) {
        const std::uint8_t state = attribute.state(row);
        bool given = (state & cell_set) != 0 && (state & cell_defaulted) == 0;
        if (given && !attribute.options.primary_key) mask |= std::uint64_t{1} << attribute.index;
    }
    return mask;
}

[[noreturn]] void refuse_keyless(const Mapper& mapper) {
    throw ArgumentError("row-without-key"_code,
                        "a row of an UPDATE of many " + std::string(mapper.name()) + " has no primary key.",
                        "give each row its key and what is to change: {{.id = 1, .name = \"ada\"}, …}");
}

void push_key(const Mapper& mapper, void* row, std::vector<ValueView>& views) {
    for (const auto* key : mapper.keys) {
        if (!key->is_set(row)) refuse_keyless(mapper);
        views.push_back(key->view(row));
    }
}

}  // namespace

void require_bare(const sql::NodeRef& statement) {
    const auto* insert = sql::node_cast<sql::InsertNode>(statement.get());
    const auto* update = sql::node_cast<sql::UpdateNode>(statement.get());
    bool bare = insert != nullptr ? insert->rows.empty() && insert->query.get() == nullptr &&
                                        insert->returning.empty() && insert->conflict == sql::InsertNode::Conflict::fail
                                  : update != nullptr && update->assignments.empty() && update->conditions.empty();
    if (bare) return;
    throw ArgumentError("rows-beside-values"_code,
                        "a statement that is run with rows says more than its model, which the rows would not follow.",
                        "give the rows to insert<User>() or update<User>() alone, or to its values(…)");
}

std::int64_t SessionCore::bulk_insert(const Mapper& mapper, std::span<void* const> rows) {
    autoflush();
    transaction(mapper).write([&](engines::Connection& connection) {
        engines::StatementContext scope(statement_context_);
        std::vector<ValueView> views;
        const bool doubles = connection.dialect().keeps_decimals_as_doubles();
        for (void* row : rows) {
            if (mapper.discriminator != nullptr) set_kind(mapper, row);
            auto mask = show_row(of_one_table(mapper), row, doubles, views);
            connection.run(mapper.texts->insert(connection.dialect(), mask), views);
        }
    });
    return static_cast<std::int64_t>(rows.size());
}

namespace {

/// The UPDATE of one row: what it was given, and the next version. One that was given must be the row's still.
struct RowUpdate {
    RowUpdate(const Mapper& mapper, void* row, std::vector<ValueView>& views, bool doubles) : mapper_(mapper) {
        views.clear();
        mask_ = given_columns(mapper, row);
        if (mask_ == 0) {
            push_key(mapper, row, views);  // a row without a key is refused also where nothing changes
            return;
        }
        const auto* version = mapper.version;
        auto bit = version == nullptr ? 0 : std::uint64_t{1} << version->index;
        checked_ = (mask_ & bit) != 0;
        bool made = bit != 0 && version->options.next_version != nullptr;
        if (checked_ || made) next_ = next_version(mapper, row);
        if (made) mask_ |= bit;
        if (mapper.generated) generate();
        auto own = generated_.begin();
        for (const auto& attribute : mapper.attributes) {
            if ((mask_ >> attribute.index & 1) == 0) continue;
            if (own != generated_.end() && own->first == attribute.index) {
                views.push_back((own++)->second.view());
            } else {
                views.push_back(&attribute == version ? next_.view() : attribute.view(row));
            }
            check_value(views.back(), {mapper.name(), attribute.name, attribute.sql_type, doubles});
        }
        push_key(mapper, row, views);
        if (checked_) views.push_back(version->view(row));
    }
    void run(engines::Connection& connection, const std::vector<ValueView>& views) const {
        if (mask_ == 0) return;
        auto& texts = *mapper_.texts;
        const auto& dialect = connection.dialect();
        auto met =
            connection.run(checked_ ? texts.update(dialect, mask_) : texts.update_raising(dialect, mask_), views);
        if (met == 1) return;
        throw StaleDataError("stale-data"_code,
                             "an UPDATE of one row of " + mapper_.table_name + " met " + std::to_string(met) + ".",
                             "rollback(), and look which of the rows are still there" +
                                 std::string(checked_ ? ", in which version" : ""));
    }

  private:
    // What onupdate gives to columns that the row does not set; that of the database stands in the text.
    void generate() {
        for (const auto& attribute : mapper_.attributes) {
            const auto* made = attribute.options.onupdate;
            bool by_program = made != nullptr && !made->is_sql() && (mask_ >> attribute.index & 1) == 0;
            if (by_program) generated_.emplace_back(attribute.index, made->make_value());
        }
        for (const auto& [column, value] : generated_) mask_ |= std::uint64_t{1} << column;
    }

    const Mapper& mapper_;
    std::uint64_t mask_ = 0;
    bool checked_ = false;
    sql::Value next_;
    std::vector<std::pair<std::uint16_t, sql::Value>> generated_;
};

/// Of each row it must be clear which columns it was given, or a default would overwrite what is there.
void require_told(const Mapper& mapper, std::span<void* const> rows, void* defaults) {
    for (const auto& attribute : mapper.attributes) {
        if (tells_given(attribute, defaults, defaults)) continue;
        for (void* row : rows) {
            if (!tells_given(attribute, row, defaults)) refuse_untold(mapper, attribute);
        }
    }
}

}  // namespace

std::int64_t SessionCore::bulk_update(const Mapper& mapper, std::span<void* const> rows, void* defaults) {
    autoflush();
    require_told(of_one_table(mapper), rows, defaults);
    transaction(mapper).write([&](engines::Connection& connection) {
        engines::StatementContext scope(statement_context_);
        std::vector<ValueView> views;
        const bool doubles = connection.dialect().keeps_decimals_as_doubles();
        for (void* row : rows) {
            RowUpdate update(mapper, row, views, doubles);
            update.run(connection, views);
        }
    });
    for (void* row : rows) {
        std::vector<ValueView> key;
        push_key(mapper, row, key);
        if (void* known = find_known(store_of(mapper), key)) expire(known);
    }
    return static_cast<std::int64_t>(rows.size());
}

}  // namespace retort::orm
