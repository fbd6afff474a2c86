// The methods of lists, tuples and dicts, as Python has them.
#include <algorithm>

#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/render.hpp"
#include "retort/template/stable_sort.hpp"

namespace retort::templates {

namespace {

/// The list that a method changes.
List& changed_list(const Value& self, const Call& call, const Value& put) {
    auto& list = *sequence_of(self);
    if (list.frozen)
        throw_runtime("A list that all templates share cannot be changed; take a copy: {% set mine = all|list %}");
    if (list.items().size() >= most_items) throw_overflow("The list is too long.");
    if (put.is_thing() && call.render != nullptr) call.render->watch(self);
    return list;
}

std::size_t place_in(const List& list, std::int64_t at) {
    auto size = static_cast<std::int64_t>(list.items().size());
    if (at < 0) at = std::max<std::int64_t>(at + size, 0);
    return static_cast<std::size_t>(std::min(at, size));
}

Value append(const Value& self, const Call& call) {
    Parameters given(call, "append", {"object"}, 1);
    changed_list(self, call, given[0]).items().push_back(Value(given[0]).kept());
    return Value();
}
Value extend(const Value& self, const Call& call) {
    Parameters given(call, "extend", {"iterable"}, 1);
    auto more = to_list(given[0]);
    auto& items = changed_list(self, call, given[0]).items();
    if (items.size() + more.size() > most_items) throw_overflow("The list is too long.");
    items.insert(items.end(), more.begin(), more.end());
    return Value();
}
Value insert(const Value& self, const Call& call) {
    Parameters given(call, "insert", {"index", "object"}, 2);
    auto& list = changed_list(self, call, given[1]);
    auto place = place_in(list, given.integer(0, 0));
    list.items().insert(list.items().begin() + static_cast<std::ptrdiff_t>(place), Value(given[1]).kept());
    return Value();
}
Value pop_item(const Value& self, const Call& call) {
    Parameters given(call, "pop", {"index"});
    auto& items = changed_list(self, call, Value()).items();
    auto at = given.integer(0, -1);
    if (at < 0) at += static_cast<std::int64_t>(items.size());
    if (items.empty()) throw_lookup_error("pop from empty list");
    if (at < 0 || at >= static_cast<std::int64_t>(items.size())) throw_lookup_error("pop index out of range");
    Value out = items[static_cast<std::size_t>(at)];
    items.erase(items.begin() + at);
    return out;
}
std::size_t find_in(const List& list, const Value& value, std::int64_t from = 0, std::int64_t to = INT64_MAX) {
    auto& items = list.items();
    for (auto at = static_cast<std::size_t>(from); at < items.size() && static_cast<std::int64_t>(at) < to; ++at) {
        if (equal(items[at], value)) return at;
    }
    throw_value_error(repr(value) + " is not in list");
}
Value remove_item(const Value& self, const Call& call) {
    Parameters given(call, "remove", {"value"}, 1);
    auto& list = changed_list(self, call, Value());
    list.items().erase(list.items().begin() + static_cast<std::ptrdiff_t>(find_in(list, given[0])));
    return Value();
}
Value index_of(const Value& self, const Call& call) {
    Parameters given(call, "index", {"value", "start", "stop"}, 1);
    auto& list = *sequence_of(self);
    auto range = slice_range(static_cast<std::int64_t>(list.size()), given[1], given[2], Value());
    return Value::integer(static_cast<std::int64_t>(find_in(list, given[0], range.start, range.start + range.count)));
}
Value count_of(const Value& self, const Call& call) {
    Parameters given(call, "count", {"value"}, 1);
    auto& items = sequence_of(self)->items();
    return Value::integer(std::count_if(items.begin(), items.end(), [&](auto& item) { return equal(item, given[0]); }));
}
Value reverse_list(const Value& self, const Call& call) {
    auto& items = changed_list(self, call, Value()).items();
    std::reverse(items.begin(), items.end());
    return Value();
}
Value sort_list(const Value& self, const Call& call) {
    if (!call.arguments.empty()) throw_type_error("sort() takes no positional arguments");
    Parameters given(call, "sort", {"reverse", "key"});
    bool reverse = given.integer(0, 0) != 0;
    std::vector<std::pair<Value, Value>> sorted;
    for (auto& item : changed_list(self, call, Value()).items()) {
        bool keyed = given.given(1);
        sorted.emplace_back(keyed ? call_value(given[1], {{&item, 1}, {}, call.render, call.context}) : item, item);
    }
    sort_stably(sorted,
                [&](auto& a, auto& b) { return reverse ? order(b.first, a.first) < 0 : order(a.first, b.first) < 0; });
    auto& items = sequence_of(self)->items();
    items.clear();
    for (auto& [key, item] : sorted) items.push_back(std::move(item));
    return Value();
}
Value copy_list(const Value& self, const Call&) { return list(sequence_of(self)->items()); }
Value clear_list(const Value& self, const Call& call) {
    changed_list(self, call, Value()).items().clear();
    return Value();
}

// Dicts

enum class Shown : std::uint8_t { keys, values, items };

/// What keys(), values() and items() give: it follows the dict.
class DictView final : public Thing {
  public:
    DictView(Value dict, Shown shown) : Thing(Kind::other), dict_(std::move(dict)), shown_(shown) {}
    std::string_view type_name() const override {
        return shown_ == Shown::keys ? "dict_keys" : shown_ == Shown::values ? "dict_values" : "dict_items";
    }
    void repr(std::string& out, int depth) const override {
        out.append(type_name()) += '(';
        append_repr(out, all(), depth + 1);
        out += ')';
    }
    bool truth() const override { return length() != 0; }
    std::int64_t length() const override { return static_cast<std::int64_t>(dict_.as<Dict>()->size()); }
    Ref<Iterator> iterate() override { return templates::iterate(all()); }

