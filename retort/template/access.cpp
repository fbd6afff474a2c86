// Attributes, items, slices, iteration and calls of values.
#include <bit>
#include <cmath>

#include "retort/base/text.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

bool object_attribute(const Value& self, const ObjectView& view, std::string_view name, Value& out) {
    if (const Member* member = view.type->find(name)) {
        read_member(self, view, *member, out);
        return true;
    }
    if (view.type->attribute == nullptr || !view.type->attribute(view.object, name, out)) return false;
    if (view.held != nullptr) attach(out, view.held->owner);
    return true;
}

/// The bytes of the character at that place; empty outside.
std::string_view character_at(std::string_view text, std::int64_t place) {
    if (place < 0) place += static_cast<std::int64_t>(utf8_length(text));
    if (place < 0) return {};
    for (; !text.empty(); --place) {
        auto size = std::max<std::uint32_t>(read_utf8(text).size, 1);
        if (place == 0) return text.substr(0, size);
        text.remove_prefix(size);
    }
    return {};
}

bool text_item(const Value& value, const Value& key, Value& out) {
    if (!key.is_integral()) return false;
    auto found = character_at(value.text(), key.integer());
    if (found.empty()) return false;
    out = Value::part(value, found);
    return true;
}

class CharacterIterator final : public Iterator {
  public:
    explicit CharacterIterator(const Value& text) : text_(text.with_markup(false)), rest_(text_.text()) {}
    bool next(Value& out) override {
        if (rest_.empty()) return false;
        auto size = std::max<std::uint32_t>(read_utf8(rest_).size, 1);
        out = Value::part(text_, rest_.substr(0, size));
        rest_.remove_prefix(size);
        return true;
    }

  private:
    Value text_;
    std::string_view rest_;
};

class NothingIterator final : public Iterator {
  public:
    bool next(Value&) override { return false; }
};

}  // namespace

namespace {

/// A function of a C++ object, together with the object.
class BoundMember final : public Thing {
  public:
    BoundMember(Value self, const ObjectView& view, const Member& member)
        : Thing(Kind::other), self_(std::move(self)), type_(*view.type), member_(member) {}
    std::string_view type_name() const override { return "method"; }
    void repr(std::string& out, int depth) const override {
        out.append("<bound method ").append(type_.name).append(".").append(member_.name).append(" of ");
        append_repr(out, self_, depth + 1);
        out += '>';
    }
    bool callable() const override { return true; }
    Value call(const Call& call) override {
        std::vector<Value> arguments{self_};
        arguments.insert(arguments.end(), call.arguments.begin(), call.arguments.end());
        return member_.method({arguments, call.keywords, call.render, call.context, member_.name});
    }
    void clear() override { self_ = Value(); }

  private:
    Value self_;
    const ObjectType& type_;
    const Member& member_;
};

}  // namespace

void read_member(const Value& self, const ObjectView& view, const Member& member, Value& out) {
    if (member.read != nullptr) {
        member.read(view.object, member, out);
        if (view.held != nullptr) attach(out, view.held->owner);
        return;
    }
    out = Value::thing(make<BoundMember>(self, view, member));
}

namespace {

Value is_whole(const Value& self, const Call&) {
    return Value::boolean(self.is_integral() || self.real() == std::floor(self.real()));
}

Value itself(const Value& self, const Call&) { return positive(self); }
Value bit_length(const Value& self, const Call&) {
    auto number = self.integer();
    auto magnitude = static_cast<std::uint64_t>(number);
    if (number < 0) magnitude = std::uint64_t{0} - magnitude;
    return Value::integer(static_cast<std::int64_t>(std::bit_width(magnitude)));
}

/// What numbers have: `1.5.is_integer()`, `x.real`.
bool number_attribute(const Value& value, std::string_view name, Value& out) {
    if (name == "real" || (name == "numerator" && value.is_integral())) return out = positive(value), true;
    if (name == "imag") return out = value.is_integral() ? Value::integer(0) : Value::real(0), true;
    if (name == "denominator" && value.is_integral()) return out = Value::integer(1), true;
    auto method = [&](const char* called, Method::Body body) {
        return out = Value::thing(make<Method>(value, called, body)), true;
    };
    if (name == "is_integer" && value.is_real()) return method("is_integer", is_whole);
    if (name == "bit_length" && value.is_integral()) return method("bit_length", bit_length);
    return name == "conjugate" && method("conjugate", itself);
}

}  // namespace

