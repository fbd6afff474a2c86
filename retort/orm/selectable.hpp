// Selectable: what gives rows whose types are known: a select, a union, SQL text; as a query or within another one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/base/owned.hpp"
#include "retort/orm/errors.hpp"
#include "retort/orm/load_options.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/operators.hpp"
#include "retort/orm/printing.hpp"
#include "retort/orm/ptr.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/sql/select.hpp"

namespace retort {

template <class... Row>
class Subquery;
template <class... Row>
class Compound;

/// How a query is run.
struct ExecutionOptions {
    std::uint32_t yield_per = 0;     ///< how many rows `session.stream` has in memory at once; 0: a thousand
    bool populate_existing = false;  ///< objects that the session knows get what the rows have, changed or not
    bool autoflush = true;           ///< false: does not write out first what waits in the session
};

namespace orm {

enum class JoinKind : std::uint8_t { inner, left, full };

/// The erased part of a typed query.
class SelectCore {
  public:
    SelectCore();
    /// Begins as a query that is made once and lives as long as the program. Conditions and an order are only noted
    /// beside it, so that the commonest query is neither copied nor built before its text is found.
    explicit SelectCore(const SelectCore* begin);
    SelectCore(const SelectCore& other);
    SelectCore(SelectCore&& other) noexcept;
    SelectCore& operator=(const SelectCore& other);
    SelectCore& operator=(SelectCore&& other) noexcept;
    ~SelectCore();

    std::vector<LoadOption> options;
    ExecutionOptions execution;
    const Relationship* along = nullptr;  ///< whose objects it reads because it was touched
    bool by_name = false;                 ///< SQL text whose columns are found by their names

    sql::Select statement() const;
    /// Whether it is a SELECT of its own, no union and no SQL text.
    bool is_select() const { return whole().statement.core() != nullptr; }
    const std::vector<RowPart>& parts() const { return whole().parts; }
    /// What can be joined from, in order; those that are selected first.
    const std::vector<Entity>& entities() const { return whole().entities; }
    /// The query that this one began as, when nothing but conditions was added; else null.
    const SelectCore* begin() const { return noted_order_.empty() ? begin_ : nullptr; }
    std::span<const Condition> noted() const { return {noted_, noted_count_}; }
    /// What the conditions and the order are noted beside; null for a query with a statement of its own.
    const SelectCore* noted_beside() const { return begin_; }
    std::span<const sql::Expression> noted_order() const { return noted_order_; }

    void add_option(LoadOption option);
    /// An empty condition changes nothing.
    void where(Condition condition);
    void order_by(std::vector<sql::Expression> terms);
    void set_statement(sql::Select statement);
    /// The statement, to be changed and set again.
    sql::Select take_statement();
    void set_parts(std::vector<RowPart> parts);
    /// One more value in each row.
    void add_part(RowPart part = {});
    void add_entity(const Entity& entity);
    void add_column(const sql::Expression& expression);
    /// An expression that is asked for: columns of models that inherit say in it which rows are meant.
    void add_value(const sql::Expression& expression);
    /// A column of a model, by where it stands in the model's `c`.
    void add_field(const volatile void* field);
    void restrict_to(const Mapper& mapper);
    /// Entities that are in FROM without being selected.
    void add_from(const Entity& entity);
    /// Along a relationship; `field` is where it stands in a model's `c`. A target other than the model itself is an
    /// alias of it.
    void join_relationship(const volatile void* field, JoinKind kind, const Condition& also = {},
                           const Entity& target = {});
    void join_target(const Entity& target, const Condition& on, JoinKind kind);
    /// Along the one foreign key between an entity that is there and the target.
    void join_by_key(const Entity& target, JoinKind kind);
    void join_from(const sql::From& target, const Condition& on, JoinKind kind);
    /// Selects nothing any more; what was selected stays known for joins.
    void clear_columns();
    /// When nothing says any more which rows are meant, those of the first entity: `with_entities(func::count())`.
    void keep_from();

  private:
    /// A model whose rows are not simply those of a table, and the condition that says which; null when the join does.
    struct Restricted {
        const Mapper* mapper;
        sql::NodeRef condition;
    };
    struct Whole : retort::detail::SparePlaced {
        sql::Select statement;
        std::vector<RowPart> parts;
        std::vector<Entity> entities;
        std::shared_ptr<const std::vector<Restricted>> restricted;  ///< shared by copies; null for most
    };
    const Whole& whole() const { return begin_ != nullptr ? *begin_->whole_ : *whole_; }
    std::span<const Restricted> restricted() const;
    /// Its own, to be changed.
    Whole& own();
    /// Whether with_polymorphic brings its columns beside the objects of a model above it.
    bool comes_along(const Mapper& kind) const;
    /// Takes back what `restrict_to` added for a model: a join brings its rows.
    void release(const Entity& target);

