// How rows become objects with their relationships, and how what comes after the rows is read.
#include "retort/orm/loader.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "retort/orm/compile.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/sql/sql.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {
namespace {

constexpr std::size_t keys_at_once = 500;  ///< in one IN, as SQLAlchemy's selectin
constexpr std::size_t searched_items = 16;
constexpr std::size_t first_items = 8;  ///< room in a collection that is being read

/// What touching a relationship of an object shall do from now on.
std::uint8_t lazy_bits(Loading loading) {
    switch (loading) {
        case Loading::raise: return relation_raises;
        case Loading::raise_on_sql: return relation_raises_on_sql;
        case Loading::batch: return relation_batched;
        default: return relation_selects;
    }
}

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

}  // namespace

Loader::Loader(SessionCore& session, LoadPlan plan) : session_(session), plan_(std::move(plan)) {
    for (auto& node : plan_.entities) find_later(node, true);
    once_ = plan_.entities.size() == 1 && plan_.entities[0].multiplies();
    if (once_ && plan_.entities[0].mapper->integer_key != nullptr) {
        root_place_ = plan_.entities[0].place_of(*plan_.entities[0].mapper->integer_key);
        find_varying();
    }
}

// What the rows of one root tell apart, if that is one relationship: all others are read with its first row.
void Loader::find_varying() {
    const auto& root = plan_.entities[0];
    std::size_t count = 0;
    for (const auto& step : root.steps) {
        if (!step.in_row() || (step.relationship->is_one() && !step.targets->multiplies())) continue;
        varying_ = &step;
        ++count;
    }
    if (count != 1) {
        varying_ = nullptr;
        return;
    }
    bool from_target = !varying_->relationship->is_one() && varying_->relationship->secondary == nullptr;
    each_once_ = from_target && !varying_->targets->multiplies() && reads_only_base();
}

Loader::~Loader() {
    abandon(filling_);
    abandon(waiting_);
}

void Loader::find_later(LoadNode& node, bool root) {
    node.store = &session_.store_of(*node.mapper);
    for (auto& kind : node.kinds) kind.store = &session_.store_of(*kind.mapper);
    for (auto& step : node.steps) {
        if (step.comes_after()) later_.push_back({&step, &node, root, {}});
        if (step.in_row()) find_later(*step.targets, false);
    }
}

void Loader::run(SessionCore::RowSink sink) {
    auto& reader = session_.transaction_for(statement()).reader();
    auto compiled = compile_query(reader.dialect(), statement());
    run(reader, compiled.text(), compiled.parameters(), sink);
}

void Loader::run(engines::Connection& reader, std::string_view text, std::span<const ValueView> values,
                 SessionCore::RowSink sink) {
    const auto repeated = root_cells();
    run([&](auto row) { reader.each(text, values, row, repeated); }, sink);
}

// Of an object that stands in several rows, the first one is enough.
engines::RepeatedCells Loader::root_cells() const {
    if (!once_ || !plan_.values.empty()) return {};
    const auto& root = plan_.entities[0];
    if (root.mapper->integer_key == nullptr || !root.kinds.empty()) return {};
    return {root_place_, root.column, static_cast<std::size_t>(std::popcount(root.columns))};
}

void Loader::run(SessionCore::RowFeed feed, SessionCore::RowSink sink) {
    objects_.resize(plan_.entities.size());
    values_.resize(plan_.values.size());
    feed([&](std::span<const ValueView> row) { read_row(sink, row); });
    finish(filling_);
    each_once_ = false;
    for (auto& later : later_) load_later(later);
    finish(waiting_);
}

void Loader::read_row(SessionCore::RowSink& sink, std::span<const ValueView> row) {
    if (once_) {
        objects_[0] = read_root(row.data());
    } else {
        for (std::size_t i = 0; i < plan_.entities.size(); ++i) {
            objects_[i] = read_entity(plan_.entities[i], row.data());
        }
    }
    for (std::size_t i = 0; i < plan_.values.size(); ++i) values_[i] = row[plan_.values[i]];
    if (once_ && seen_before(objects_[0])) return;
    sink(objects_, values_);
}

bool Loader::seen_before(void* object) {
    if (object == newest_) return object != nullptr;
    newest_ = object;
    return object != nullptr && !seen_.insert(object).second;
}