bool find_attribute(const Value& value, std::string_view name, Value& out) {
    if (auto view = object_of(value)) return object_attribute(value, view, name, out);
    if (value.is_undefined()) {
        if (undefined_info(value).behaviour == Undefined::chainable) return out = value, true;
        if (name.substr(0, 2) == "__") return false;
        throw_undefined(value);
    }
    if (value.is_thing()) return value.thing().attribute(name, out);
    if (value.is_number()) return number_attribute(value, name, out);
    if (!value.is_text()) return false;
    auto body = text_method(name, value.is_markup());
    if (body != nullptr) out = Value::thing(make<Method>(value, name, body));
    return body != nullptr;
}

bool find_item(const Value& value, const Value& key, Value& out) {
    if (value.is_text()) return text_item(value, key, out);
    if (auto view = object_of(value)) {
        if (view.type->item == nullptr || !view.type->item(view.object, key, out)) return false;
        if (view.held != nullptr) attach(out, view.held->owner);
        return true;
    }
    if (value.is_undefined()) {
        if (undefined_info(value).behaviour == Undefined::chainable) return out = value, true;
        throw_undefined(value);
    }
    return value.is_thing() && value.thing().item(key, out);
}

Value get_attribute(const Value& value, std::string_view name, Undefined behaviour) {
    Value out;
    if (find_attribute(value, name, out) || find_item(value, Value::view(name), out)) return out;
    return undefined_member(behaviour, value, Value::text(std::string{name}));
}

Value get_item(const Value& value, const Value& key, Undefined behaviour) {
    Value out;
    if (find_item(value, key, out)) return out;
    if (key.is_text() && find_attribute(value, key.text(), out)) return out;
    return undefined_member(behaviour, value, key);
}

SliceRange slice_range(std::int64_t size, const Value& start, const Value& stop, const Value& step) {
    auto number = [](const Value& value, std::int64_t otherwise) {
        if (value.is_missing() || value.is_none()) return otherwise;
        if (!value.is_integral()) {
            throw_type_error("slice indices must be integers or None or have an __index__ method");
        }
        return value.integer();
    };
    std::int64_t by = number(step, 1);
    if (by == 0) throw_value_error("slice step cannot be zero");
    if (by < -INT64_MAX) by = -INT64_MAX;
    auto bounded = [&](std::int64_t place) {
        if (place < 0) place = place < -size ? -1 : place + size;
        std::int64_t least = by < 0 ? -1 : 0, most = by < 0 ? size - 1 : size;
        return std::min(std::max(place, least), most);
    };
    auto given = [](const Value& value) { return !value.is_missing() && !value.is_none(); };
    std::int64_t from = given(start) ? bounded(number(start, 0)) : by < 0 ? size - 1 : 0;
    std::int64_t to = given(stop) ? bounded(number(stop, 0)) : by < 0 ? -1 : size;
    std::int64_t distance = by < 0 ? from - to : to - from;
    std::int64_t stride = by < 0 ? -by : by;
    return {from, to, distance <= 0 ? 0 : (distance - 1) / stride + 1, by};
}

namespace {

Value slice_text(const Value& value, const Value& start, const Value& stop, const Value& step) {
    std::vector<std::string_view> characters;
    for (auto rest = value.text(); !rest.empty();) {
        auto size = std::max<std::uint32_t>(read_utf8(rest).size, 1);
        characters.push_back(rest.substr(0, size));
        rest.remove_prefix(size);
    }
    auto range = slice_range(static_cast<std::int64_t>(characters.size()), start, stop, step);
    std::string out;
    for (std::int64_t at = 0; at < range.count; ++at) {
        out.append(characters[static_cast<std::size_t>(range.start + at * range.step)]);
    }
    return Value::text(std::move(out), value.is_markup());
}

Value slice_range_thing(const Range& range, const Value& start, const Value& stop, const Value& step) {
    auto part = slice_range(range.count, start, stop, step);
    return Value::thing(make<Range>(range.at(part.start), range.at(part.stop), range.step * part.step));
}

}  // namespace

