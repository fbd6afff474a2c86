// Columns that hold JSON: documents, and plain structs by the names of their fields.
#pragma once

#include <string>
#include <type_traits>

#include "retort/base/json_struct.hpp"
#include "retort/orm/column.hpp"

namespace retort::orm {

namespace detail {

json read_document(const ValueView& view);
ValueView show_document(const json& document, std::string& side);
/// A document that is not what the struct says.
[[noreturn]] void refuse_document(const ValueView& view, std::string_view type, const Error& error);

}  // namespace detail

/// A document, as Python's json.dumps writes it. `json(nullptr)` is JSON's null; SQL's NULL is an empty
/// std::optional<json>.
template <>
struct ColumnTraits<json> : KnownColumn<json, sql::types::JSON> {
    static constexpr bool is_document = true;
    template <class U>
    static constexpr bool accepts = JsonValue<U>;
    using Side = std::string;
    static ValueView view(const json& value, Side& side) { return detail::show_document(value, side); }
    static void read(json& out, const ValueView& view) { out = detail::read_document(view); }
};

template <class T>
struct ColumnTraits<Json<T>> : KnownColumn<Json<T>, sql::types::JSON> {
    static constexpr bool is_document = true;
    using Side = std::string;
    static ValueView view(const Json<T>& value, Side& side) { return detail::show_document(value.to_json(), side); }
    static void read(Json<T>& out, const ValueView& view) {
        json document = detail::read_document(view);
        try {
            out = Json<T>::from_json(document);
        } catch (const Error& error) {
            detail::refuse_document(view, reflection::type_name<T>(), error);
        }
    }
};

/// On objects a part of the document, in queries an expression: `Note::c.data["title"].as_string() == "x"`.
template <>
class ColumnFace<json> : public ColumnCell<json> {
  public:
    const json* operator->() const { return &value(); }
    template <class Key>
    const json& operator[](const Key& key) const {
        return value()[key];
    }
    using ColumnCell<json>::operator[];

  protected:
    using ColumnCell<json>::ColumnCell;
};

/// `->` reaches the struct.
template <class T>
class ColumnFace<Json<T>> : public ColumnCell<Json<T>> {
  public:
    const T* operator->() const { return &this->value().value; }
    const T& operator*() const { return this->value().value; }

  protected:
    using ColumnCell<Json<T>>::ColumnCell;
};

}  // namespace retort::orm
