// How what comes after the rows is read: by IN, by subquery, one by one.
#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "retort/orm/compile.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/loader.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/sql/sql.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {
namespace {

constexpr std::size_t keys_at_once = 500;  ///< in one IN, as SQLAlchemy's selectin

/// Keys of one column. Texts are compared themselves: two of one hash are two keys.
class AskedKeys {
  public:
    /// False when it was there before.
    bool add(const ValueView& key) {
        bool bytes = key.kind == sql::ValueKind::text || key.kind == sql::ValueKind::blob;
        return bytes ? texts_.insert(key.text()).second : words_.insert(key.integer).second;
    }

  private:
    std::unordered_set<std::int64_t> words_;
    std::unordered_set<std::string_view> texts_;
};

bool has_one_kind(std::span<const ValueView> keys, sql::ValueKind kind) {
    return std::all_of(keys.begin(), keys.end(), [&](const ValueView& key) { return key.kind == kind; });
}

/// Of relationships that are loaded for all siblings of an object, with nothing said about what is behind them. None
/// while one is loaded by it.
thread_local std::unordered_map<const Relationship*, std::optional<LoadPlan>> sibling_plans;

LoadPlan sibling_plan(const Relationship& relationship, std::span<const LoadOption> options) {
    if (options.empty()) {
        if (auto& kept = sibling_plans[&relationship]) return *std::exchange(kept, std::nullopt);
    }
    LoadPlan plan;
    plan.entities.push_back(plan_siblings(relationship, options));
    return plan;
}

}  // namespace

void Loader::load_siblings(SessionCore& session, const Relationship& relationship, std::span<void* const> owners,
                           std::span<const LoadOption> options) {
    Loader loader(session, sibling_plan(relationship, options));
    auto& later = loader.later_[0];
    for (void* owner : owners) {
        if (loader.begin_filling(*later.step, owner)) later.owners.push_back(owner);
    }
    loader.load_later(later);
    loader.finish(loader.waiting_);
    if (options.empty() && loader.plan_.entities[0].serves_others()) {
        sibling_plans[&relationship] = std::move(loader.plan_);
    }
}

void Loader::load_later(Later& later) {
    if (later.owners.empty()) return;
    if (later.step->loading == Loading::immediate) return session_.load_each(*later.step->relationship, later.owners);
    // The statement can be repeated as a subquery for the entities that it selects; below them the keys are named.
    const auto& relationship = *later.step->relationship;
    bool by_owners = relationship.is_custom() || relationship.is_composite();
    bool repeats = !by_owners && later.step->loading == Loading::subquery && later.of_root &&
                   plan_.entities.size() == 1 && later.step->criteria.is_empty();
    if (repeats) return load_by_subquery(later);
    bool parents = relationship.kind == RelationKind::many_to_one;
    std::span<void* const> owners = later.owners;
    for (std::size_t at = 0; at < owners.size(); at += keys_at_once) {
        auto some = owners.subspan(at, std::min(keys_at_once, owners.size() - at));
        if (by_owners) {
            load_by_owners(later, some);
        } else {
            parents ? load_parents(later, some) : load_children(later, some);
        }
    }
}

sql::Select Loader::targets_where(const LoadStep& step, sql::Expression condition) const {
    auto statement = sql::select({}).where(std::move(condition));
    if (!step.criteria.is_empty()) {
        const Mapper& target = *step.relationship->target;
        if (target.is_plain()) {
            statement = std::move(statement).where(step.criteria);
        } else {
            statement = std::move(statement).where(step.criteria_on(step.targets->table));
        }
    }
    auto order = step.relationship->order_in(step.targets->table);
    return order.empty() ? statement : std::move(statement).order_by(std::move(order));
}

// Those that the session knows need not be read.
void Loader::load_parents(const Later& later, std::span<void* const> owners) {
    const auto& step = *later.step;
    const auto& relationship = *step.relationship;
    Store& targets = session_.store_of(*relationship.target);
    bool all_known_will_do = step.targets->is_plain() && step.criteria.is_empty();
    std::vector<sql::Value> keys;
    AskedKeys asked;
    for (void* owner : owners) {
        ValueView key = session_.key_for(relationship, owner);
        if (key.is_null() || !asked.add(key)) continue;
        if (all_known_will_do && session_.find_known(targets, {&key, 1}) != nullptr) continue;
        keys.emplace_back(key);
    }
    if (!keys.empty()) {
        const auto& key = *relationship.referenced;
        auto column = key.in_table(step.targets->table);
        read_parents(later, targets_where(step, column.in_(std::move(keys))));
    }
    put_parents(later, owners);
}