    static constexpr std::size_t most_noted = 2;

    const SelectCore* begin_ = nullptr;
    Condition noted_[most_noted];
    std::size_t noted_count_ = 0;
    std::vector<sql::Expression> noted_order_;
    retort::detail::Owned<Whole> whole_;  ///< null as long as it is what it began as
};

/// The columns that are selected.
std::vector<sql::Expression> selected_columns(const sql::Select& statement);
/// What the parts of a row are called: labels, columns, models.
std::vector<std::string> part_names(const sql::Select& statement, const std::vector<RowPart>& parts);
/// The part of a row that is this value.
RowPart value_part(const sql::Expression& expression);
/// 5 of a Numeric(10, 2) is 5.00.
void give_digits(Decimal& value, const RowPart& part);

/// A query in FROM, and what its columns belong to.
struct SubqueryCore {
    sql::Subquery from;
    std::vector<RowPart> parts;

    sql::Expression column_at(std::size_t part) const;
    /// Throws ArgumentError("unknown-column").
    sql::Expression column_named(std::string_view name) const;
    /// Throws ArgumentError("not-in-subquery").
    Entity entity(const Mapper& mapper) const;
    Entity entity_at(std::size_t part) const;
};

/// SQL text that gives rows of these types.
SelectCore text_rows(const sql::Expression& text, std::vector<std::string_view> names, std::vector<sql::Type> types);
/// A function in FROM. Throws ArgumentError("row-length").
SubqueryCore function_rows(const sql::Expression& function, std::initializer_list<std::string_view> names,
                           std::vector<sql::Type> types);
/// Throws ArgumentError("row-length").
SubqueryCore value_rows(std::string_view name, std::initializer_list<std::string_view> names,
                        std::vector<sql::Type> types, std::vector<std::vector<sql::Expression>> rows);

enum class SetOperation : std::uint8_t { union_, union_all, intersect, except_, intersect_all, except_all };
/// Throws ArgumentError("empty-union").
SelectCore combined(SetOperation operation, const std::vector<const SelectCore*>& queries);

/// `aliased<…>` or a model.
template <class T>
inline constexpr bool is_alias = false;
template <class T, FixedText name>
inline constexpr bool is_alias<aliased<T, name>> = true;
template <class T>
concept AnyEntity = AnyModel<T> || is_alias<T>;

template <class T>
struct EntityModel {
    using type = T;
};
template <class T, FixedText name>
struct EntityModel<aliased<T, name>> {
    using type = T;
};

template <AnyEntity T>
Entity entity_of() {
    using Model = typename EntityModel<T>::type;
    if constexpr (is_alias<T>) {
        return entity_at(&reinterpret_cast<const volatile char&>(T::c));
    } else {
        return {&mapper_of<Model>(), mapper_of<Model>().table};
    }
}

/// A model's objects as they stand in a subquery: select it, or compare its columns: `users.c(User::c.name)`.
template <class T>
class EntityRef {
  public:
    using Model = T;
    explicit EntityRef(Entity entity) : entity_(std::move(entity)) {}
    template <AnyColumn C>
    [[nodiscard]] Typed<typename C::value_type> c(const volatile C& column) const {
        return Typed<typename C::value_type>(column_in(entity_, &column));
    }
    const Entity& entity() const { return entity_; }

