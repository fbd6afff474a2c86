// How options and models become a plan.
#include "retort/orm/load_plan.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string>
#include <utility>

#include "retort/orm/load_checks.hpp"
#include "retort/orm/load_criteria.hpp"
#include "retort/orm/load_statement.hpp"
#include "retort/orm/selectable.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {
namespace {

/// What remains of an option below the node that is being planned.
struct Below {
    const LoadOption* option;
    std::size_t at;  ///< the step that speaks of the node's relationships; past the end: its columns are meant
};

/// The column of a model that an option names by a field of it, or of one above or below it; 0 when it has none.
std::uint64_t bit_of(const Mapper& mapper, const volatile void* field) {
    const Mapper& owner = mapper_at(field);
    if (!mapper.is_a(owner) && !owner.is_a(mapper)) return 0;
    const auto name = attribute_at(field).name;
    for (const auto& attribute : mapper.attributes) {
        if (attribute.name == name) return std::uint64_t{1} << attribute.index;
    }
    return 0;
}

std::uint64_t key_bits(const Mapper& mapper) {
    std::uint64_t bits = 0;
    for (const auto* key : mapper.keys) bits |= std::uint64_t{1} << key->index;
    return bits;
}

std::uint64_t undeferred(const Mapper& mapper, std::uint64_t columns) {
    for (const auto& attribute : mapper.attributes) {
        if (attribute.options.deferred) columns &= ~(std::uint64_t{1} << attribute.index);
    }
    return columns;
}

/// What the options leave of a model's columns; a choice that names none of them says nothing of it.
std::uint64_t chosen(std::uint64_t columns, const Mapper& mapper, std::span<const Below> options) {
    for (const auto& below : options) {
        for (const auto& choice : below.option->columns) {
            if (below.at != choice.at) continue;
            std::uint64_t bits = 0;
            for (const auto* field : choice.fields) bits |= bit_of(mapper, field);
            if (bits == 0) continue;
            switch (choice.choice) {
                case ColumnChoice::only: columns = bits; break;
                case ColumnChoice::defer: columns &= ~bits; break;
                case ColumnChoice::undefer: columns |= bits; break;
            }
        }
    }
    return columns;
}

/// Throws ArgumentError("foreign-loader-option") when an option names a column that neither the model has nor one of
/// the kinds which are read along.
void refuse_foreign_columns(const Mapper& mapper, std::span<const KindPart> kinds, std::span<const Below> options) {
    for (const auto& below : options) {
        for (const auto& choice : below.option->columns) {
            if (below.at != choice.at) continue;
            for (const auto* field : choice.fields) {
                const auto has = [&](const Mapper& model) { return bit_of(model, field) != 0; };
                if (has(mapper) ||
                    std::any_of(kinds.begin(), kinds.end(), [&](auto& kind) { return has(*kind.mapper); }))
                    continue;
                const std::string owner(mapper_at(field).name()), name(mapper.name());
                const bool is_kind = mapper_at(field).is_a(mapper);
                throw ArgumentError("foreign-loader-option"_code,
                                    "a loader option names " + owner + "." + std::string(attribute_at(field).name) +
                                        ", where " + name + " is loaded.",
                                    is_kind ? "load those columns along: with_polymorphic<" + owner + ">()"
                                            : "name columns of " + name);
            }
        }
    }
}

std::uint64_t chosen_columns(const Mapper& mapper, std::span<const Below> options) {
    std::uint64_t columns = chosen(undeferred(mapper, mapper.all()), mapper, options);
    if (mapper.discriminator != nullptr) columns |= std::uint64_t{1} << mapper.discriminator->index;
    return columns | key_bits(mapper);
}

/// Foreign keys that relationships of the node are found by must not be left out.
std::uint64_t needed_columns(const LoadNode& node) {
    std::uint64_t bits = 0;
    for (const auto& step : node.steps) {
        const auto& relationship = *step.relationship;
        if (relationship.kind == RelationKind::many_to_one && node.mapper->is_a(*relationship.owner)) {
            for (const auto& pair : step.relationship->pairs) bits |= std::uint64_t{1} << pair.foreign_key->index;
        }
    }
    return bits;
}

/// Each model below the node's that an option names, after those that it inherits from.
std::vector<KindPart> chosen_kinds(const Mapper& mapper, std::span<const Below> options) {
    std::vector<KindPart> kinds;
    auto wanted = [&](const Mapper& kind) {
        return std::any_of(options.begin(), options.end(), [&](const Below& below) {
            if (below.at != below.option->kinds_at) return false;
            return below.option->all_kinds || std::any_of(below.option->kinds.begin(), below.option->kinds.end(),
                                                          [&](const auto& named) { return named().is_a(kind); });
        });
    };
    for (const auto* kind : mapper.kinds) {
        if (kind == &mapper || !wanted(*kind)) continue;
        const auto own = kind->all() & ~kind->base->all() & ~kind->expressions;
        kinds.push_back({kind, chosen(undeferred(*kind, own), *kind, options) & own});
    }
    std::sort(kinds.begin(), kinds.end(), [](const KindPart& a, const KindPart& b) {
        auto left = a.mapper->levels.size(), right = b.mapper->levels.size();
        return left != right ? left < right : a.mapper->index < b.mapper->index;
    });
    return kinds;
}

/// Whether two relationships are one, which a model has from its base.
bool same_relationship(const Relationship& a, const Relationship& b) {
    return a.index == b.index && (a.owner->is_a(*b.owner) || b.owner->is_a(*a.owner));
}

bool is_eager(Loading loading) {
    return loading == Loading::joined || loading == Loading::selectin || loading == Loading::subquery ||
           loading == Loading::immediate;
}

// What a relationship that waits is loaded with when it is touched: what stands behind it, its own criteria, and those
// of models, which hold wherever their objects are loaded.
LoadOptions options_when_touched(std::span<const Below> below, const Condition& criteria,
                                 std::span<const LoadOption> of_query) {
    std::vector<LoadOption> options;
    for (const auto& [option, at] : below) {
        if (auto rest = option->behind(at)) options.push_back(std::move(*rest));
    }
    std::copy_if(of_query.begin(), of_query.end(), std::back_inserter(options),
                 [](auto& option) { return option.criteria_of != nullptr; });
    if (!criteria.is_empty()) options.push_back({.criteria = criteria});
    return options.empty() ? nullptr : std::make_shared<const std::vector<LoadOption>>(std::move(options));
}

class Planner {
  public:
    explicit Planner(std::span<const LoadOption> options = {}, const Relationship* along = nullptr,
                     InRows in_rows = InRows::all)
        : options_(options), along_(along), in_rows_(in_rows) {}
    /// Fills the node's columns and steps.
    void fill(LoadNode& node, std::vector<Below> options) {
        node.columns = chosen_columns(*node.mapper, options);
        node.kinds = chosen_kinds(*node.mapper, options);
        refuse_foreign_columns(*node.mapper, node.kinds, options);
        bool renamed = node.table.node() != node.mapper->table.node() && node.mapper->is_plain();
        if (renamed) node.columns &= ~node.mapper->expressions;
        for (const auto& relationship : node.mapper->relationships) {
            if (auto step = step_for(relationship, options); step.relationship != nullptr) {
                node.steps.push_back(std::move(step));
            }
        }
        fill_kinds(node, options);
        node.columns |= needed_columns(node);
        if (!way_.empty() && way_.back()->is_parent()) {
            for (const auto& pair : way_.back()->pairs) node.columns |= std::uint64_t{1} << pair.foreign_key->index;
        }
    }