void Loader::read_parents(const Later& later, const sql::Select& statement) {
    auto& node = *later.step->targets;
    Loader loader(session_, continue_load_plan(statement, std::move(node), {}, {}));
    loader.run([](auto&&, auto&&) {});
    node = std::move(loader.plan_.entities[0]);
}

void Loader::put_parents(const Later& later, std::span<void* const> owners) {
    const auto& relationship = *later.step->relationship;
    Store& targets = session_.store_of(*relationship.target);
    for (void* owner : owners) {
        ValueView key = session_.key_for(relationship, owner);
        if (!key.is_null()) put(*later.step, owner, session_.find_known(targets, {&key, 1}));
    }
}

/// A row's key as its object shows it: '2024-01-01' of a DATE column is a date.
std::span<const ValueView> Loader::shown_key(const Mapper& mapper, std::span<const ValueView> key) {
    shown_key_.assign(key.begin(), key.end());
    shown_texts_.resize(key.size());
    for (std::size_t i = 0; i < key.size(); ++i) {
        const auto* type = mapper.keys[i]->type;
        if (type->as_shown != nullptr) shown_key_[i] = type->as_shown(key[i], shown_texts_[i]);
    }
    return shown_key_;
}

void* Loader::owner_by_key(const Later& later, std::span<const ValueView> key) {
    bool integer = key.size() == 1 && key[0].kind == sql::ValueKind::integer;
    if (owner_ != nullptr && integer && owner_key_.integer == key[0].integer) return owner_;
    const Mapper& mapper = *later.node->mapper;
    const Store& owners = session_.store_of(mapper);
    if (mapper.integer_key == nullptr) return session_.find_known(owners, shown_key(mapper, key));
    void* owner = session_.find_known(owners, key);
    owner_ = integer ? owner : nullptr;
    owner_key_ = key[0];
    return owner;
}

// The key of the owner stands beside each target.
void Loader::put_targets(const Later& later, Loader& loader, engines::Connection& reader, std::string_view text,
                         std::span<const ValueView> values) {
    loader.once_ = false;
    owner_ = nullptr;
    loader.run(reader, text, values, [&](std::span<void* const> objects, std::span<const ValueView> key) {
        void* owner = key[0].is_null() ? nullptr : owner_by_key(later, key);
        if (owner != nullptr) put(*later.step, owner, objects[0]);
    });
    *later.step->targets = std::move(loader.plan_.entities[0]);
    loader.plan_.entities.clear();
}

// A statement for the targets. What asks for nothing but these keys is kept.
void Loader::read_targets(const Later& later, const sql::Select& statement, const sql::TableRef& key_table,
                          std::span<const Attribute* const> keys_beside, std::span<const ValueView> keys) {
    auto& step = *later.step;
    Loader loader(session_, continue_load_plan(statement, std::move(*step.targets), key_table, keys_beside));
    auto& reader = session_.transaction_for(loader.statement()).reader();
    auto compiled = compile_query(reader.dialect(), loader.statement());
    put_targets(later, loader, reader, compiled.text(), compiled.parameters());
    bool keeps = !keys.empty() && step.criteria.is_empty() && has_one_kind(keys, keys[0].kind) &&
                 keeps_order(keys, compiled.parameters()) && step.targets->serves_others();
    if (!keeps) return;
    step.kept = std::make_unique<KeptTargets>(
        KeptTargets{std::move(loader.plan_), compiled.shared_text(), &reader.dialect(), keys.size(), keys[0].kind});
}

// False when there is nothing for as many keys.
bool Loader::read_kept(const Later& later, std::span<const ValueView> keys) {
    auto& step = *later.step;
    if (step.kept == nullptr || step.kept->keys != keys.size() || !has_one_kind(keys, step.kept->kind)) return false;
    auto& reader = session_.transaction_for(step.kept->plan.statement.ref()).reader();
    if (&reader.dialect() != step.kept->dialect) return false;
    auto kept = std::move(step.kept);
    kept->plan.entities.push_back(std::move(*step.targets));
    Loader loader(session_, std::move(kept->plan));
    put_targets(later, loader, reader, *kept->text, keys);
    kept->plan = std::move(loader.plan_);
    step.kept = std::move(kept);
    return true;
}

