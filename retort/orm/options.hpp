// What can stand behind the type of a column or a relationship: primary_key, foreign_key<User>, lazy::dynamic, ….
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace retort {

namespace orm {
struct Mapper;
struct ColumnSource;
struct JoinRule;

/// Text as a template argument: `column_name<"user_name">`.
template <std::size_t size>
struct FixedText {
    char data[size]{};
    consteval FixedText(const char (&text)[size]) {  // NOLINT: text converts
        for (std::size_t at = 0; at < size; ++at) data[at] = text[at];
    }
    constexpr std::string_view view() const { return {data, size - 1}; }
};

/// What a key does to its rows when the row it points at goes or changes.
enum class KeyAction : std::uint8_t { none, cascade, set_null, set_default, restrict };

/// A foreign key of one column; the target's mapper is asked for when mappers are configured.
struct ForeignKeyOption {
    const Mapper& (*target)() = nullptr;
    KeyAction on_delete = KeyAction::none;
    KeyAction on_update = KeyAction::none;
};

/// What a column's options say.
struct ColumnOptions {
    bool primary_key = false;
    bool unique = false;
    bool indexed = false;
    std::string_view column_name;
    std::string_view server_default;
    std::string_view comment;
    std::string_view renamed_from;
    ForeignKeyOption foreign_key;
    bool has_server_default = false;
    bool deferred = false;
    bool polymorphic_on = false;
    // The sources of values, and what the database computes, are given by orm/types_defaults.hpp.
    const ColumnSource* insert_default = nullptr;
    const ColumnSource* onupdate = nullptr;
    const ColumnSource* expression = nullptr;    ///< no column of the table: what a query selects for it
    bool version = false;                        ///< it counts how often its row was written
    const ColumnSource* next_version = nullptr;  ///< where it is no count
    std::string_view computed;
    int computed_stored = -1;  ///< 1 stored, 0 not, -1 as the database likes it
};

/// How a relationship gets its objects.
enum class Loading : std::uint8_t {
    select,
    joined,
    subquery,
    selectin,
    immediate,
    batch,
    noload,
    raise,
    raise_on_sql,
    dynamic,
    write_only,
};

/// Which operations on an object go on to the objects of a relationship, by SQLAlchemy's words.
struct Cascades {
    bool save_update = true;
    bool merge = true;
    bool delete_ = false;
    bool delete_orphan = false;
    bool refresh_expire = false;
    bool expunge = false;
};

/// What a relationship's options say.
struct RelationshipOptions {
    Loading loading = Loading::select;
    Cascades cascades;
    std::string_view foreign_keys;
    std::string_view back_populates;
    std::span<const std::string_view> order_by;  ///< "date desc", "id"
    const JoinRule* primaryjoin = nullptr;       ///< these two are given by orm/join_rules.hpp
    const JoinRule* secondaryjoin = nullptr;
    const Mapper& (*secondary)() = nullptr;  ///< the table between the two sides of a many-to-many
    bool passive_deletes = false;
    bool passive_deletes_all = false;
    bool post_update = false;
    std::string_view ordering;  ///< the target's field that counts its place in the collection
    std::int64_t ordering_from = 0;
    bool viewonly = false;
    bool innerjoin = false;
};

void unknown_word_in_cascade();  // never defined: naming it stops the compiler with its name

/// "all, delete-orphan" as flags; wrong words are found when it is compiled.
consteval Cascades parse_cascades(std::string_view words) {
    Cascades cascades{.save_update = false, .merge = false};
    while (!words.empty()) {
        std::size_t comma = 0;  // by a loop: with -fsanitize=undefined g++ 12 does not take find() for a constant
        while (comma < words.size() && words[comma] != ',') ++comma;
        auto word = words.substr(0, comma);
        words.remove_prefix(comma == words.size() ? comma : comma + 1);
        while (word.starts_with(' ')) word.remove_prefix(1);
        while (word.ends_with(' ')) word.remove_suffix(1);
        if (word == "all") {
            cascades = {true, true, true, cascades.delete_orphan, true, true};
        } else if (word == "save-update") {
            cascades.save_update = true;
        } else if (word == "merge") {
            cascades.merge = true;
        } else if (word == "delete") {
            cascades.delete_ = true;
        } else if (word == "delete-orphan") {
            cascades.delete_orphan = true;
        } else if (word == "refresh-expire") {
            cascades.refresh_expire = true;
        } else if (word == "expunge") {
            cascades.expunge = true;
        } else if (!word.empty() && word != "none") {
            unknown_word_in_cascade();
        }
    }
    return cascades;
}

template <class T>
const Mapper& mapper_of();

}  // namespace orm

/// The column identifies its row. A single integer key counts up by itself.
struct primary_key {
    static constexpr void apply(orm::ColumnOptions& options) { options.primary_key = true; }
};
/// The column says of which kind a row is, in a table whose objects are of several models: see orm/inheritance.hpp.
struct polymorphic_on {
    static constexpr void apply(orm::ColumnOptions& options) { options.polymorphic_on = true; }
};
/// No two rows have the same value (Python's `unique=True`). With `indexed` it is a unique index.
struct unique_key {
    static constexpr void apply(orm::ColumnOptions& options) { options.unique = true; }
};
/// An index on this column (Python's `index=True`).
struct indexed {
    static constexpr void apply(orm::ColumnOptions& options) { options.indexed = true; }
};
/// The column's name in the database, where it is not the field's.
template <orm::FixedText text>
struct column_name {
    static constexpr void apply(orm::ColumnOptions& options) { options.column_name = text.view(); }
};
/// The database's own default, as SQL text: `server_default<"CURRENT_TIMESTAMP">`.
template <orm::FixedText text>
struct server_default {
    static constexpr void apply(orm::ColumnOptions& options) {
        options.server_default = text.view();
        options.has_server_default = true;
    }
};
/// A remark that is stored with the column where the database can.
template <orm::FixedText text>
struct comment {
    static constexpr void apply(orm::ColumnOptions& options) { options.comment = text.view(); }
};

/// What the column was called before: the next migration renames it, with its values. Take it away afterwards.
template <orm::FixedText text>
struct renamed_from {
    static constexpr void apply(orm::ColumnOptions& options) { options.renamed_from = text.view(); }
};

/// The column counts how often its row was written, and an UPDATE or DELETE holds only while the row has the count that
/// the object was read with: who comes second gets a StaleDataError (optimistic locking).
struct version_id {
    static constexpr void apply(orm::ColumnOptions& options) { options.version = true; }
};

/// Not read with its object, but when it is touched: for large columns that few look at.
struct deferred {
    static constexpr void apply(orm::ColumnOptions& options) { options.deferred = true; }
};

/// What happens to the row when the row that its foreign key points at is deleted.
namespace on_delete {
struct cascade {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_delete = orm::KeyAction::cascade; }
};
struct set_null {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_delete = orm::KeyAction::set_null; }
};
struct set_default {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_delete = orm::KeyAction::set_default; }
};
// clang-format off
struct restrict {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_delete = orm::KeyAction::restrict; }
};
// clang-format on
}  // namespace on_delete
/// What happens to the foreign key when the key that it points at changes.
namespace on_update {
struct cascade {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_update = orm::KeyAction::cascade; }
};
struct set_null {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_update = orm::KeyAction::set_null; }
};
// clang-format off
struct restrict {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_update = orm::KeyAction::restrict; }
};
// clang-format on
}  // namespace on_update

