// association_proxy: one field of the objects in a Many, as a collection of its values.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

#include "retort/orm/relationship.hpp"

namespace retort {

/// What `association_proxy` gives. It keeps nothing: it looks through the collection, which must outlive it.
template <class Collection, class Field>
class AssociationProxy {
    using Target = typename Collection::Target;
    static auto shown(const Field& field) {
        if constexpr (requires { field.value(); }) {
            return field.value();
        } else {
            return field.get();
        }
    }

  public:
    using value_type = decltype(shown(std::declval<const Field&>()));

    AssociationProxy(Collection& collection, Field Target::* field) : collection_(collection), field_(field) {}

    class iterator {
      public:
        using value_type = AssociationProxy::value_type;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::input_iterator_tag;

        iterator() = default;
        iterator(typename Collection::iterator at, Field Target::* field) : at_(at), field_(field) {}
        value_type operator*() const { return shown((**at_).*field_); }
        iterator& operator++() {
            ++at_;
            return *this;
        }
        iterator operator++(int) {
            auto before = *this;
            ++at_;
            return before;
        }
        friend bool operator==(const iterator& a, const iterator& b) { return a.at_ == b.at_; }

      private:
        typename Collection::iterator at_;
        Field Target::* field_ = nullptr;
    };

    iterator begin() const { return {collection_.begin(), field_}; }
    iterator end() const { return {collection_.end(), field_}; }
    std::size_t size() const { return collection_.size(); }
    bool empty() const { return collection_.empty(); }
    value_type operator[](std::size_t at) const { return shown((*collection_[at]).*field_); }
    std::vector<value_type> all() const {
        std::vector<value_type> values;
        for (auto value : *this) values.push_back(std::move(value));
        return values;
    }
    bool contains(const value_type& value) const { return find(value) != nullptr; }
    /// Appends a new object that has this value, and nothing else.
    void append(const value_type& value) const {
        Target object{};
        object.*field_ = value;
        collection_.append(std::move(object));
    }
    /// Takes out the first object with this value; returns whether there was one.
    bool remove(const value_type& value) const {
        auto object = find(value);
        if (object) collection_.remove(object);
        return object != nullptr;
    }
    void clear() const { collection_.clear(); }
    /// Makes the values these: objects of those that stay are kept.
    const AssociationProxy& operator=(std::initializer_list<value_type> values) const {
        return *this = std::vector<value_type>(values);
    }
    const AssociationProxy& operator=(const std::vector<value_type>& values) const {
        std::vector<Ptr<Target>> left = collection_.all();
        for (const auto& value : values) {
            auto at = left.begin();
            while (at != left.end() && shown((**at).*field_) != value) ++at;
            if (at == left.end()) {
                append(value);
            } else {
                left.erase(at);
            }
        }
        for (const auto& object : left) collection_.remove(object);
        return *this;
    }

  private:
    Ptr<Target> find(const value_type& value) const {
        for (const auto& object : collection_) {
            if (shown((*object).*field_) == value) return object;
        }
        return nullptr;
    }

    Collection& collection_;
    Field Target::* field_;
};

/// A field of the objects in a Many, as a collection of its values, to read and to write; in the model:
/// `auto tag_names() { return association_proxy(tags, &Tag::name); }`, then `bookmark->tag_names().append("red")`.
/// A One as the field looks through association objects.
template <class T, class... Options, class Field>
auto association_proxy(Many<T, Options...>& collection, Field T::* field) {
    return AssociationProxy<Many<T, Options...>, Field>(collection, field);
}

}  // namespace retort