void Loader::load_children(const Later& later, std::span<void* const> owners) {
    const auto& step = *later.step;
    const auto& relationship = *step.relationship;
    SpareVector<ValueView> keys;
    keys.reserve(owners.size());
    for (void* owner : owners) keys.push_back(session_.key_for(relationship, owner));
    each_once_ = relationship.secondary == nullptr && !step.targets->multiplies();
    if (!read_kept(later, keys)) read_children(later, keys);
    each_once_ = false;
}

void Loader::read_children(const Later& later, std::span<const ValueView> keys) {
    const auto& step = *later.step;
    const auto& relationship = *step.relationship;
    const auto& key = *relationship.foreign_key;
    auto key_table = relationship.secondary != nullptr ? relationship.secondary->table : step.targets->table;
    auto condition = key.in_table(key_table).in_(std::vector<sql::Value>(keys.begin(), keys.end()));
    auto statement = targets_where(step, std::move(condition));
    if (relationship.secondary != nullptr) {
        auto joins = relationship.joins(later.node->table, step.targets->table, key_table);
        statement = std::move(statement).select_from(key_table.join(step.targets->table, joins[1].on));
    }
    const Attribute* const keys_beside[] = {&key};
    read_targets(later, statement, key_table, keys_beside, keys);
}

// SELECT targets, owner's key FROM owners JOIN targets ON … WHERE owner's key IN …: whatever the condition is.
void Loader::load_by_owners(const Later& later, std::span<void* const> owners) {
    const auto& step = *later.step;
    const auto& relationship = *step.relationship;
    const auto table = relationship.owner->alias();
    sql::Expression wanted;
    for (void* owner : owners) {
        sql::Expression one;
        for (const auto* key : relationship.owner->keys) {
            auto value = sql::literal(sql::Value(key->view(owner)));
            auto column = key->in_table(table);
            one = std::move(one) && sql::Expression::compare(sql::Operator::eq, column, value);
        }
        wanted = wanted.is_empty() ? one : std::move(wanted) || one;
    }
    const auto between = relationship.secondary == nullptr ? sql::TableRef{} : relationship.secondary->table;
    sql::From from = table;
    for (auto& [joined, on] : relationship.joins(table, step.targets->table, between)) from = from.join(joined, on);
    read_targets(later, targets_where(step, std::move(wanted)).select_from(from), table, relationship.owner->keys);
}

// Whether the query gives each of its owners once, because it reads nothing but their table.
bool Loader::reads_only_base() const {
    const auto* core = plan_.base.core();
    if (core == nullptr || !core->froms.empty()) return false;
    bool only = true;
    for (const auto& condition : core->conditions) {
        sql::for_each_table(condition,
                            [&](const sql::NodeRef& table) { only = only && table.get() == plan_.base_table.node(); });
    }
    return only;
}

// SELECT targets FROM (the query itself, its keys alone) AS anon_1 JOIN targets.
void Loader::load_by_subquery(const Later& later) {
    const auto& step = *later.step;
    const auto& relationship = *step.relationship;
    bool parents = relationship.kind == RelationKind::many_to_one;
    const Attribute& own = parents ? *relationship.foreign_key : *relationship.referenced;
    const auto* core = plan_.base.core();
    bool limited = core != nullptr && (core->limit || core->offset);
    auto keys = plan_.base.with_only_columns({own.in_table(plan_.base_table)});
    if (!limited) keys = std::move(keys).without_order();
    if (parents) keys = std::move(keys).distinct();
    sql::TableRef anonymous{keys.subquery().ref()};
    auto statement = targets_where(step, {});
    std::vector<JoinStep> joins =
        relationship.joins(anonymous, step.targets->table,
                           relationship.secondary == nullptr ? sql::TableRef{} : relationship.secondary->table);
    sql::From from = anonymous;
    for (auto& [table, on] : joins) from = from.join(table, on);
    statement = std::move(statement).select_from(from);
    if (parents) {
        read_parents(later, statement);
        return put_parents(later, later.owners);
    }
    // The owner's key stands in the targets themselves, unless there is a table between.
    bool between = relationship.secondary != nullptr;
    const Attribute* const keys_beside[] = {between ? &own : relationship.foreign_key};
    const sql::TableRef key_table = between ? anonymous : step.targets->table;  // of its own: the node moves
    each_once_ = !between && !step.targets->multiplies() && reads_only_base();
    read_targets(later, statement, key_table, keys_beside);
    each_once_ = false;
}

}  // namespace retort::orm