/// The column holds the primary key of a row of `Target`.
template <class Target, class... Rules>
struct foreign_key {
    static constexpr void apply(orm::ColumnOptions& options) {
        options.foreign_key.target = &orm::mapper_of<Target>;
        (Rules::apply(options.foreign_key), ...);
    }
};

/// Which foreign key a relationship goes by, where there are several: the name of its field.
template <orm::FixedText text>
struct foreign_keys {
    static constexpr void apply(orm::RelationshipOptions& options) { options.foreign_keys = text.view(); }
};
/// Deleting the parent leaves its children to the database's own rule.
struct passive_deletes {
    static constexpr void apply(orm::RelationshipOptions& options) { options.passive_deletes = true; }
};
/// The same, and children in memory are left alone too (Python's `passive_deletes="all"`).
struct passive_deletes_all {
    static constexpr void apply(orm::RelationshipOptions& options) {
        options.passive_deletes = true;
        options.passive_deletes_all = true;
    }
};
/// The foreign key is written by an UPDATE of its own after the rows, and made NULL before they go: for rows that refer
/// to each other, such as a widget's entries and its favourite one.
struct post_update {
    static constexpr void apply(orm::RelationshipOptions& options) { options.post_update = true; }
};
/// A field of the target keeps its place in the collection, counted from `from`, and the collection its order:
/// `Many<Slide, ordering_list<"position">> slides;`.
template <orm::FixedText field, std::int64_t from = 0>
struct ordering_list {
    static constexpr void apply(orm::RelationshipOptions& options) {
        options.ordering = field.view();
        options.ordering_from = from;
    }
};

