// Models, their relationships, rows and pages as values of templates.
#pragma once

#include "retort/extensions/pagination.hpp"
#include "retort/orm/model.hpp"
#include "retort/orm/relationship.hpp"
#include "retort/orm/result.hpp"
#include "retort/template/convert.hpp"

namespace retort {

namespace detail {

/// An object in a slab; none for null. Its attributes are its columns and relationships, whatever model it is of.
templates::Value borrow_object(const void* object);
/// An object that lives elsewhere, such as a new one.
templates::Value borrow_model(const void* object, const orm::Mapper& mapper);
/// The object that a template hands back to a function of C++. Throws templates::TypeError for anything else.
const void* shown_model(const templates::Value& value, const orm::Mapper& mapper);
/// The same of one that a handle can hold; null for None.
void* shown_handle(const templates::Value& value, const orm::Mapper& mapper);
templates::Value borrow_many(const orm::ManyCell& many);
templates::Value borrow_one(const orm::OneCell& one);
/// A page whose objects are given by `items`.
const templates::ObjectType& page_type(templates::Value (*items)(const void* page));
templates::Value named_rows(std::vector<templates::Value> rows, std::vector<std::string> names);

template <class T>
concept ModelStruct = requires { typename T::ModelItself; };

}  // namespace detail

namespace templates {

template <class T>
struct ValueTraits<Ptr<T>> {
    static Value borrow(const Ptr<T>& object) { return retort::detail::borrow_object(object.get()); }
    static Ptr<T> from(const Value& value) {
        return Ptr<T>::of(retort::detail::shown_handle(value, orm::mapper_of<T>()));
    }
};
template <retort::detail::ModelStruct T>
struct ValueTraits<T> {
    static Value borrow(const T& object) { return retort::detail::borrow_model(&object, orm::mapper_of<T>()); }
    static const void* object(const Value& value) { return retort::detail::shown_model(value, orm::mapper_of<T>()); }
};
template <orm::AnyColumn C>
struct ValueTraits<C> {
    static Value borrow(const C& column) { return column.is_set() ? templates::borrow(column.value()) : Value(); }
};
template <class T, class... Options>
struct ValueTraits<One<T, Options...>> {
    static Value borrow(const One<T, Options...>& one) { return retort::detail::borrow_one(one); }
};
template <class T, class... Options>
struct ValueTraits<Many<T, Options...>> {
    static Value borrow(const Many<T, Options...>& many) { return retort::detail::borrow_many(many); }
};

/// A row is a tuple that has its columns' names too: `row.name`, `row[0]`.
template <class... Row>
struct ValueTraits<Result<Row...>> {
    static Value borrow(const Result<Row...>& result) {
        std::vector<Value> rows;
        for (auto& row : result.all()) rows.push_back(templates::borrow(row));
        return retort::detail::named_rows(std::move(rows), result.keys());
    }
};

template <class Item>
struct ValueTraits<Pagination<Item>> {
    static Value items(const void* page) {
        return templates::borrow(static_cast<const Pagination<Item>*>(page)->items());
    }
    static Value borrow(const Pagination<Item>& page) {
        return Value::object(static_cast<const PageNumbers*>(&page), retort::detail::page_type(items));
    }
};

}  // namespace templates
}  // namespace retort