  private:
    Value all() const {
        std::vector<Value> out;
        for (auto& [key, value] : dict_.as<Dict>()->entries()) {
            out.push_back(shown_ == Shown::keys ? key : shown_ == Shown::values ? value : tuple({key, value}));
        }
        return list(std::move(out));
    }
    Value dict_;
    Shown shown_;
};

template <Shown shown>
Value view(const Value& self, const Call& call) {
    Parameters(call, "items", {});
    return Value::thing(make<DictView>(self, shown));
}

Dict& changed_dict(const Value& self, const Call& call, const Value& put) {
    auto& dict = *self.as<Dict>();
    if (dict.frozen)
        throw_runtime("A dict that all templates share cannot be changed; take a copy: {% set mine = dict(all) %}");
    if (dict.size() >= most_items) throw_overflow("The dict is too large.");
    if (put.is_thing() && call.render != nullptr) call.render->watch(self);
    return dict;
}

Value get(const Value& self, const Call& call) {
    if (!call.keywords.empty()) throw_type_error("dict.get() takes no keyword arguments");
    Parameters given(call, "get", {"key", "default"}, 1);
    Value out;
    if (self.as<Dict>()->find(given[0], out)) return out;
    return given.has(1) ? given[1] : Value();
}
Value pop_key(const Value& self, const Call& call) {
    Parameters given(call, "pop", {"key", "default"}, 1);
    auto& dict = changed_dict(self, call, Value());
    dict.entries();
    Value out;
    if (dict.find(given[0], out)) return dict.erase(given[0]), out;
    if (given.has(1)) return given[1];
    throw_lookup_error(repr(given[0]));
}
Value popitem(const Value& self, const Call& call) {
    auto& dict = changed_dict(self, call, Value());
    if (dict.entries().empty()) throw_lookup_error("popitem(): dictionary is empty");
    auto [key, value] = dict.entries().back();
    dict.erase(key);
    return tuple({key, value});
}
Value setdefault(const Value& self, const Call& call) {
    Parameters given(call, "setdefault", {"key", "default"}, 1);
    Value otherwise = given.has(1) ? given[1] : Value();
    auto& dict = changed_dict(self, call, otherwise);
    dict.entries();
    if (Value* found = dict.find(given[0])) return *found;
    dict.set(Value(given[0]).kept(), Value(otherwise).kept());
    return otherwise;
}
Value update(const Value& self, const Call& call) {
    auto& dict = changed_dict(self, call, self);
    dict.entries();
    if (!call.arguments.empty()) fill_dict(dict, call.arguments[0]);
    for (auto& keyword : call.keywords) dict.set(Value::text(std::string{keyword.name}), Value(keyword.value).kept());
    return Value();
}
Value copy_dict(const Value& self, const Call&) {
    auto made = make<Dict>();
    for (auto& [key, value] : self.as<Dict>()->entries()) made->set(key, value);
    return Value::thing(made);
}
Value from_keys(const Value&, const Call& call) {
    Parameters given(call, "fromkeys", {"iterable", "value"}, 1);
    auto made = make<Dict>();
    for (auto& key : to_list(given[0])) made->set(key, given.has(1) ? given[1] : Value());
    return Value::thing(made);
}
Value clear_dict(const Value& self, const Call& call) {
    changed_dict(self, call, Value()).clear();
    return Value();
}

struct ContainerMethod {
    std::string_view name;
    Method::Body body;
};
constexpr ContainerMethod list_methods[] = {
    {"append", append},      {"extend", extend},  {"insert", insert},    {"pop", pop_item},
    {"remove", remove_item}, {"index", index_of}, {"count", count_of},   {"reverse", reverse_list},
    {"sort", sort_list},     {"copy", copy_list}, {"clear", clear_list},
};
constexpr ContainerMethod dict_methods[] = {
    {"items", view<Shown::items>},
    {"keys", view<Shown::keys>},
    {"values", view<Shown::values>},
    {"get", get},
    {"pop", pop_key},
    {"popitem", popitem},
    {"setdefault", setdefault},
    {"update", update},
    {"copy", copy_dict},
    {"clear", clear_dict},
    {"fromkeys", from_keys},
};

}  // namespace

void fill_dict(Dict& dict, const Value& from) {
    if (auto* other = from.as<Dict>()) {
        auto entries = other->entries();
        for (auto& [key, value] : entries) dict.set(key, value);
        return;
    }
    if (from.is_undefined()) throw_undefined(from);
    for (auto& item : to_list(from)) {
        auto pair = to_list(item);
        if (pair.size() != 2) throw_value_error("a dict is made of pairs of a key and a value");
        dict.set(pair[0], pair[1]);
    }
}

Method::Body list_method(std::string_view name) noexcept {
    for (auto& known : list_methods) {
        if (known.name == name) return known.body;
    }
    return nullptr;
}
Method::Body tuple_method(std::string_view name) noexcept {
    return name == "index" ? index_of : name == "count" ? count_of : nullptr;
}
Method::Body dict_method(std::string_view name) noexcept {
    for (auto& known : dict_methods) {
        if (known.name == name) return known.body;
    }
    return nullptr;
}

}  // namespace retort::templates
