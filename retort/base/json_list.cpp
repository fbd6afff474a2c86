// Braced lists: what each means, and how its items move into the document.
#include "retort/base/json_place.hpp"

namespace retort {

// Up here, where it is inlined below: most items are values.
inline void detail::JsonItem::move_into(json& out) const {
    switch (form) {
        case Form::value: return out.take(value);
        case Form::literal: return out.assign(literal());
        case Form::list: return out.fill_list(items(), count);
    }
}

json::json(std::initializer_list<detail::JsonItem> items) : integer_(0) { fill_list(items.begin(), items.size()); }

detail::JsonItem::JsonItem(std::initializer_list<JsonItem> list) : JsonItem(list.begin(), list.size()) {}

detail::JsonItem::JsonItem(const JsonItem* first, std::size_t size) {
    if (size == 1 && !first->pair) {
        // `{x}` is x itself.
        value.adopt(first->value);
        content = first->content;
        count = first->count;
        form = first->form;
        return;
    }
    content = first;
    count = size;
    form = Form::list;
    pair = count == 2 && !first->pair && first->is_text();
}

void json::fill_list(const detail::JsonItem* items, std::size_t count) {
    std::size_t pairs = 0;
    while (pairs < count && items[pairs].pair) ++pairs;
    if (pairs == count) {  // without items too: `{}` is written for an object
        fill_object(items, count);
    } else if (count == 1) {
        items[0].move_into(*this);
    } else {
        fill_array(items, count);
    }
}

void json::fill_array(const detail::JsonItem* items, std::size_t count) {
    auto& elements = make_array();
    elements.reserve(count);
    for (std::size_t i = 0; i < count; ++i) items[i].move_into(elements.emplace_back());
}

void json::fill_object(const detail::JsonItem* items, std::size_t count) {
    auto& object = make_object();
    object.reserve(count);
    for (const auto* item = items; item != items + count; ++item) {
        const auto* pair = item->items();
        const auto& key = pair[0];
        const bool is_literal = key.form == detail::JsonItem::Form::literal;
        const auto name = is_literal ? key.literal() : std::string_view(key.value.text_);
        const auto at = object.position(name);
        if (at != SIZE_MAX) {
            pair[1].move_into(object.members_[at].value = nullptr);
        } else if (is_literal) {
            pair[1].move_into(object.append(name));
        } else {
            pair[1].move_into(object.append(std::move(key.value.text_)));
        }
    }
}

json json::array(std::initializer_list<detail::JsonItem> items) {
    json result;
    result.fill_array(items.begin(), items.size());
    return result;
}

json json::object(std::initializer_list<detail::JsonItem> items) {
    json result;
    auto& members = result.make_object();
    members.reserve(items.size());
    for (const auto& item : items) {
        json pair;
        item.move_into(pair);
        if (pair.kind_ != Kind::array || pair.array_.size() != 2 || pair.array_[0].kind_ != Kind::text) {
            throw ArgumentError("json-not-pairs"_code, "json::object takes pairs of a text and a value.",
                                "write json::object({{\"name\", value}, …}), or json::array for a list");
        }
        members.put(std::move(pair.array_[0].text_)) = std::move(pair.array_[1]);
    }
    return result;
}

}  // namespace retort