  private:
    friend LoadNode orm::plan_siblings(const Relationship&, std::span<const LoadOption>);

    /// Relationships that models below the node's have of their own, where an option names them. They come after the
    /// rows, which need not have their columns.
    void fill_kinds(LoadNode& node, const std::vector<Below>& options) {
        for (const auto* kind : node.mapper->kinds) {
            for (std::size_t i = kind == node.mapper ? kind->relationships.size() : kind->base->relationships.size();
                 i < kind->relationships.size(); ++i) {
                auto step = step_for(kind->relationships[i], options, true);
                if (step.relationship != nullptr) node.steps.push_back(std::move(step));
            }
        }
    }

    LoadStep step_for(const Relationship& relationship, const std::vector<Below>& options, bool of_kind = false) {
        LoadStep step;
        step.loading = relationship.options.loading;
        step.innerjoin = relationship.options.innerjoin;
        bool given = false;
        std::vector<Below> below;
        for (const auto& option : options) {
            if (option.at >= option.option->steps.size()) continue;
            const auto& wanted = option.option->steps[option.at];
            bool all = wanted.field == nullptr;
            if (!all && !same_relationship(relationship_at(wanted.field), relationship)) continue;
            if (wanted.given && (all ? relationship.holds_objects() && !given : true)) {
                step.loading = wanted.loading;
                step.contains_eager = wanted.contains_eager;
                step.contained = wanted.contained;
                step.innerjoin |= wanted.innerjoin;
                if (!wanted.criteria.is_empty()) step.criteria = wanted.criteria;
                given |= !all;
            }
            if (!all) below.push_back({option.option, option.at + 1});
        }
        bool by_itself = !given && below.empty();
        const bool plain = by_itself && !has_model_criteria(options_);
        if (of_kind && plain) return {};
        bool repeats = step.loading == Loading::joined || step.loading == Loading::subquery;
        if (of_kind && repeats) step.loading = Loading::selectin;
        if (repeats && !may_repeat(step, relationship)) step.loading = Loading::selectin;
        if (plain && (step.loading == relationship.options.loading) && !relationship.is_eager()) return {};
        if (!relationship.holds_objects()) return {};
        bool back = was_on_the_way(relationship) || leads_back(relationship) || leads_back_to_owner(step, relationship);
        if (by_itself && is_eager(step.loading) && back) return {};
        step.relationship = &relationship;
        if (!is_eager(step.loading) || step.loading == Loading::immediate) {
            step.propagated = options_when_touched(below, step.criteria, options_);
        }
        step.criteria = step.criteria && criteria_for(*relationship.target, options_);
        if (is_eager(step.loading)) plan_targets(step, std::move(below));
        return step;
    }

