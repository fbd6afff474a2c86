// How the rows between the two sides of a many-to-many are written and removed.
#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "retort/engine/dialect.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/statement_texts.hpp"
#include "retort/orm/unit_of_work.hpp"

namespace retort::orm {
namespace {

/// One row of a table between two sides, whichever side it was noted from.
struct AssociationRow {
    const Mapper* table;
    void* left;  ///< what the table's first key points at
    void* right;
    const Relationship* relationship;
    std::size_t order;
    bool left_owns;
    bool added;
};

AssociationRow row_of(const Association& association, std::size_t order) {
    const auto& relationship = *association.relationship;
    bool left_owns = relationship.foreign_key->index < relationship.target_key->index;
    return {relationship.secondary,
            left_owns ? association.owner : association.target,
            left_owns ? association.target : association.owner,
            &relationship,
            order,
            left_owns,
            association.added};
}

/// What remains to be done: what was added and taken out again, or the other way round, is nothing.
std::vector<AssociationRow> net_rows(const std::vector<Association>& associations) {
    std::vector<AssociationRow> rows;
    rows.reserve(associations.size());
    for (const auto& association : associations) rows.push_back(row_of(association, rows.size()));
    auto same = [](const AssociationRow& a, const AssociationRow& b) {
        return a.table == b.table && a.left == b.left && a.right == b.right;
    };
    std::sort(rows.begin(), rows.end(), [](const AssociationRow& a, const AssociationRow& b) {
        return std::tie(a.table->index, a.left, a.right, a.order) < std::tie(b.table->index, b.left, b.right, b.order);
    });
    std::vector<AssociationRow> net;
    for (std::size_t first = 0, last = 0; first < rows.size(); first = last) {
        while (last < rows.size() && same(rows[first], rows[last])) ++last;
        if (rows[first].added == rows[last - 1].added) net.push_back(rows[first]);
    }
    std::sort(net.begin(), net.end(), [](const AssociationRow& a, const AssociationRow& b) {
        return a.added != b.added ? b.added : a.order < b.order;
    });
    return net;
}

/// The columns of a row between, in the order in which its table has them.
class KeyViewsBetween {
  public:
    void add(const std::vector<KeyPair>& pairs, void* object) {
        for (const auto& pair : pairs) views_.emplace_back(pair.foreign_key->index, pair.referenced->view(object));
    }
    /// The columns that have a value.
    std::uint64_t given() const {
        std::uint64_t mask = 0;
        for (const auto& view : views_) mask |= std::uint64_t{1} << view.first;
        return mask;
    }
    /// The values that a new row has in other columns.
    void add_defaults(const Mapper& table, void* row) {
        const std::uint64_t keys = given();
        for (const auto& attribute : table.attributes) {
            bool own = attribute.is_set(row) && (keys >> attribute.index & 1) == 0;
            if (own) views_.emplace_back(attribute.index, attribute.view(row));
        }
    }
    /// Fills the values, and says of which columns they are.
    std::uint64_t take(std::vector<ValueView>& values) {
        std::sort(views_.begin(), views_.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        values.clear();
        std::uint64_t mask = 0;
        for (const auto& [column, value] : views_) {
            if ((mask >> column & 1) == 0) values.push_back(value);  // both keys may share a column
            mask |= std::uint64_t{1} << column;
        }
        return mask;
    }

  private:
    std::vector<std::pair<std::uint16_t, ValueView>> views_;
};

/// A row between as a new object of its model has it: with the model's defaults.
class NewRow {
  public:
    explicit NewRow(const Mapper& table)
        : table_(table), memory_(::operator new(table.model->size, std::align_val_t{table.model->alignment})) {
        try {
            table_.model->make_new(memory_);
        } catch (...) {
            free();
            throw;
        }
    }
    ~NewRow() {
        table_.model->destroy(memory_);
        free();
    }
    NewRow(const NewRow&) = delete;
    NewRow& operator=(const NewRow&) = delete;
    void* get() const { return memory_; }

  private:
    void free() const noexcept { ::operator delete(memory_, std::align_val_t{table_.model->alignment}); }

    const Mapper& table_;
    void* memory_;
};

bool has_row(void* object) { return header_of(object).state == ObjectState::persistent; }

bool stays(void* object) { return has_row(object) && !header_of(object).deleting; }

}  // namespace

// Rows between the two sides of a many-to-many: after both have theirs; those that go first.
void UnitOfWork::write_associations(engines::Connection& connection) {
    for (const auto& row : net_rows(session_.associations_)) {
        if (is_elsewhere(*row.table)) continue;
        bool both_stay = stays(row.left) && stays(row.right);
        // What is taken out goes now, also when one side goes later: a table's key must not hold it back.
        if (!both_stay && (row.added || !has_row(row.left) || !has_row(row.right))) continue;
        const auto& relationship = *row.relationship;
        void* owner = row.left_owns ? row.left : row.right;
        void* target = row.left_owns ? row.right : row.left;
        KeyViewsBetween keys;
        keys.add(relationship.pairs, owner);
        keys.add(relationship.target_pairs, target);
        std::optional<NewRow> defaults;
        if (row.added && keys.given() != row.table->all()) {
            keys.add_defaults(*row.table, defaults.emplace(*row.table).get());
        }
        std::uint64_t mask = keys.take(views_);
        auto& texts = *row.table->texts;
        const auto& text =
            row.added ? texts.insert(connection.dialect(), mask) : texts.remove_where(connection.dialect(), mask);
        std::int64_t count = connection.run(text, views_);
        if (!row.added && both_stay && count != 1) {
            throw StaleDataError(
                "stale-data"_code,
                "a row of " + row.table->table_name + " was to be deleted, but " + std::to_string(count) + " met.",
                "rollback(), then read the objects again");
        }
    }
}

// What goes takes its rows in the tables between with it.
void UnitOfWork::remove_associations(engines::Connection& connection, const Mapper& mapper,
                                     std::span<void* const> objects) {
    for (const auto& relationship : mapper.relationships) {
        if (relationship.secondary == nullptr || relationship.options.viewonly || relationship.passive()) continue;
        for (void* object : objects) {
            KeyViewsBetween key;
            key.add(relationship.pairs, object);
            std::uint64_t mask = key.take(views_);
            connection.run(relationship.secondary->texts->remove_where(connection.dialect(), mask), views_);
        }
    }
}

}  // namespace retort::orm