/// The table between the two sides of a many-to-many: `Many<Tag, secondary<bookmark_tags>>`.
template <class Table>
struct secondary {
    using Between = Table;
    static constexpr void apply(orm::RelationshipOptions& options) { options.secondary = &orm::mapper_of<Table>; }
};
/// The order of a relationship's objects, by fields of theirs: `order_by<"date desc", "id">`.
template <orm::FixedText... terms>
struct order_by {
    static constexpr std::string_view all[] = {terms.view()...};
    static constexpr void apply(orm::RelationshipOptions& options) { options.order_by = all; }
};
/// What goes on to the objects of the relationship, as SQLAlchemy writes it: `cascade<"all, delete-orphan">`.
template <orm::FixedText words>
struct cascade {
    static constexpr void apply(orm::RelationshipOptions& options) {
        options.cascades = orm::parse_cascades(words.view());
    }
};
/// The name of the relationship on the other side, where it cannot be found by its foreign key.
template <orm::FixedText text>
struct back_populates {
    static constexpr void apply(orm::RelationshipOptions& options) { options.back_populates = text.view(); }
};
/// Only for reading: changes of it are not written.
struct viewonly {
    static constexpr void apply(orm::RelationshipOptions& options) {
        options.viewonly = true;
        options.cascades = orm::Cascades{.save_update = false, .merge = false};
    }
};
/// There always is such an object, so that eager loading may use an inner join.
struct innerjoin {
    static constexpr void apply(orm::RelationshipOptions& options) { options.innerjoin = true; }
};

/// How a relationship gets its objects.
namespace lazy {
template <orm::Loading mode>
struct mode_of {
    static constexpr void apply(orm::RelationshipOptions& options) { options.loading = mode; }
};
/// When first touched, by a SELECT of its own. The default.
struct select : mode_of<orm::Loading::select> {};
/// With the objects that it belongs to, in the same SELECT, by an outer join.
struct joined : mode_of<orm::Loading::joined> {};
/// Right after them, by one SELECT that repeats theirs as a subquery.
struct subquery : mode_of<orm::Loading::subquery> {};
/// Right after them, by one SELECT … WHERE key IN (…).
struct selectin : mode_of<orm::Loading::selectin> {};
/// Right after them, by a SELECT for each.
struct immediate : mode_of<orm::Loading::immediate> {};
/// When first touched, for all objects that came with the same query: N + 1 queries become two.
struct batch : mode_of<orm::Loading::batch> {};
/// Never: empty until something is put in.
struct noload : mode_of<orm::Loading::noload> {};
/// Never: touching it is an error that names it.
struct raise : mode_of<orm::Loading::raise> {};
/// Only what needs no SQL, from the identity map; anything else is an error.
struct raise_on_sql : mode_of<orm::Loading::raise_on_sql> {};
/// Never by itself: the relationship is a query that can be refined.
struct dynamic : mode_of<orm::Loading::dynamic> {};
/// Never by itself: it can be added to and removed from, and gives a select() that can be refined.
struct write_only : mode_of<orm::Loading::write_only> {};
}  // namespace lazy

}  // namespace retort
