// Equality, order and hashes of values, as Python has them.
#include <cmath>
#include <functional>

#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

/// What one comparison may take: `(x, x)`, forty times in itself, is 2^40 items for who looks at each.
constexpr std::uint64_t most_compared = std::uint64_t{1} << 23;
constinit thread_local std::uint64_t compared = 0;

void check_nesting(int depth) {
    if (depth > most_nesting) throw_runtime("The values are nested too deeply to be compared.");
    if (depth == 0) compared = 0;
}

void count_items(std::size_t items) {
    compared += items;
    if (compared > most_compared) throw_runtime("The values hold each other too often to be compared.");
}

bool equal_lists(const List& left, const List& right, int depth) {
    if (left.kind != right.kind) return false;
    auto &a = left.items(), &b = right.items();
    if (a.size() != b.size()) return false;
    count_items(a.size());
    for (std::size_t at = 0; at < a.size(); ++at) {
        if (!equal(a[at], b[at], depth + 1)) return false;
    }
    return true;
}

bool equal_dicts(const Dict& left, const Dict& right, int depth) {
    if (left.entries().size() != right.entries().size()) return false;
    for (auto& [key, value] : left.entries()) {
        Value* other = right.find(key);
        count_items(1);
        if (other == nullptr || !equal(value, *other, depth + 1)) return false;
    }
    return true;
}

bool equal_ranges(const Range& a, const Range& b) {
    return a.count == b.count && (a.count == 0 || (a.start == b.start && (a.count == 1 || a.step == b.step)));
}

bool equal_things(const Value& left, const Value& right, int depth) {
    // As in Python, what is the same is equal, whatever it holds.
    if (&left.thing() == &right.thing()) return true;
    check_nesting(depth);
    if (auto *a = sequence_of(left), *b = sequence_of(right); a && b) return equal_lists(*a, *b, depth);
    if (auto *a = left.as<Dict>(), *b = right.as<Dict>(); a && b) return equal_dicts(*a, *b, depth);
    if (auto *a = left.as<Range>(), *b = right.as<Range>(); a && b) return equal_ranges(*a, *b);
    return false;
}

/// Itself, or what it stands for, which `kept` keeps.
ObjectView meant(const ObjectView& view, Value& kept) {
    if (view.type == nullptr || view.type->stands_for == nullptr) return view;
    kept = view.type->stands_for(view.object);
    return object_of(kept);
}

bool equal_objects(const ObjectView& one, const ObjectView& other) {
    Value one_kept, other_kept;
    auto left = meant(one, one_kept), right = meant(other, other_kept);
    if (left.object == right.object && left.type == right.type) return true;
    if (left.type == nullptr || left.type != right.type || !left.type->is_text) return false;
    std::string a, b;
    left.type->text(left.object, a);
    right.type->text(right.object, b);
    return a == b;
}

/// By the type of one of the two, where it has an order of its own.
bool order_by_type(const Value& left, const Value& right, std::partial_ordering& out) {
    for (auto* side : {&left, &right}) {
        auto* type = calculation_of(*side);
        if (type != nullptr && type->order != nullptr) return type->order(left, right, out);
    }
    return false;
}

void check_strict(const Value& value) {
    if (value.is_undefined() && undefined_info(value).behaviour == Undefined::strict) throw_undefined(value);
}

std::partial_ordering order_numbers(const Value& left, const Value& right) {
    if (left.is_integral() && right.is_integral()) return left.integer() <=> right.integer();
    return left.real() <=> right.real();
}

std::partial_ordering order_lists(const List& left, const List& right, std::string_view sign, int depth) {
    auto &a = left.items(), &b = right.items();
    for (std::size_t at = 0; at < a.size() && at < b.size(); ++at) {
        count_items(1);
        if (!equal(a[at], b[at], depth + 1)) return order(a[at], b[at], sign, depth + 1);
    }
    return a.size() <=> b.size();
}

[[noreturn]] void throw_unordered(const Value& left, const Value& right, std::string_view sign) {
    throw_type_error("'" + std::string{sign} + "' not supported between instances of '" + type_name(left) + "' and '" +
                     type_name(right) + "'");
}

std::size_t mix(std::size_t seed, std::size_t more) {
    return seed ^ (more + 0x9E3779B97F4A7C15u + (seed << 6) + (seed >> 2));
}

