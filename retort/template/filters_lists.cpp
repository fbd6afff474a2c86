// Filters of lists: sort, join, batch, groupby and so on.
#include <algorithm>
#include <random>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/stable_sort.hpp"

namespace retort::templates {

Getter::Getter(const Call& call, const Value& attribute, const Value& otherwise)
    : otherwise_(otherwise), undefined_(undefined_of(call)) {
    if (attribute.is_missing() || attribute.is_none()) return;
    if (!attribute.is_text()) {
        parts_.push_back(attribute);
        return;
    }
    for (auto part : split(attribute.text(), '.')) {
        bool digits = !part.empty() && part.size() < 18 && std::all_of(part.begin(), part.end(), is_ascii_digit);
        parts_.push_back(digits ? Value::integer(std::stoll(std::string{part})) : Value::text(std::string{part}));
    }
}

Value Getter::operator()(const Value& item) const {
    Value found = item;
    for (auto& part : parts_) {
        found = get_item(found, part, undefined_);
        if (found.is_undefined() && !otherwise_.is_missing() && !otherwise_.is_none()) found = otherwise_;
    }
    return found;
}

Value without_case(const Value& value) { return value.is_text() ? Value::text(to_lower(value.text())) : value; }

namespace {

Value maybe_without_case(const Value& value, bool case_sensitive) {
    return case_sensitive ? value : without_case(value);
}

struct Sorted {
    Value key, item;
};
bool is_less(const Value& a, const Value& b) { return order(a, b) < 0; }
/// As Python compares lists of keys: two that are undefined are the same, and no error.
bool is_less_in_list(const Value& a, const Value& b) { return !(a.is_undefined() && equal(a, b)) && is_less(a, b); }

/// Stable; throws TypeError when two cannot be compared.
void sort_by_key(std::vector<Sorted>& all, bool reverse, bool (*less)(const Value&, const Value&) = is_less) {
    sort_stably(all, [reverse, less](const Sorted& a, const Sorted& b) {
        return reverse ? less(b.key, a.key) : less(a.key, b.key);
    });
}
std::vector<Value> items_of(std::vector<Sorted> all) {
    std::vector<Value> items;
    items.reserve(all.size());
    for (auto& each : all) items.push_back(std::move(each.item));
    return items;
}

Value sort(const Call& call) {
    Parameters given(call, "sort", {"value", "reverse", "case_sensitive", "attribute"}, 1);
    std::vector<Getter> getters;
    if (given[3].is_text()) {
        for (auto name : split(given[3].text(), ',')) getters.emplace_back(call, Value::view(name));
    } else {
        getters.emplace_back(call, given[3]);
    }
    bool case_sensitive = given.truth(2, false);
    std::vector<Sorted> all;
    auto each = iterate(given[0]);
    for (Value item; each->next(item);) {
        std::vector<Value> keys;
        keys.reserve(getters.size());
        for (auto& get : getters) keys.push_back(maybe_without_case(get(item), case_sensitive));
        all.push_back({keys.size() == 1 ? keys[0] : tuple(std::move(keys)), item});
    }
    sort_by_key(all, given.integer(1, 0) != 0, is_less_in_list);
    return list(items_of(std::move(all)));
}

Value dictsort(const Call& call) {
    Parameters given(call, "dictsort", {"value", "case_sensitive", "by", "reverse"}, 1);
    std::string by = given.has(2) ? str(given[2]) : "key";
    if (by != "key" && by != "value") {
        throw FilterArgumentError("filter-argument"_code, "You can only sort by either \"key\" or \"value\"");
    }
    if (given[0].is_undefined()) throw_undefined(given[0]);
    Value items;
    if (!find_attribute(given[0], "items", items) || !is_callable(items)) {
        throw_type_error("'" + type_name(given[0]) + "' object has no attribute 'items'");
    }
    std::vector<Sorted> all;
    for (auto& pair : to_list(call_value(items, {{}, {}, call.render, call.context}))) {
        auto key = get_item(pair, Value::integer(by == "key" ? 0 : 1), undefined_of(call));
        all.push_back({maybe_without_case(key, given.truth(1, false)), pair});
    }
    sort_by_key(all, given.integer(3, 0) != 0);
    return list(items_of(std::move(all)));
}

Value best(const Call& call, const char* name, bool largest) {
    Parameters given(call, name, {"value", "case_sensitive", "attribute"}, 1);
    Getter get(call, given[2]);
    bool case_sensitive = given.truth(1, false), any = false;
    Value found, found_key;
    auto each = iterate(given[0]);
    for (Value item; each->next(item);) {
        Value key = maybe_without_case(get(item), case_sensitive);
        bool better = !any || (largest ? order(key, found_key, ">") > 0 : order(key, found_key) < 0);
        any = true;
        if (better) found = item, found_key = key;
    }
    return any ? found : undefined_hint(undefined_of(call), "No aggregated item, sequence was empty.");
}

Value unique_filter(const Call& call) {
    Parameters given(call, "unique", {"value", "case_sensitive", "attribute"}, 1);
    auto seen = make<Dict>();
    Getter get(call, given[2]);
    bool case_sensitive = given.truth(1, false);
    return generator(call, "do_unique",
                     [seen, get, case_sensitive, source = given[0], each = Ref<Iterator>()](Value& out) mutable {
                         if (!each) each = iterate(source);
                         while (each->next(out)) {
                             Value key = maybe_without_case(get(out), case_sensitive);
                             if (seen->find(key) != nullptr) continue;
                             seen->set(key, Value());
                             return true;
                         }
                         return false;
                     });
}

Value groupby(const Call& call) {
    Parameters given(call, "groupby", {"value", "attribute", "default", "case_sensitive"}, 2);
    Getter get(call, given[1], given[2]);
    bool case_sensitive = given.truth(3, false);
    std::vector<Sorted> all;
    auto each = iterate(given[0]);
    for (Value item; each->next(item);) all.push_back({maybe_without_case(get(item), case_sensitive), item});
    sort_by_key(all, false);
    auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"grouper", "list"});
    std::vector<Value> groups;
    for (std::size_t at = 0; at < all.size();) {
        std::size_t from = at;
        std::vector<Value> items;
        while (at < all.size() && (at == from || equal(all[at].key, all[from].key))) items.push_back(all[at++].item);
        groups.push_back(named_tuple({get(all[from].item), list(std::move(items))}, names));
    }
    return list(std::move(groups));
}

