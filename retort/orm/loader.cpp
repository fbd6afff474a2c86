// How rows become objects with their relationships.
#include "retort/orm/loader.hpp"

#include <algorithm>
#include <bit>
#include <string_view>
#include <utility>

#include "retort/orm/compile.hpp"
#include "retort/orm/relationship.hpp"

namespace retort::orm {
namespace {

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

// As long as each key is greater than the one before, no object comes again, and nothing is looked up.
bool Loader::seen_before(void* object) {
    if (object == newest_) return object != nullptr;
    newest_ = object;
    if (object == nullptr) return false;
    if (ascending_) {
        ascending_ = root_ != nullptr && (ascended_.empty() || root_key_ > greatest_key_);
        if (ascending_) {
            if (ascended_.empty()) ascended_.reserve(first_items);
            ascended_.push_back(object);
            greatest_key_ = root_key_;
            return false;
        }
        seen_.insert(ascended_.begin(), ascended_.end());
    }
    return !seen_.insert(object).second;
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
    auto& fillings = step.comes_after() ? waiting_ : filling_;
    if (fillings.empty()) fillings.reserve(first_items);
    fillings.push_back(std::move(filling));
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

void Loader::finish(SpareVector<Filling>& fillings) noexcept {
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
void Loader::abandon(SpareVector<Filling>& fillings) noexcept {
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

}  // namespace retort::orm
