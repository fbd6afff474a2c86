// What can stand behind the type of a column or a relationship: primary_key, foreign_key<User>, lazy::dynamic, ….
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace retort {

namespace orm {
struct Mapper;

/// Text as a template argument: `column_name<"user_name">`.
template <std::size_t size>
struct FixedText {
    char data[size]{};
    consteval FixedText(const char (&text)[size]) { std::copy_n(text, size, data); }  // NOLINT: text converts
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
    ForeignKeyOption foreign_key;
    bool has_server_default = false;
};

/// How a relationship gets its objects. Those that are not yet here belong to the next steps of the ORM.
enum class Loading : std::uint8_t { select, dynamic };

/// What a relationship's options say.
struct RelationshipOptions {
    Loading loading = Loading::select;
    std::string_view foreign_keys;
    bool passive_deletes = false;
};

template <class T>
const Mapper& mapper_of();

}  // namespace orm

/// The column identifies its row. A single integer key counts up by itself.
struct primary_key {
    static constexpr void apply(orm::ColumnOptions& options) { options.primary_key = true; }
};
/// No two rows have the same value (Python's `unique=True`).
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
struct restrict {static constexpr void apply(orm::ForeignKeyOption & key){key.on_delete = orm::KeyAction::restrict;
}  // namespace on_delete
};  // namespace retort
}  // namespace on_delete
/// What happens to the foreign key when the key that it points at changes.
namespace on_update {
struct cascade {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_update = orm::KeyAction::cascade; }
};
struct set_null {
    static constexpr void apply(orm::ForeignKeyOption& key) { key.on_update = orm::KeyAction::set_null; }
};
struct restrict {static constexpr void apply(orm::ForeignKeyOption & key){key.on_update = orm::KeyAction::restrict;
}  // namespace on_update
}
;
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

/// How a relationship gets its objects.
namespace lazy {
/// When first touched, by a SELECT of its own.
struct select {
    static constexpr void apply(orm::RelationshipOptions& options) { options.loading = orm::Loading::select; }
};
/// Never by itself: the relationship is a query that can be refined.
struct dynamic {
    static constexpr void apply(orm::RelationshipOptions& options) { options.loading = orm::Loading::dynamic; }
};
}  // namespace lazy

}  // namespace retort