void fill_up(std::vector<Value>& line, const Value& fill, const Value& count) {
    if (fill.is_missing()) return;
    auto wanted = to_integer(count, "linecount");
    if (wanted > static_cast<std::int64_t>(most_items)) throw_overflow("The lines are too long.");
    while (static_cast<std::int64_t>(line.size()) < wanted) line.push_back(fill);
}

Value batch(const Call& call) {
    Parameters given(call, "batch", {"value", "linecount", "fill_with"}, 2);
    return generator(call, "do_batch",
                     [source = given[0], count = given[1], fill = given.given(2) ? given[2] : Value::missing(),
                      each = Ref<Iterator>(), line = std::vector<Value>(), over = false](Value& out) mutable {
                         if (!each) each = iterate(source);
                         for (Value item; !over && each->next(item);) {
                             if (equal(Value::integer(static_cast<std::int64_t>(line.size())), count)) {
                                 out = list(std::exchange(line, {item}));
                                 return true;
                             }
                             line.push_back(item);
                         }
                         over = true;
                         if (line.empty()) return false;
                         fill_up(line, fill, count);
                         out = list(std::exchange(line, {}));
                         return true;
                     });
}

std::vector<Value> sliced(std::vector<Value> all, std::size_t slices, std::size_t at, const Value& fill) {
    std::size_t each = all.size() / slices, extra = all.size() % slices;
    std::size_t from = at * each + std::min(at, extra), to = from + each + (at < extra ? 1 : 0);
    std::vector<Value> part(all.begin() + static_cast<std::ptrdiff_t>(from),
                            all.begin() + static_cast<std::ptrdiff_t>(to));
    if (!fill.is_missing() && at >= extra) part.push_back(fill);
    return part;
}

std::int64_t slice_count(const Value& wanted) {
    auto slices = to_integer(wanted, "slices");
    if (slices == 0) arithmetic(Operator::floordiv, Value::integer(1), wanted);  // throws
    if (slices > static_cast<std::int64_t>(most_items)) throw_overflow("There are too many slices.");
    return std::max<std::int64_t>(slices, 0);
}

Value slice_filter(const Call& call) {
    Parameters given(call, "slice", {"value", "slices", "fill_with"}, 2);
    return generator(
        call, "sync_do_slice",
        [source = given[0], wanted = given[1], fill = given.given(2) ? given[2] : Value::missing(),
         at = std::int64_t{0}, slices = std::int64_t{-1}](Value& out) mutable {
            if (slices < 0) {
                source = list(to_list(source));
                slices = slice_count(wanted);
            }
            if (at >= slices) return false;
            out = list(sliced(to_list(source), static_cast<std::size_t>(slices), static_cast<std::size_t>(at), fill));
            ++at;
            return true;
        });
}

Value first(const Call& call) {
    Parameters given(call, "first", {"seq"}, 1);
    Value out;
    if (iterate(given[0])->next(out)) return out;
    return undefined_hint(undefined_of(call), "No first item, sequence was empty.");
}

/// What can be read from its end.
std::vector<Value> reversible(const Value& value) {
    bool can = value.is_text() || value.is_undefined() || length_of(value) >= 0;
    if (!can) throw_type_error("'" + type_name(value) + "' object is not reversible");
    return to_list(value);
}

