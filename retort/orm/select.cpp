// The erased part of typed queries: what they select and how they join.
#include "retort/orm/select.hpp"

#include <algorithm>
#include <utility>

#include "retort/orm/load_plan.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {

SelectCore::SelectCore() : whole_(new Whole) {}
SelectCore::SelectCore(const SelectCore& other)
    : options(other.options),
      execution(other.execution),
      along(other.along),
      by_name(other.by_name),
      begin_(other.begin_),
      noted_count_(other.noted_count_),
      noted_order_(other.noted_order_),
      whole_(other.whole_ ? new Whole(*other.whole_) : nullptr) {
    std::copy_n(other.noted_, noted_count_, noted_);
}
SelectCore::SelectCore(SelectCore&& other) noexcept = default;
SelectCore& SelectCore::operator=(const SelectCore& other) { return *this = SelectCore(other); }
SelectCore& SelectCore::operator=(SelectCore&& other) noexcept = default;
SelectCore::~SelectCore() = default;

// A model's restriction has values of its own, which must come before those of the conditions.
SelectCore::SelectCore(const SelectCore* begin) : begin_(begin) {
    if (begin->whole_->restricted != nullptr) own();
}

sql::Select SelectCore::statement() const {
    sql::Select all = whole().statement;
    for (const auto& condition : noted()) all = std::move(all).where(condition);
    if (!noted_order_.empty()) all = std::move(all).order_by(noted_order_);
    return all;
}

SelectCore::Whole& SelectCore::own() {
    if (begin_ != nullptr) {
        whole_ = std::make_unique<Whole>(*begin_->whole_);
        whole_->statement = statement();
        begin_ = nullptr;
        for (; noted_count_ > 0; --noted_count_) noted_[noted_count_ - 1] = {};
        noted_order_.clear();
    }
    return *whole_;
}

void SelectCore::where(Condition condition) {
    if (condition.is_empty()) return;
    if (begin_ != nullptr && noted_count_ < most_noted) {
        noted_[noted_count_++] = std::move(condition);
    } else {
        set_statement(take_statement().where(std::move(condition)));
    }
}

// A name would be taken for a value where a query is looked up by its shape.
void SelectCore::order_by(std::vector<sql::Expression> terms) {
    std::erase_if(terms, [](const sql::Expression& term) { return term.is_empty(); });
    if (terms.empty()) return;
    const bool has_names = std::any_of(terms.begin(), terms.end(), &sql::is_name);
    if (begin_ != nullptr && noted_order_.empty() && !has_names) {
        noted_order_ = std::move(terms);
    } else {
        set_statement(take_statement().order_by(std::move(terms)));
    }
}

sql::Select SelectCore::take_statement() { return std::move(own().statement); }
void SelectCore::set_statement(sql::Select statement) { own().statement = std::move(statement); }
void SelectCore::set_parts(std::vector<RowPart> parts) { own().parts = std::move(parts); }
void SelectCore::add_part(RowPart part) { own().parts.push_back(part); }

void SelectCore::add_entity(const Entity& entity) {
    auto& all = own();
    bool own = entity.table.node() == entity.mapper->table.node();
    bool listed = own && !entity.mapper->column_list.is_empty();
    auto columns = listed ? std::vector<sql::Expression>{entity.mapper->column_list}
                   : own  ? entity.mapper->columns()
                          : entity.mapper->columns(entity.table);
    auto width = listed ? entity.mapper->attributes.size() : columns.size();
    auto selected =
        std::count_if(all.parts.begin(), all.parts.end(), [](const RowPart& part) { return part.mapper != nullptr; });
    all.parts.push_back({entity.mapper, static_cast<std::uint32_t>(width)});
    set_statement(take_statement().add_columns(std::move(columns)));
    if (own && !entity.mapper->is_plain()) restrict_to(*entity.mapper);
    all.entities.insert(all.entities.begin() + selected, entity);
}

std::span<const SelectCore::Restricted> SelectCore::restricted() const {
    const auto& known = whole().restricted;
    return known == nullptr ? std::span<const Restricted>() : *known;
}