/// Whether an object of this node has the relationship: of several kinds, some may not.
static bool has(const LoadNode& node, const LoadStep& step, void* object) {
    return !node.mapper->polymorphic || slab_of(object)->mapper->is_a(*step.relationship->owner);
}

// The rows of one object's collection mostly come one after the other.
void* Loader::read_root(const ValueView* row) {
    const auto& node = plan_.entities[0];
    const auto& key = row[root_place_];
    bool same = root_ != nullptr && key.kind == sql::ValueKind::integer && key.integer == root_key_;
    if (same) {
        if (varying_ == nullptr) {
            fill_all(node, root_, row);
        } else if (has(node, *varying_, root_)) {
            put(*varying_, root_, read_entity(*varying_->targets, row));
        }
        return root_;
    }
    void* object = read_entity(node, row);
    bool numbered = node.mapper->integer_key != nullptr && key.kind == sql::ValueKind::integer;
    root_ = numbered ? object : nullptr;
    root_key_ = key.integer;
    return object;
}

void* Loader::read_entity(const LoadNode& node, const ValueView* row) {
    void* object = session_.load_row(*node.store, row + node.column, node.columns);
    if (object != nullptr) {
        for (const auto& kind : node.kinds) {
            if (slab_of(object)->mapper->is_a(*kind.mapper))
                session_.read_into(*kind.store, object, row + kind.column, kind.columns);
        }
        fill_all(node, object, row);
    }
    return object;
}

void Loader::fill_all(const LoadNode& node, void* owner, const ValueView* row) {
    for (const auto& step : node.steps) {
        if (has(node, step, owner)) fill(step, owner, row);
    }
}

void Loader::fill(const LoadStep& step, void* owner, const ValueView* row) {
    if (step.in_row()) return put(step, owner, read_entity(*step.targets, row));
    if (step.comes_after()) {
        bool immediate = step.loading == Loading::immediate;
        if (!immediate && !begin_filling(step, owner)) return;
        if (immediate) session_.propagate_options(*step.relationship, owner, step.propagated);
        auto later = std::find_if(later_.begin(), later_.end(), [&](const Later& each) { return each.step == &step; });
        later->owners.push_back(owner);
        return;
    }
    auto& state = session_.relation_state(*step.relationship, owner);
    if ((state & relation_loaded) != 0) return;
    if (step.loading == Loading::noload) {
        state |= relation_loaded;
        return;
    }
    constexpr int all = relation_selects | relation_raises | relation_raises_on_sql | relation_batched;
    state = static_cast<std::uint8_t>((state & ~all) | lazy_bits(step.loading));
    session_.propagate_options(*step.relationship, owner, step.propagated);
}

// False when it was loaded before this query, or is being filled already.
bool Loader::begin_filling(const LoadStep& step, void* owner) {
    auto& state = session_.relation_state(*step.relationship, owner);
    if ((state & (relation_loaded | relation_filling)) != 0) return false;
    Filling filling{&step, owner, {}};
    if (!step.relationship->is_one()) {
        auto& many = SessionCore::many_of(*step.relationship, owner);
        filling.appended.swap(many.here().items);
        many.here().items.reserve(first_items);
    }
    (step.comes_after() ? waiting_ : filling_).push_back(std::move(filling));
    state |= relation_filling;
    return true;
}

void Loader::put(const LoadStep& step, void* owner, void* target) {
    const auto& relationship = *step.relationship;
    auto& state = session_.relation_state(relationship, owner);
    if ((state & relation_filling) == 0 && !begin_filling(step, owner)) return;
    if (target == nullptr) return;
    const auto* back = relationship.reverse;
    if (relationship.is_one()) {
        auto& one = SessionCore::one_of(relationship, owner);
        if (one.target_ == nullptr) one.target_ = target;
    } else {
        auto& items = SessionCore::many_of(relationship, owner).here().items;
        if (each_once_) {
            items.push_back(target);
        } else if (items.size() <= searched_items) {
            if (std::find(items.begin(), items.end(), target) != items.end()) return;
            items.push_back(target);
        } else {
            auto& known = large_[&items];
            if (known.empty()) known.insert(items.begin(), items.end());
            if (!known.insert(target).second) return;
            items.push_back(target);
        }
    }
    if (back == nullptr || !relationship.is_parent()) return;
    auto& one = SessionCore::one_of(*back, target);
    if (one.is_loaded()) return;
    one.target_ = owner;
    one.state_ |= relation_loaded;
}