Value slice(const Value& value, const Value& start, const Value& stop, const Value& step) {
    if (value.is_text()) return slice_text(value, start, stop, step);
    if (value.is_undefined()) {
        if (undefined_info(value).behaviour == Undefined::chainable) return value;
        throw_undefined(value);
    }
    if (auto* range = value.as<Range>()) return slice_range_thing(*range, start, stop, step);
    auto* all = sequence_of(value);
    Value made;
    if (auto view = object_of(value); all == nullptr && view && view.type->iterate != nullptr) {
        made = list(to_list(value));
        all = sequence_of(made);
    }
    if (all == nullptr) throw_type_error("'" + type_name(value) + "' object is not subscriptable");
    auto range = slice_range(static_cast<std::int64_t>(all->size()), start, stop, step);
    std::vector<Value> items(static_cast<std::size_t>(range.count));
    for (std::int64_t at = 0; at < range.count; ++at) {
        all->at(static_cast<std::size_t>(range.start + at * range.step), items[static_cast<std::size_t>(at)]);
    }
    return all->is_tuple() ? tuple(std::move(items)) : list(std::move(items));
}

Ref<Iterator> try_iterate(const Value& value) {
    if (value.is_text()) return make<CharacterIterator>(value);
    if (value.is_undefined()) {
        if (undefined_info(value).behaviour == Undefined::strict) throw_undefined(value);
        return make<NothingIterator>();
    }
    if (auto view = object_of(value)) {
        if (view.type->iterate == nullptr) return {};
        Value inside = view.type->iterate(view.object);
        if (view.held != nullptr) attach(inside, view.held->owner);
        return try_iterate(inside);
    }
    return value.is_thing() ? value.thing().iterate() : Ref<Iterator>{};
}

Ref<Iterator> iterate(const Value& value) {
    auto found = try_iterate(value);
    if (!found) throw_type_error("'" + type_name(value) + "' object is not iterable");
    return found;
}

std::vector<Value> to_list(const Value& value) {
    if (auto* all = sequence_of(value)) return all->items();
    if (auto* range = value.as<Range>(); range && range->count > static_cast<std::int64_t>(most_items)) {
        throw_overflow("The list is too long.");
    }
    auto each = iterate(value);
    std::vector<Value> items;
    Value item;
    while (each->next(item)) {
        if (items.size() >= most_items) throw_overflow("The list is too long.");
        items.push_back(item);
    }
    return items;
}

bool is_callable(const Value& value) { return (value.is_thing() && value.thing().callable()) || value.is_undefined(); }

Value call_value(const Value& function, const Call& call) {
    if (function.is_undefined()) throw_undefined(function);
    if (!function.is_thing() || !function.thing().callable()) {
        throw_type_error("'" + type_name(function) + "' object is not callable");
    }
    return function.thing().call(call);
}

std::int64_t to_integer(const Value& value, std::string_view what) {
    if (value.is_undefined()) throw_undefined(value);
    if (!value.is_integral()) {
        throw_type_error(std::string{what} + " must be an integer, not '" + type_name(value) + "'");
    }
    return value.integer();
}

// Parameters

namespace {
const Value not_given = Value::missing();
}

Parameters::Parameters(const Call& call, std::string_view function, std::initializer_list<std::string_view> names,
                       std::size_t required) {
    std::size_t count = 0;
    for (auto name : names) {
        names_[count] = name;
        values_[count] = count < call.arguments.size() ? &call.arguments[count] : &not_given;
        ++count;
    }
    std::string called = std::string{function} + "()";
    if (call.arguments.size() > count) {
        throw_type_error(called + " takes at most " + std::to_string(count) + " arguments, " +
                         std::to_string(call.arguments.size()) + " were given");
    }
    for (const Keyword& keyword : call.keywords) {
        std::size_t at = 0;
        while (at < count && names_[at] != keyword.name) ++at;
        std::string name = "'" + std::string{keyword.name} + "'";
        if (at == count) throw_type_error(called + " got an unexpected keyword argument " + name);
        if (has(at)) throw_type_error(called + " got multiple values for argument " + name);
        values_[at] = &keyword.value;
    }
    for (std::size_t at = 0; at < required; ++at) {
        if (has(at)) continue;
        throw_type_error(called + " missing required argument '" + std::string{names_[at]} + "'");
    }
}

std::int64_t Parameters::integer(std::size_t at, std::int64_t otherwise) const {
    return has(at) ? to_integer(*values_[at], names_[at]) : otherwise;
}
bool Parameters::truth(std::size_t at, bool otherwise) const {
    return has(at) ? templates::truth(*values_[at]) : otherwise;
}

}  // namespace retort::templates