// Where the rows of a model stand that inherits from another, and which of them are its.
void SelectCore::restrict_to(const Mapper& mapper) {
    auto& all = own();
    const auto known = restricted();
    bool there =
        comes_along(mapper) ||
        std::any_of(known.begin(), known.end(), [&](const Restricted& each) { return each.mapper == &mapper; }) ||
        std::any_of(all.entities.begin(), all.entities.end(), [&](const Entity& each) {
            return each.table.node() == each.mapper->table.node() && each.mapper->is_a(mapper);
        });
    if (there) return;
    auto condition = mapper.restriction();
    std::vector<Restricted> more(known.begin(), known.end());
    more.push_back({&mapper, condition.ref()});
    all.restricted = std::make_shared<const std::vector<Restricted>>(std::move(more));
    set_statement(take_statement().select_from(mapper.source).where(std::move(condition)));
}

bool SelectCore::comes_along(const Mapper& kind) const {
    bool named = std::any_of(options.begin(), options.end(), [&](const LoadOption& option) {
        return option.kinds_at == 0 &&
               (option.all_kinds || std::any_of(option.kinds.begin(), option.kinds.end(),
                                                [&](const auto& each) { return each().is_a(kind); }));
    });
    return named && std::any_of(entities().begin(), entities().end(), [&](const Entity& each) {
               bool own = each.table.node() == each.mapper->table.node();
               return own && each.mapper != &kind && kind.is_a(*each.mapper);
           });
}

void SelectCore::add_option(LoadOption option) {
    const bool of_kinds = option.all_kinds || !option.kinds.empty();
    options.push_back(std::move(option));
    if (!of_kinds) return;
    const auto known = whole().restricted;  // kept, while some are taken out
    for (const auto& [kind, condition] : restricted()) {
        if (comes_along(*kind)) release({kind, kind->table});
    }
}

void SelectCore::release(const Entity& target) {
    if (target.mapper->is_plain() || target.table.node() != target.mapper->table.node()) return;
    const auto of_target = [&](const Restricted& each) { return each.mapper == target.mapper; };
    const auto known = restricted();
    const auto found = std::find_if(known.begin(), known.end(), of_target);
    if (found == known.end()) return;
    auto& all = own();
    const auto* core = all.statement.core();
    if (core == nullptr) return;
    auto* select = new sql::SelectNode(*core);
    auto from = std::find_if(select->froms.begin(), select->froms.end(),
                             [&](const auto& each) { return each.get() == target.mapper->source.node(); });
    if (from != select->froms.end()) select->froms.erase(from);
    std::erase_if(select->conditions, [&](const auto& each) { return each.node() == found->condition.get(); });
    all.statement = sql::Select(sql::NodeRef(select));
    std::vector<Restricted> left(known.begin(), known.end());
    std::erase_if(left, of_target);
    all.restricted = left.empty() ? nullptr : std::make_shared<const std::vector<Restricted>>(std::move(left));
}

void SelectCore::add_field(const volatile void* field) {
    add_column(detail::column_of(field));
    Entity entity = entity_at(field);
    const Attribute& attribute = attribute_at(field);
    if (attribute.column_name != attribute.name) own().parts.back().name = attribute.name;
    bool own = entity.table.node() == entity.mapper->table.node();
    if (own && !entity.mapper->is_plain()) restrict_to(*entity.mapper);
}

void SelectCore::add_column(const sql::Expression& expression) {
    add_part(value_part(expression));
    set_statement(take_statement().add_columns({expression}));
}

namespace {

void look_for_kinds(const sql::Expression& expression, FunctionRef<void(const Mapper&)> f, int depth) {
    const sql::Node* node = expression.node();
    if (node == nullptr) return;
    if (depth > sql::deepest_expression) sql::throw_too_deep();
    if (const auto* over = sql::node_cast<sql::OverNode>(node)) return look_for_kinds(over->function, f, depth + 1);
    if (const auto* filter = sql::node_cast<sql::FilterNode>(node)) {
        return look_for_kinds(filter->function, f, depth + 1);
    }
    const auto* column = sql::node_cast<sql::ColumnNode>(node);
    if (column != nullptr && column->entity != nullptr) return f(*static_cast<const Mapper*>(column->entity));
    sql::for_each_part(*node, [&](const sql::Expression& part) { look_for_kinds(part, f, depth + 1); });
}

}  // namespace

void for_each_kind(const sql::Expression& expression, FunctionRef<void(const Mapper&)> f) {
    look_for_kinds(expression, f, 0);
}

void SelectCore::add_value(const sql::Expression& expression) {
    add_column(expression);
    for_each_kind(expression, [&](const Mapper& kind) { restrict_to(kind); });
}