Value last(const Call& call) {
    Parameters given(call, "last", {"seq"}, 1);
    Value character;  // of markup it is markup, as an item of it is
    if (given[0].is_text() && find_item(given[0], Value::integer(-1), character)) return character;
    auto all = reversible(given[0]);
    if (!all.empty()) return all.back();
    return undefined_hint(undefined_of(call), "No last item, sequence was empty.");
}

Value random_filter(const Call& call) {
    Parameters given(call, "random", {"seq"}, 1);
    if (length_of(given[0]) < 0) throw_type_error("object of type '" + type_name(given[0]) + "' has no len()");
    auto all = to_list(given[0]);
    if (all.empty()) return undefined_hint(undefined_of(call), "No random item, sequence was empty.");
    thread_local std::minstd_rand numbers{std::random_device{}()};
    auto place = std::uniform_int_distribution<std::size_t>(0, all.size() - 1)(numbers);
    if (auto* dict = given[0].as<Dict>()) {  // of which Python takes the item with that number as its key
        Value found;
        if (!dict->find(Value::integer(static_cast<std::int64_t>(place)), found)) {
            throw_lookup_error(std::to_string(place));
        }
        return found;
    }
    if (given[0].is_thing() && !given[0].thing().has_items() && !object_of(given[0])) {
        throw_type_error("'" + type_name(given[0]) + "' object is not subscriptable");
    }
    return all[place];
}

/// As Python calls what `reversed` makes of it.
std::string_view reversed_name(const Value& value) {
    auto type = type_name(value);
    if (type == "dict" || type == "dict_keys") return "dict_reversekeyiterator";
    if (type == "dict_values") return "dict_reversevalueiterator";
    if (type == "dict_items") return "dict_reverseitemiterator";
    if (type == "range") return "range_iterator";
    return type == "list" ? "list_reverseiterator" : "reversed";
}

Value reverse(const Call& call) {
    Parameters given(call, "reverse", {"value"}, 1);
    auto& value = given[0];
    if (value.is_text()) return slice(value, Value::missing(), Value::missing(), Value::integer(-1));
    if (!try_iterate(value)) {
        throw FilterArgumentError("filter-argument"_code, "argument must be iterable");
    }
    auto all = to_list(value);
    std::reverse(all.begin(), all.end());
    if (length_of(value) < 0) return list(std::move(all));
    return generator(call, reversed_name(value), [all = std::move(all), at = std::size_t{0}](Value& out) mutable {
        if (at >= all.size()) return false;
        out = all[at++];
        return true;
    });
}

Value length(const Call& call) {
    Parameters given(call, "length", {"obj"}, 1);
    auto count = length_of(given[0]);
    if (count < 0) throw_type_error("object of type '" + type_name(given[0]) + "' has no len()");
    return Value::integer(count);
}

Value join_filter(const Call& call) {
    Parameters given(call, "join", {"value", "d", "attribute"}, 1);
    Getter get(call, given[2]);
    Value glue = given.has(1) ? given[1] : Value::view("");
    std::vector<Value> items;
    auto each = iterate(given[0]);
    for (Value item; each->next(item);) items.push_back(get(item));
    bool html = escapes(call) && (glue.is_markup() ||
                                  std::any_of(items.begin(), items.end(), [](auto& item) { return item.is_markup(); }));
    std::string out;
    for (std::size_t at = 0; at < items.size(); ++at) {
        if (at != 0) html ? append_escaped(out, glue) : append_str(out, glue);
        html ? append_escaped(out, items[at]) : append_str(out, items[at]);
    }
    return Value::text(std::move(out), html);
}

Value items_filter(const Call& call) {
    Parameters given(call, "items", {"value"}, 1);
    return generator(call, "do_items", [value = given[0], each = Ref<Iterator>()](Value& out) mutable {
        if (value.is_undefined()) return false;
        if (!each) {
            auto* dict = value.as<Dict>();
            if (dict == nullptr) throw_type_error("Can only get item pairs from a mapping.");
            std::vector<Value> pairs;
            for (auto& [key, item] : dict->entries()) pairs.push_back(tuple({key, item}));
            each = iterate(list(std::move(pairs)));
        }
        return each->next(out);
    });
}

}  // namespace

void add_list_filters(Functions& filters) {
    filters["sort"] = sort;
    filters["dictsort"] = dictsort;
    filters["min"] = [](const Call& call) { return best(call, "min", false); };
    filters["max"] = [](const Call& call) { return best(call, "max", true); };
    filters["unique"] = unique_filter;
    filters["groupby"] = groupby;
    filters["batch"] = batch;
    filters["slice"] = slice_filter;
    filters["first"] = first;
    filters["last"] = last;
    filters["random"] = random_filter;
    filters["reverse"] = reverse;
    filters["length"] = filters["count"] = length;
    filters["join"] = join_filter;
    filters["items"] = items_filter;
    filters["list"] = [](const Call& call) { return list(to_list(Parameters(call, "list", {"value"}, 1)[0])); };
}

}  // namespace retort::templates