    bool may_repeat(const LoadStep& step, const Relationship& relationship) const {
        if (in_rows_ == InRows::none) return false;
        return in_rows_ == InRows::all || step.contains_eager || relationship.is_one() ||
               step.loading == Loading::subquery;
    }
    // The other side of the relationship that led here is in memory already.
    bool leads_back(const Relationship& relationship) const {
        const Relationship* from = way_.empty() ? along_ : way_.back();
        return from != nullptr && from->reverse == &relationship && relationship.is_one();
    }
    // The owner of what was touched is in memory; others like it were not asked for.
    bool leads_back_to_owner(const LoadStep& step, const Relationship& relationship) const {
        if (along_ == nullptr || !way_.empty() || !along_->owner->is_a(*relationship.target)) return false;
        if (step.loading == Loading::immediate) return along_->options.loading == Loading::immediate;
        return step.loading == Loading::selectin || step.loading == Loading::subquery;
    }
    // What eagerly loads itself would go on for ever; and what led here is not asked for again from its other end.
    bool was_on_the_way(const Relationship& relationship) const {
        const Mapper* target = relationship.target;
        return std::any_of(way_.begin(), way_.end(), [&](const Relationship* step) {
            return step == &relationship ||
                   (relationship.owner != target && (step->owner == target || step->target == target));
        });
    }

    void plan_targets(LoadStep& step, std::vector<Below> below) {
        const Mapper& target = *step.relationship->target;
        step.targets = std::make_unique<LoadNode>();
        step.targets->mapper = &target;
        bool aliased = step.in_row() && !step.contains_eager;
        bool renamed = aliased || (!target.is_plain() && !step.contains_eager);
        step.targets->table = step.contained != nullptr ? contained_table(step)
                              : renamed                 ? target.alias()
                                                        : target.table;
        way_.push_back(step.relationship);
        fill(*step.targets, std::move(below));
        way_.pop_back();
    }

    std::span<const LoadOption> options_;  ///< of the whole query
    const Relationship* along_;
    InRows in_rows_;
    std::vector<const Relationship*> way_;  ///< the relationships above
};

bool is_limited(const sql::Select& statement) {
    const auto* core = statement.core();
    return core != nullptr && (core->limit || core->offset || core->distinct || !core->group_by.empty());
}

}  // namespace

sql::Expression LoadStep::criteria_on(const sql::TableRef& targets) const {
    return those_of(*relationship->target, criteria, targets);
}

bool LoadNode::multiplies() const {
    return std::any_of(steps.begin(), steps.end(), [](const LoadStep& step) {
        return step.in_row() && ((!step.relationship->is_one()) || step.targets->multiplies());
    });
}

bool LoadNode::serves_others() const {
    if (table.is_empty() || mapper->polymorphic || !kinds.empty()) return false;
    return std::all_of(steps.begin(), steps.end(), [](const LoadStep& step) {
        return step.loading != Loading::subquery && step.criteria.is_empty() &&
               (step.targets == nullptr || step.targets->serves_others());
    });
}

std::size_t LoadNode::place_of(const Attribute& attribute) const {
    auto before = columns & ((std::uint64_t{1} << attribute.index) - 1);
    return column + static_cast<std::size_t>(std::popcount(before));
}