void Loader::finish(std::vector<Filling>& fillings) noexcept {
    for (auto& [step, owner, appended] : fillings) {
        auto& state = session_.relation_state(*step->relationship, owner);
        if ((state & relation_filling) == 0) continue;
        state = static_cast<std::uint8_t>((state & ~relation_filling) | relation_loaded);
        if (appended.empty()) continue;
        auto& items = SessionCore::many_of(*step->relationship, owner).here().items;
        for (void* item : appended) {
            if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
        }
    }
    fillings.clear();
    large_.clear();
}

// A query that failed half-way leaves its relationships unread.
void Loader::abandon(std::vector<Filling>& fillings) noexcept {
    for (auto& [step, owner, appended] : fillings) {
        auto& state = session_.relation_state(*step->relationship, owner);
        if ((state & relation_filling) == 0) continue;
        state = static_cast<std::uint8_t>(state & ~relation_filling);
        if (step->relationship->is_one()) {
            SessionCore::one_of(*step->relationship, owner).target_ = nullptr;
        } else {
            SessionCore::many_of(*step->relationship, owner).here().items.swap(appended);
        }
    }
    fillings.clear();
}

// --- After the rows --------------------------------------------------------------------------------------------------

void Loader::load_siblings(SessionCore& session, const Relationship& relationship, std::span<void* const> owners,
                           std::span<const LoadOption> options) {
    LoadPlan plan;
    plan.entities.push_back(plan_siblings(relationship, options));
    Loader loader(session, std::move(plan));
    auto& later = loader.later_[0];
    for (void* owner : owners) {
        if (loader.begin_filling(*later.step, owner)) later.owners.push_back(owner);
    }
    loader.load_later(later);
    loader.finish(loader.waiting_);
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

void* Loader::owner_by_key(const Later& later, std::span<const ValueView> key) {
    bool integer = key.size() == 1 && key[0].kind == sql::ValueKind::integer;
    if (owner_ != nullptr && integer && owner_key_.integer == key[0].integer) return owner_;
    void* owner = session_.find_known(session_.store_of(*later.node->mapper), key);
    owner_ = integer ? owner : nullptr;
    owner_key_ = key[0];
    return owner;
}

// A statement for the targets, with the key of the owner beside each.
void Loader::read_targets(const Later& later, const sql::Select& statement, const sql::TableRef& key_table,
                          std::span<const Attribute* const> keys) {
    auto& node = *later.step->targets;
    Loader loader(session_, continue_load_plan(statement, std::move(node), key_table, keys));
    loader.once_ = false;
    owner_ = nullptr;
    loader.run([&](std::span<void* const> objects, std::span<const ValueView> values) {
        void* owner = values[0].is_null() ? nullptr : owner_by_key(later, values);
        if (owner != nullptr) put(*later.step, owner, objects[0]);
    });
    node = std::move(loader.plan_.entities[0]);
}

void Loader::load_children(const Later& later, std::span<void* const> owners) {
    const auto& step = *later.step;
    const auto& relationship = *step.relationship;
    std::vector<sql::Value> keys;
    for (void* owner : owners) keys.emplace_back(session_.key_for(relationship, owner));
    const auto& key = *relationship.foreign_key;
    auto key_table = relationship.secondary != nullptr ? relationship.secondary->table : step.targets->table;
    auto condition = key.in_table(key_table).in_(std::move(keys));
    auto statement = targets_where(step, std::move(condition));
    if (relationship.secondary != nullptr) {
        auto joins = relationship.joins(later.node->table, step.targets->table, key_table);
        statement = std::move(statement).select_from(key_table.join(step.targets->table, joins[1].on));
    }
    each_once_ = relationship.secondary == nullptr && !step.targets->multiplies();
    const Attribute* const keys_beside[] = {&key};
    read_targets(later, statement, key_table, keys_beside);
    each_once_ = false;
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
