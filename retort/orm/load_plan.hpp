// LoadPlan: how the entities of a query get their columns and relationships, by their models and the query's options.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "retort/orm/load_options.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/select.hpp"

namespace retort::orm {

struct LoadNode;
struct KeptTargets;

/// A relationship of a node that does not simply wait until it is touched.
struct LoadStep {
    const Relationship* relationship = nullptr;
    Loading loading = Loading::select;
    bool contains_eager = false;
    const volatile void* contained = nullptr;  ///< as in LoadStepOption
    bool innerjoin = false;
    Condition criteria;
    std::unique_ptr<LoadNode> targets;  ///< of the eager ways
    std::unique_ptr<KeptTargets> kept;  ///< how they were read last, where they are read by IN
    LoadOptions propagated;             ///< of the others: for what is behind it, when it is touched

    /// The criteria speak of the model's table; the rows of another form of it are those whose key is among theirs.
    sql::Expression criteria_on(const sql::TableRef& targets) const;
    /// Whether its targets stand in the rows of the query itself.
    bool in_row() const { return loading == Loading::joined; }
    /// Whether its targets are read by a query of their own, after the rows.
    bool comes_after() const {
        return loading == Loading::selectin || loading == Loading::subquery || loading == Loading::immediate;
    }
};

/// The columns of a model that inherits from a node's, beside the node's own.
struct KindPart {
    const Mapper* mapper;
    std::uint64_t columns;
    std::size_t column = 0;  ///< where they begin in a row
    Store* store = nullptr;
};

/// An entity of a query, or the targets of an eager relationship.
struct LoadNode {
    const Mapper* mapper = nullptr;
    sql::TableRef table;
    std::uint64_t columns = 0;  ///< those that are read
    std::size_t column = 0;     ///< where they begin in a row
    std::vector<LoadStep> steps;
    std::vector<KindPart> kinds;
    Store* store = nullptr;  ///< of the session that reads it; set by the loader

    /// Whether some collection comes in the rows, so that one object stands in several.
    bool multiplies() const;
    bool is_plain() const { return steps.empty() && kinds.empty() && columns == mapper->all(); }
    /// Whether nothing of it is its query's own, as what reads that query again would be, so that it may serve others.
    bool serves_others() const;
    std::vector<sql::Expression> selected() const;
    /// Where a column stands in a row.
    std::size_t place_of(const Attribute& attribute) const;
};

/// The query that is sent, and what its rows hold.
struct LoadPlan {
    std::vector<LoadNode> entities;   ///< of the parts that are entities, in order
    std::vector<std::size_t> values;  ///< where the single values stand
    sql::Select base;                 ///< without what eager loading adds
    sql::TableRef base_table;         ///< where it reads its first entity from
    sql::Select statement;
};

/// How targets were read by the keys of their owners: the next as many keys need no other statement.
struct KeptTargets {
    LoadPlan plan;  ///< without its entity: the targets themselves
    std::shared_ptr<const std::string> text;
    const engines::Dialect* dialect = nullptr;
    std::size_t keys = 0;
    sql::ValueKind kind = sql::ValueKind::null;  ///< of the keys
};

/// Which relationships may stand in the rows of the query itself; the others are read by IN, after them.
enum class InRows : std::uint8_t { all, single, none };

/// Calls `f` with the models that inherit whose columns are asked for. What a window is ordered by, and which rows an
/// aggregate takes, asks for nothing.
void for_each_kind(const sql::Expression& expression, FunctionRef<void(const Mapper&)> f);
/// What a query reads: its entities, and the models of single columns that it selects.
std::vector<Entity> entities_read(const sql::Select& statement, std::vector<Entity> entities);
/// Throws ArgumentError("foreign-loader-option") for an option that begins at no entity of the query. `along` is a
/// relationship that was touched and is being read: what leads back to its owner is not loaded with it, and the options
/// are what was said behind it.
LoadPlan make_load_plan(const sql::Select& statement, std::span<const RowPart> parts, std::span<const Entity> entities,
                        std::span<const LoadOption> options, const Relationship* along = nullptr,
                        InRows in_rows = InRows::all);
/// The same for targets that are read by a query of their own, which goes on with a node's steps. Beside each stands
/// the key of its owner: columns of this table.
LoadPlan continue_load_plan(const sql::Select& statement, LoadNode node, const sql::TableRef& key_table,
                            std::span<const Attribute* const> keys);
/// The criteria of a relationship that waited: `lazyload(User::c.bookmarks.and_(…))`. Those of models are not among
/// them.
Condition criteria_when_touched(std::span<const LoadOption> options);
/// A node for owners that are in memory, with this relationship to be read by IN, and what these options say behind it.
LoadNode plan_siblings(const Relationship& relationship, std::span<const LoadOption> options);

}  // namespace retort::orm