std::vector<sql::Expression> LoadNode::selected() const {
    std::vector<sql::Expression> expressions;
    for (const auto& attribute : mapper->attributes) {
        if ((columns >> attribute.index & 1) != 0) {
            bool own = table.node() == mapper->table.node();
            expressions.push_back(own ? attribute.selected() : attribute.in_table(table));
        }
    }
    return expressions;
}

namespace {

bool needs_wrap(const LoadNode& node) {
    return std::any_of(node.steps.begin(), node.steps.end(), [](const LoadStep& step) {
        if (!step.in_row()) return false;
        return (!step.contains_eager && !step.relationship->is_one()) || needs_wrap(*step.targets);
    });
}

/// Whether objects come from joins that the query has itself: outside of a subquery nobody could name them.
bool has_contained(const LoadNode& node) {
    return std::any_of(node.steps.begin(), node.steps.end(), [](const LoadStep& step) {
        return step.in_row() && (step.contains_eager || has_contained(*step.targets));
    });
}

}  // namespace

LoadPlan make_load_plan(const sql::Select& statement, std::span<const RowPart> parts, std::span<const Entity> entities,
                        std::span<const LoadOption> options, const Relationship* along, InRows in_rows) {
    configure_mappers();
    if (along == nullptr) refuse_foreign(options, parts, entities);
    LoadPlan plan;
    plan.base = with_criteria(statement, parts, entities, options);
    if (!entities.empty()) plan.base_table = entities[0].table;
    std::size_t next = 0;
    bool wraps = false, contains = false;
    for (const auto& part : parts) {
        if (part.mapper == nullptr) continue;
        const Entity& entity = entities[next++];
        LoadNode node;
        node.mapper = part.mapper;
        node.table = entity.table;
        std::vector<Below> here;
        for (const auto& option : options) {
            if (along != nullptr || begins_at(option, entity)) here.push_back({&option, 0});
        }
        Planner(options, along, in_rows).fill(node, std::move(here));
        if (along == nullptr) require_contained(plan.base, node);
        wraps |= needs_wrap(node);
        contains |= has_contained(node);
        plan.entities.push_back(std::move(node));
    }
    wraps = wraps && is_limited(statement);
    // Of one model the query becomes a subquery; of several things it stays as it is, without the collections.
    if (wraps && (parts.size() != 1 || contains)) {
        return make_load_plan(statement, parts, entities, options, along, InRows::single);
    }
    LoadStatement adding(plan.base);
    for (const auto& node : plan.entities) {
        if (node.table.node() == node.mapper->table.node()) adding.join_kinds(node);
    }
    if (wraps) adding.wrap(plan.entities[0]);
    const auto columns = selected_columns(statement);
    std::size_t column = 0;
    next = 0;
    for (const auto& part : parts) {
        if (part.mapper != nullptr) {
            adding.add_columns(plan.entities[next++]);
        } else {
            plan.values.push_back(adding.add_value(columns[column]));
        }
        column += part.width;
    }
    for (auto& node : plan.entities) adding.join(node);
    plan.statement = adding.finish();
    return plan;
}

Condition criteria_when_touched(std::span<const LoadOption> options) {
    Condition all;
    for (const auto& option : options) {
        if (option.steps.empty() && option.criteria_of == nullptr) all = all && option.criteria;
    }
    return all;
}

LoadNode plan_siblings(const Relationship& relationship, std::span<const LoadOption> options) {
    LoadNode node;
    node.mapper = relationship.owner;
    node.table = relationship.owner->table;
    node.columns = node.mapper->all();
    LoadStep step;
    step.relationship = &relationship;
    step.loading = Loading::selectin;
    step.criteria = criteria_when_touched(options) && criteria_for(*relationship.target, options);
    std::vector<Below> below;
    for (const auto& option : options) below.push_back({&option, 0});
    Planner(options).plan_targets(step, std::move(below));
    node.steps.push_back(std::move(step));
    return node;
}

LoadPlan continue_load_plan(const sql::Select& statement, LoadNode node, const sql::TableRef& key_table,
                            std::span<const Attribute* const> keys) {
    LoadPlan plan;
    plan.base = statement;
    plan.base_table = node.table;
    plan.entities.push_back(std::move(node));
    auto& targets = plan.entities[0];
    LoadStatement adding(statement);
    adding.add_columns(targets);
    for (const auto* key : keys) {
        bool read_anyway = key_table.node() == targets.table.node();
        plan.values.push_back(read_anyway ? targets.place_of(*key) : adding.add_value(key->in_table(key_table)));
    }
    adding.join(targets);
    plan.statement = adding.finish();
    return plan;
}

}  // namespace retort::orm
