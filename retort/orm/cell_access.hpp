// CellAccess: how the erased core makes, fills and shows the cells of a column, whatever their type.
#pragma once

#include <concepts>
#include <new>
#include <string>

#include "retort/orm/column_cell.hpp"

namespace retort::orm {

/// What the erased core does with cells. `Reader` says how their values are read, where that is the column's matter
/// and not the value's (`read(V&, const ValueView&)`).
template <class V, class Reader>
struct CellAccess {
    using Cell = ColumnCell<V>;

    static void read(Plain<V>& value, const ValueView& view) {
        if constexpr (std::same_as<Reader, void>) {
            read_value(value, view);
        } else {
            Reader::read(value, view);
        }
    }
    static Cell* make(void* memory) {
        auto* cell = static_cast<Cell*>(memory);
        new (&cell->value_) V();
        if constexpr (has_side<V>) new (&cell->side_) Side<V>();
        return cell;
    }
    static void construct(void* memory, const ValueView& view) {
        auto* cell = make(memory);
        if constexpr (is_optional<V>) {
            if constexpr (std::same_as<Plain<V>, std::string> && std::same_as<Reader, void>) {
                if (view.kind == sql::ValueKind::text) {
                    cell->value_.emplace(view.data, view.size);
                    cell->state_ = cell_set | cell_attached;
                    return;
                }
            }
            if (!view.is_null()) read(cell->value_.emplace(), view);
            cell->state_ = cell_set | cell_attached;
        } else if (std::same_as<V, std::string> && view.kind == sql::ValueKind::text) {
            if constexpr (std::same_as<V, std::string>) new (&cell->value_) V(view.data, view.size);
            cell->state_ = cell_set | cell_attached;
        } else {
            bool null = view.is_null();
            if (!null) read(cell->value_, view);
            cell->state_ = null ? cell_attached : (cell_set | cell_attached);
        }
    }
    static void construct_unset(void* memory) { make(memory)->state_ = cell_attached; }
    static bool load(void* memory, const ValueView& view) {
        auto& value = static_cast<Cell*>(memory)->value_;
        if constexpr (is_optional<V>) {
            value.reset();
            if (!view.is_null()) read(value.emplace(), view);
            return true;
        } else {
            if (view.is_null()) return false;
            read(value, view);
            return true;
        }
    }
    static ValueView view(const void* memory) {
        const auto* cell = static_cast<const Cell*>(memory);
        return view_value(cell->value_, cell->side_);
    }
    static ValueView as_shown(const ValueView& row, std::string& storage) {
        if (row.is_null()) return row;
        Plain<V> value{};
        read(value, row);
        Side<Plain<V>> side{};
        return detail::keep_bytes(view_value(value, side), storage);
    }
    static constexpr bool rows_show_alike =
        (std::integral<Plain<V>> && !std::same_as<Plain<V>, bool>) || std::same_as<Plain<V>, std::string>;
};
template <class V, class Reader = void>
inline constexpr CellType cell_type = {
    sizeof(V),  // a byte needs no alignment, so it stands right behind the value
    is_optional<V>,
    &CellAccess<V, Reader>::construct,
    &CellAccess<V, Reader>::construct_unset,
    &CellAccess<V, Reader>::load,
    &CellAccess<V, Reader>::view,
    CellAccess<V, Reader>::rows_show_alike ? nullptr : &CellAccess<V, Reader>::as_shown,
};

}  // namespace retort::orm