  private:
    Entity entity_;
};

/// The column of an entity that a field of its model's `c` stands for.
sql::Expression column_in(const Entity& entity, const volatile void* field);

template <class E>
inline constexpr bool is_entity_ref = false;
template <class T>
inline constexpr bool is_entity_ref<EntityRef<T>> = true;

template <class E>
constexpr auto selected() {
    if constexpr (AnyModel<E>) {
        return std::type_identity<Ptr<E>>();
    } else if constexpr (is_entity_ref<E>) {
        return std::type_identity<Ptr<typename E::Model>>();
    } else {
        return std::type_identity<ValueOf<E>>();
    }
}
/// What one selected thing gives in a row.
template <class E>
using SelectedOf = typename decltype(selected<std::remove_cvref_t<E>>())::type;

template <class V>
inline constexpr bool is_entity = false;
template <class T>
inline constexpr bool is_entity<Ptr<T>> = true;

/// A value of a row as its C++ type, into a place that holds nothing yet.
template <class V>
void read_row_value(V& place, const ValueView& view) {
    if constexpr (std::is_same_v<V, sql::Value>) {
        place = sql::Value(view);
    } else if constexpr (is_optional<V>) {
        if (!view.is_null()) read_value(place.emplace(), view);
    } else {
        read_value(place, view);
    }
}

template <class E>
void add_selected(SelectCore& core, E&& item) {
    using Item = std::remove_cvref_t<E>;
    if constexpr (AnyModel<Item>) {
        core.add_entity(entity_at(&reinterpret_cast<const volatile char&>(item)));
    } else if constexpr (is_entity_ref<Item>) {
        core.add_entity(item.entity());
    } else if constexpr (AnyColumn<Item>) {
        core.add_field(&item);
    } else {
        core.add_value(to_expression(item));
    }
}

template <class V>
struct SubqueryItem {
    using type = Typed<V>;
    static type at(const SubqueryCore& core, std::size_t part) { return type(core.column_at(part)); }
};
template <class T>
struct SubqueryItem<Ptr<T>> {
    using type = EntityRef<T>;
    static type at(const SubqueryCore& core, std::size_t part) { return type(core.entity_at(part)); }
};

template <class A, class B>
inline constexpr bool same_rows = false;
template <class... A, class... B>
    requires(sizeof...(A) == sizeof...(B))
inline constexpr bool same_rows<std::tuple<A...>, std::tuple<B...>> =
    ((std::same_as<Plain<A>, Plain<B>> || std::same_as<B, sql::Value>) && ...);

}  // namespace orm

/// Rows with these types (`Ptr<User>` for an entity), to be run by a session, or to stand within another query.
template <class... Row>
class Selectable : public orm::Printable {
  public:
    using RowType = std::tuple<Row...>;

    explicit Selectable(orm::SelectCore core) : core_(std::move(core)) {}
    explicit Selectable(const orm::SelectCore* begin) : core_(begin) {}

    /// As a table of another query; its name is made up (`anon_1`) when none is given.
    [[nodiscard]] Subquery<Row...> subquery(std::string_view name = {}) const {
        return Subquery<Row...>({core_.statement().subquery(name), core_.parts()});
    }
    /// WITH name AS (…); a recursive one goes on with `union_all`. A nesting one stands in front of the subquery that
    /// uses it, all others in front of the statement.
    [[nodiscard]] Subquery<Row...> cte(std::string_view name = {}, bool recursive = false, bool nesting = false) const {
        return Subquery<Row...>({core_.statement().cte(name, recursive, nesting), core_.parts()});
    }
    /// A table that is made for each row of those before it.
    [[nodiscard]] Subquery<Row...> lateral(std::string_view name = {}) const {
        return Subquery<Row...>({core_.statement().lateral(name), core_.parts()});
    }
    /// As one value of another query; NULL when there is no row.
    [[nodiscard]] auto scalar_subquery() const {
        static_assert(sizeof...(Row) == 1 && !(orm::is_entity<Row> || ...),
                      "a query is one value only when it selects one column");
        return Typed<orm::Nullable<std::tuple_element_t<0, RowType>>>(core_.statement().scalar_subquery());
    }
    /// The same with a name, to be selected.
    [[nodiscard]] auto label(std::string_view name) const { return scalar_subquery().label(name); }
    /// Whether it gives a row at all.
    [[nodiscard]] ExistsCondition exists() const { return ExistsCondition(core_.statement().exists()); }

    template <class... Q>
    [[nodiscard]] Compound<Row...> union_(const Q&... others) const {
        return combined(orm::SetOperation::union_, others...);
    }
    template <class... Q>
    [[nodiscard]] Compound<Row...> union_all(const Q&... others) const {
        return combined(orm::SetOperation::union_all, others...);
    }
    template <class... Q>
    [[nodiscard]] Compound<Row...> intersect(const Q&... others) const {
        return combined(orm::SetOperation::intersect, others...);
    }
    template <class... Q>
    [[nodiscard]] Compound<Row...> except_(const Q&... others) const {
        return combined(orm::SetOperation::except_, others...);
    }