std::size_t hash_thing(const Value& value, int depth) {
    check_nesting(depth);
    if (auto* all = sequence_of(value); all != nullptr && all->is_tuple()) {
        return all->hash([&] {
            std::size_t code = all->size();
            for (auto& item : all->items()) code = mix(code, hash(item, depth + 1));
            return code;
        });
    }
    auto kind = value.thing().kind;
    if (kind == Thing::Kind::list || kind == Thing::Kind::dict) {
        throw_type_error("unhashable type: '" + type_name(value) + "'");
    }
    return std::hash<const void*>{}(&value.thing());
}

}  // namespace

bool equal(const Value& left, const Value& right, int depth) {
    if (left.is_text() && right.is_text()) return left.text() == right.text();
    if (left.is_number() && right.is_number()) return order_numbers(left, right) == 0;
    check_strict(left), check_strict(right);
    if (left.is_undefined() || right.is_undefined()) {
        return left.is_undefined() && right.is_undefined() &&
               undefined_info(left).behaviour == undefined_info(right).behaviour;
    }
    if (left.is_none() || right.is_none()) return left.is_none() && right.is_none();
    auto a = object_of(left), b = object_of(right);
    if (auto found = std::partial_ordering::unordered; order_by_type(left, right, found)) return found == 0;
    if (a || b) return equal_objects(a, b);
    return left.is_thing() && right.is_thing() && equal_things(left, right, depth);
}

std::partial_ordering order(const Value& left, const Value& right, std::string_view sign, int depth) {
    if (left.is_undefined()) throw_undefined(left);
    if (right.is_undefined()) throw_undefined(right);
    if (left.is_text() && right.is_text()) return left.text() <=> right.text();
    if (left.is_number() && right.is_number()) return order_numbers(left, right);
    auto *a = sequence_of(left), *b = sequence_of(right);
    if (a != nullptr && b != nullptr && a->kind == b->kind) {
        check_nesting(depth);
        return order_lists(*a, *b, sign, depth);
    }
    if (auto found = std::partial_ordering::unordered; order_by_type(left, right, found)) return found;
    auto x = object_of(left), y = object_of(right);
    if (x && y && x.type == y.type && x.type->is_text) {
        std::string first, second;
        x.type->text(x.object, first);
        y.type->text(y.object, second);
        return first <=> second;
    }
    throw_unordered(left, right, sign);
}

std::size_t hash(const Value& value, int depth) {
    switch (value.kind()) {
        case ValueKind::text: return std::hash<std::string_view>{}(value.text());
        case ValueKind::boolean:
        case ValueKind::integer: return std::hash<std::int64_t>{}(value.integer());
        case ValueKind::real:
            if (value.real() == std::trunc(value.real()) && std::abs(value.real()) < 9e18) {
                return std::hash<std::int64_t>{}(static_cast<std::int64_t>(value.real()));
            }
            return std::hash<double>{}(value.real());
        case ValueKind::thing:
            if (!object_of(value)) return hash_thing(value, depth);
            break;
        case ValueKind::object: break;
        default: check_strict(value); return static_cast<std::size_t>(value.kind());
    }
    auto view = object_of(value);
    if (auto* type = view.type->calculation; type != nullptr && type->hash != nullptr) return type->hash(view.object);
    if (!view.type->is_text) return std::hash<const void*>{}(view.object);
    std::string text;
    view.type->text(view.object, text);
    return std::hash<std::string>{}(text);
}

bool contains(const Value& container, const Value& value) {
    if (container.is_text()) {
        if (!value.is_text()) {
            throw_type_error("'in <string>' requires string as left operand, not " + type_name(value));
        }
        return container.text().find(value.text()) != std::string_view::npos;
    }
    if (auto* dict = container.as<Dict>()) {
        Value found;
        return dict->find(value, found);
    }
    // What is asked by keys has those, whatever it gives one by one: the headers of a request give pairs.
    if (auto view = object_of(container); view && view.type->item != nullptr) {
        Value found;
        return view.type->item(view.object, value, found);
    }
    auto all = try_iterate(container);
    if (!all) throw_type_error("argument of type '" + type_name(container) + "' is not iterable");
    Value each;
    while (all->next(each)) {
        if (each.same_as(value) || equal(each, value)) return true;
    }
    return false;
}

}  // namespace retort::templates