void SelectCore::add_from(const Entity& entity) {
    auto& all = own();
    bool own = entity.table.node() == entity.mapper->table.node();
    if (own && !entity.mapper->is_plain()) {
        restrict_to(*entity.mapper);
    } else {
        set_statement(take_statement().select_from(entity.table));
    }
    all.entities.push_back(entity);
}

void SelectCore::clear_columns() {
    set_statement(take_statement().with_only_columns({}));
    own().parts.clear();
    options.clear();
}

void SelectCore::keep_from() {
    auto& all = own();
    const auto& select = *all.statement.core();
    if (all.entities.empty() || !select.froms.empty()) return;
    bool mentions = false;  // within a query of its own, as any() is one, a table is not this query's
    for (const auto* parts : {&select.columns, &select.conditions}) {
        for (const auto& part : *parts) sql::for_each_table(part, [&](const sql::NodeRef&) { mentions = true; });
    }
    if (!mentions) set_statement(take_statement().select_from(all.entities[0].table));
}

void SelectCore::join_from(const sql::From& target, const Condition& on, JoinKind kind) {
    auto joined = take_statement();
    set_statement(kind == JoinKind::inner ? std::move(joined).join(target, on)
                                          : std::move(joined).outerjoin(target, on, kind == JoinKind::full));
}

namespace {

/// Where an entity's rows stand, and which of those there are its.
struct EntityRows {
    sql::From from;
    Condition meant;
};
EntityRows entity_rows(const Entity& entity) {
    bool inherits = entity.table.node() == entity.mapper->table.node() && !entity.mapper->is_plain();
    if (!inherits) return {entity.table, {}};
    return {entity.mapper->source, Condition(entity.mapper->restriction())};
}

/// A join of a model with itself needs a second name for its table.
[[noreturn]] void refuse_itself(const Mapper& mapper) {
    std::string name(mapper.name());
    throw ArgumentError("join-with-itself"_code, name + " is joined with itself, and nothing tells the two apart.",
                        "give one of them a name: using Other = aliased<" + name + ", \"other\">, then join<Other>(…)");
}

bool is_joined(const sql::SelectNode& select, const sql::Node* table) {
    return std::any_of(select.froms.begin(), select.froms.end(),
                       [&](const auto& from) { return sql::from_contains(from.get(), table); });
}

/// Whether something in FROM is made of nothing but tables that a model's rows stand in.
bool is_within(const sql::Node* from, const Mapper& mapper) {
    if (const auto* join = sql::node_cast<sql::JoinNode>(from)) {
        return is_within(join->left.get(), mapper) && is_within(join->right.get(), mapper);
    }
    return std::any_of(mapper.levels.begin(), mapper.levels.end(),
                       [&](const Mapper* level) { return sql::same_from(from, level->table.node()); });
}

/// A model's rows cannot be joined to nothing but other rows of its tables, by their names.
void require_other_side(const sql::Select& statement, const Entity& target, const Condition& on) {
    const Mapper& mapper = *target.mapper;
    const auto* select = statement.core();
    if (select == nullptr || target.table.node() != mapper.table.node()) return;
    bool own = false, other = false;
    auto look = [&](const sql::NodeRef& from) { (is_within(from.get(), mapper) ? own : other) = true; };
    for (const auto& from : select->froms) look(from);
    for (const auto& column : select->columns) sql::for_each_table(column, look);
    sql::for_each_table(on, look);
    if (own && !other) refuse_itself(mapper);
}

/// What is joined begins at a model that the query reads.
void require_begin(const sql::Select& statement, const Entity& begin, const Relationship& relationship) {
    const auto* select = statement.core();
    if (select == nullptr) return;
    const bool own = begin.table.node() == begin.mapper->table.node();
    bool others = false, found = false;
    auto look = [&](const sql::NodeRef& from) {
        others = true;
        found = found || sql::from_contains(from.get(), begin.table.node());
        if (!own) return;
        for (const Mapper* level : begin.mapper->levels)
            found = found || sql::from_contains(from.get(), level->table.node());
    };
    for (const auto& from : select->froms) look(from);
    for (const auto& column : select->columns) sql::for_each_table(column, look);
    for (const auto& condition : select->conditions) sql::for_each_table(condition, look);
    if (found || !others) return;
    std::string name(begin.mapper->name());
    throw ArgumentError(
        "foreign-join"_code,
        name + "." + std::string(relationship.name) + " is joined, but " + name + " is not in the query.",
        "begin at what is selected, or bring it in before: join<" + name + ">(…)");
}

}  // namespace