    const orm::SelectCore& core() const { return core_; }
    /// The statement below, for what is not offered here; see `Select::with`.
    sql::Select statement() const { return core_.statement(); }
    /// What `in_` takes.
    sql::Select as_rows() const { return core_.statement(); }
    template <class... Q>
    [[nodiscard]] Compound<Row...> combined(orm::SetOperation operation, const Q&... others) const {
        static_assert((orm::same_rows<RowType, typename Q::RowType> && ...),
                      "the queries of a union select as many columns each, of the same types");
        return Compound<Row...>(orm::combined(operation, {&core_, &others.core()...}));
    }

  protected:
    orm::SelectCore core_;
};

/// A union, an intersection or a difference. Its order goes by the names of its columns: `order_by("name")`.
template <class... Row>
class Compound : public Selectable<Row...> {
  public:
    using Selectable<Row...>::Selectable;

    template <class... E>
    [[nodiscard]] Compound order_by(E&&... terms) const {
        return with(this->core_.statement().order_by({orm::to_expression(terms)...}));
    }
    [[nodiscard]] Compound limit(std::optional<std::int64_t> rows) const {
        return with(this->core_.statement().limit(rows));
    }
    [[nodiscard]] Compound offset(std::optional<std::int64_t> rows) const {
        return with(this->core_.statement().offset(rows));
    }

  private:
    Compound with(sql::Select statement) const {
        Compound other(*this);
        other.core_.set_statement(std::move(statement));
        return other;
    }
};

/// A query in FROM, or WITH. Its columns have the types of the query's: `auto [user_id, n] = counts.columns();`.
template <class... Row>
class Subquery {
  public:
    using Columns = std::tuple<typename orm::SubqueryItem<Row>::type...>;

    explicit Subquery(orm::SubqueryCore core) : core_(std::move(core)) {}

    /// All of them, for structured bindings; a selected model comes as an entity that can be selected again.
    [[nodiscard]] Columns columns() const {
        return [this]<std::size_t... at>(std::index_sequence<at...>) {
            return Columns(orm::SubqueryItem<Row>::at(core_, at)...);
        }(std::index_sequence_for<Row...>());
    }
    /// One by its position.
    template <std::size_t at>
    [[nodiscard]] auto c() const {
        static_assert(at < sizeof...(Row), "the subquery selects fewer columns");
        return orm::SubqueryItem<std::tuple_element_t<at, std::tuple<Row...>>>::at(core_, at);
    }
    /// One by the model's column that is selected: `recent.c(Bookmark::c.user_id)`. Throws
    /// ArgumentError("unknown-column").
    template <orm::AnyColumn C>
    [[nodiscard]] Typed<typename C::value_type> c(const volatile C& column) const {
        return Typed<typename C::value_type>(core_.column_named(orm::column_name_of(&column)));
    }
    /// One by its name, with the type that is stated: `counts.c<int>("n")`. Throws ArgumentError("unknown-column").
    template <class V = sql::Value>
    [[nodiscard]] Typed<V> c(std::string_view name) const {
        return Typed<V>(core_.column_named(name));
    }
    /// A model whose objects it selects: `select(recent.entity<User>())`.
    template <orm::AnyModel T>
    [[nodiscard]] orm::EntityRef<T> entity() const {
        return orm::EntityRef<T>(core_.entity(orm::mapper_of<T>()));
    }
    /// Another name for it, to join it twice.
    [[nodiscard]] Subquery alias(std::string_view name = {}) const {
        return Subquery({core_.from.alias(name), core_.parts});
    }
    /// The recursive whole of a CTE: `tree.union_all(select(…).join(tree, …))`. Throws ArgumentError("not-a-cte").
    template <class Q>
    [[nodiscard]] Subquery union_all(const Q& step) const {
        static_assert(orm::same_rows<std::tuple<Row...>, typename Q::RowType>,
                      "the queries of a union select as many columns each, of the same types");
        return Subquery({core_.from.union_all(step.statement()), core_.parts});
    }
    /// The same, where rows that come again end it.
    template <class Q>
    [[nodiscard]] Subquery union_(const Q& step) const {
        static_assert(orm::same_rows<std::tuple<Row...>, typename Q::RowType>,
                      "the queries of a union select as many columns each, of the same types");
        return Subquery({core_.from.union_(step.statement()), core_.parts});
    }
    const sql::Subquery& from() const { return core_.from; }

  private:
    orm::SubqueryCore core_;
};

}  // namespace retort