void SelectCore::join_target(const Entity& target, const Condition& on, JoinKind kind) {
    release(target);
    require_other_side(whole().statement, target, on);
    auto [right, meant] = entity_rows(target);
    join_from(right, on && meant, kind);
    own().entities.push_back(target);
}

namespace {

/// `parent.id = child.parent_id` for the one foreign key that `child` has to `parent`.
Condition condition_between(const Entity& child, const Entity& parent, int& found) {
    Condition condition;
    for (const auto& attribute : child.mapper->attributes) {
        if (attribute.options.foreign_key.target == nullptr) continue;
        if (!parent.mapper->is_a(attribute.options.foreign_key.target())) continue;
        ++found;
        const auto& key = *parent.mapper->keys[0];
        condition =
            sql::Expression::compare(sql::Operator::eq, key.in_table(parent.table), attribute.in_table(child.table));
    }
    return condition;
}

/// The model's table, or an alias of it, as an entity; without a mapper for what is no model's.
Entity entity_in(const sql::NodeRef& table) {
    const sql::Node* model = table.get();
    if (const auto* alias = sql::node_cast<sql::AliasNode>(model)) model = alias->element.get();
    for (const auto* mapper : enrolled_models()) {
        bool first = mapper->base == nullptr || mapper->base->table.node() != model;
        if (first && mapper->table.node() == model) return {mapper, sql::TableRef{table}};
    }
    return {};
}

}  // namespace

std::vector<Entity> entities_read(const sql::Select& statement, std::vector<Entity> entities) {
    for (const auto& column : statement.core()->columns) {
        sql::for_each_table(column, [&](const sql::NodeRef& table) {
            bool known = std::any_of(entities.begin(), entities.end(),
                                     [&](const Entity& each) { return each.table.node() == table.get(); });
            if (known) return;
            if (auto entity = entity_in(table); entity.mapper != nullptr) entities.push_back(std::move(entity));
        });
    }
    return entities;
}

void SelectCore::join_relationship(const volatile void* field, JoinKind kind, const Condition& also,
                                   const Entity& target) {
    configure_mappers();
    Entity from = entity_at(field);
    const auto& relationship = relationship_at(field);
    Entity to = target.mapper == nullptr ? Entity{relationship.target, relationship.target->table} : target;
    require_target(relationship, *to.mapper);
    if (from.table.node() == to.table.node()) refuse_itself(*to.mapper);
    require_begin(statement(), from, relationship);
    release(to);
    sql::TableRef between;
    if (relationship.secondary != nullptr) {
        between = relationship.secondary->table;
        if (is_joined(*whole().statement.core(), between.node())) between = between.alias();
    }
    const bool own = to.table.node() == to.mapper->table.node();
    auto joins = relationship.joins(from.table, own ? relationship.target->table : to.table, between);
    auto on = Condition(joins.back().on) && also;
    if (joins.size() == 1) return join_target(to, on, kind);
    if (kind == JoinKind::inner) {
        join_from(joins[0].table, joins[0].on, kind);
        return join_target(to, on, kind);
    }
    // Only rows between that have a target count: otherwise each of the others would give a row of its own.
    auto [right, meant] = entity_rows(to);
    join_from(joins[0].table.join(right, on && meant), joins[0].on, kind);
    this->own().entities.push_back(to);
}

void SelectCore::join_by_key(const Entity& target, JoinKind kind) {
    int found = 0;
    Condition on;
    bool itself = false;
    for (const auto& from : entities_read(whole().statement, entities())) {
        // It may be selected already: the join is what brings its rows.
        if (from.table.node() == target.table.node()) {
            itself = true;
            continue;
        }
        if (auto one = condition_between(target, from, found); !one.is_empty()) on = one;
        if (from.mapper == target.mapper) continue;
        if (auto one = condition_between(from, target, found); !one.is_empty()) on = one;
    }
    std::string name(target.mapper->name());
    if (found == 0 && itself) refuse_itself(*target.mapper);
    if (found == 0) {
        throw NoForeignKeysError("no-foreign-keys"_code,
                                 "nothing that is selected has a foreign key to or from " + name + ".",
                                 "give the condition: join<" + name + ">(… == …)");
    }
    if (found > 1) {
        throw AmbiguousForeignKeysError("ambiguous-foreign-keys"_code,
                                        "there are several foreign keys to join " + name + " by.",
                                        "give the condition: join<" + name + ">(… == …)");
    }
    join_target(target, on, kind);
}

}  // namespace retort::orm
