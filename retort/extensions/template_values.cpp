// What templates see of models: columns and relationships by their names, loaded when they are touched.
#include "retort/extensions/template_values.hpp"

#include <atomic>
#include <mutex>

#include "retort/base/decimal.hpp"
#include "retort/base/interval.hpp"
#include "retort/orm/mapper.hpp"
#include "retort/orm/query.hpp"
#include "retort/orm/session_core.hpp"
#include "retort/template/decimals.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/function.hpp"
#include "retort/template/moments.hpp"
#include "retort/template/operations.hpp"
#include "retort/template/things.hpp"

namespace retort::detail {

namespace {

using templates::Call;
using templates::Member;
using templates::ObjectType;
using templates::Value;

/// A way to what One and Many keep for themselves.
struct OpenOne : orm::OneCell {
    static void* target(const orm::OneCell& one) { return (one.*(&OpenOne::get))(); }
};
struct OpenMany : orm::ManyCell {
    static const orm::Items& all(const orm::ManyCell& many) { return (many.*(&OpenMany::items))(); }
};

// Columns

/// With the zeros at its end that the column has.
Decimal decimal_of(const sql::ValueView& view, const sql::Type& type) {
    auto number = Decimal::from_parts(view.decimal().coefficient(), view.decimal().scale());
    return type.scale() > number.scale() ? number.rounded(type.scale()) : number;
}

Value value_of(const sql::ValueView& view, const sql::Type& type) {
    switch (view.kind) {
        case sql::ValueKind::null: return Value();
        case sql::ValueKind::boolean: return Value::boolean(view.integer != 0);
        case sql::ValueKind::integer: return Value::integer(view.integer);
        case sql::ValueKind::real: return Value::real(view.real);
        case sql::ValueKind::text:
            if (type.is_json()) return templates::from_json(json::parse(view.text()));
            return Value::view(view.text());
        case sql::ValueKind::blob: return Value::view(view.text());
        case sql::ValueKind::decimal: return Value(decimal_of(view, type));
        case sql::ValueKind::date: return Value(Date::from_days(static_cast<std::int32_t>(view.integer)));
        case sql::ValueKind::time: return Value(Time::from_microseconds(view.integer));
        case sql::ValueKind::datetime: return Value(DateTime::from_microseconds(view.integer));
        case sql::ValueKind::interval: return Value(Interval(view.integer));
    }
    return Value();
}

void read_attribute(const void* object, const Member& member, Value& out) {
    auto& attribute = *static_cast<const orm::Attribute*>(member.detail);
    void* place = const_cast<void*>(object);
    auto& state = attribute.state(place);
    if ((state & orm::cell_expired) != 0) orm::detail::before_read(attribute.in(object), state, true);
    out = value_of(attribute.view(place), attribute.sql_type);
}

/// Text and integers go straight into the page.
void print_attribute(const void* object, const Member& member, std::string& out, bool html) {
    auto& attribute = *static_cast<const orm::Attribute*>(member.detail);
    void* place = const_cast<void*>(object);
    auto& state = attribute.state(place);
    if ((state & orm::cell_expired) != 0) orm::detail::before_read(attribute.in(object), state, true);
    auto view = attribute.view(place);
    if (view.kind == sql::ValueKind::text && !attribute.sql_type.is_json()) {
        templates::detail::print_text(out, view.text(), html);
    } else if (view.kind == sql::ValueKind::integer) {
        templates::detail::print_integer(out, view.integer);
    } else {
        Value value = value_of(view, attribute.sql_type);
        html ? templates::append_escaped(out, value) : templates::append_str(out, value);
    }
}

// Relationships

void read_one(const void* object, const Member& member, Value& out) {
    auto& relationship = *static_cast<const orm::Relationship*>(member.detail);
    out = borrow_one(*static_cast<orm::OneCell*>(relationship.in(const_cast<void*>(object))));
}

std::size_t many_size(const void* many) { return OpenMany::all(*static_cast<const orm::ManyCell*>(many)).size(); }
void many_at(const void* many, std::size_t place, Value& out) {
    out = borrow_object(OpenMany::all(*static_cast<const orm::ManyCell*>(many))[place]);
}
void many_fill(const void* many, std::vector<Value>& out) {
    for (void* object : OpenMany::all(*static_cast<const orm::ManyCell*>(many))) out.push_back(borrow_object(object));
}
constexpr templates::SequenceType many_objects{many_size, many_at, many_fill};

/// The objects of a lazy::dynamic relationship, queried now.
Value dynamic_objects(const void* cell) {
    auto query = orm::dynamic_query(cell);
    void* owner = orm::slab_of(cell)->object_around(cell);
    std::vector<Value> objects;
    query.session.each_of(*query.relationship, owner, [&](void* object) {
        if (object != nullptr) objects.push_back(borrow_object(object));
    });
    return templates::list(std::move(objects));
}

const ObjectType& dynamic_type() {
    static const ObjectType& type = []() -> const ObjectType& {
        ObjectType made;
        made.name = "AppenderQuery";
        made.iterate = dynamic_objects;
        auto objects = [](const Call& call) { return dynamic_objects(templates::object_of(call.arguments[0]).object); };
        auto add = [](std::string_view name, templates::Function body) {
            return Member{nullptr, name, 0, nullptr, std::move(body), nullptr, nullptr};
        };
        return templates::detail::keep_type(
            made,
            {add("all", objects),
             add("count", [objects](const Call& call) { return Value::integer(templates::length_of(objects(call))); }),
             add("first", [objects](const Call& call) {
                 auto all = templates::to_list(objects(call));
                 return all.empty() ? Value() : all.front();
             })});
    }();
    return type;
}

void read_many(const void* object, const Member& member, Value& out) {
    auto& relationship = *static_cast<const orm::Relationship*>(member.detail);
    void* cell = relationship.in(const_cast<void*>(object));
    if (relationship.holds_objects()) {
        out = borrow_many(*static_cast<orm::ManyCell*>(cell));
    } else {
        out = Value::object(cell, dynamic_type());
    }
}

// Types of models

void write_object(const void* object, std::string& out) { out += orm::repr_of(object); }

/// The model that it inherits from, be its table concrete too; null when there is none.
const orm::Mapper* base_of(const orm::Mapper& mapper) {
    return mapper.model->base != nullptr ? &mapper.model->base() : nullptr;
}

const ObjectType& make_type(const orm::Mapper& mapper, bool in_slab) {
    std::vector<Member> members;
    members.reserve(mapper.attributes.size() + mapper.relationships.size());
    for (auto& attribute : mapper.attributes) {
        members.push_back({nullptr, attribute.name, 0, read_attribute, nullptr, &attribute, print_attribute});
    }
    for (auto& relationship : mapper.relationships) {
        auto read = relationship.is_one() ? read_one : read_many;
        members.push_back({nullptr, relationship.name, 0, read, nullptr, &relationship, nullptr});
    }
    // Its own come first, so that they stand for those of the model that it inherits from.
    for (auto* level = &mapper; level != nullptr; level = base_of(*level)) {
        if (level->model->template_members != nullptr) level->model->template_members(&members);
    }
    ObjectType made;
    made.name = mapper.name();
    made.text = mapper.model->repr != nullptr ? mapper.model->repr : in_slab ? write_object : nullptr;
    made.to_json = mapper.model->to_json;
    made.kind = &mapper;
    return templates::detail::keep_type(made, std::move(members));
}

const ObjectType& type_of(const orm::Mapper& mapper, bool in_slab) {
    constexpr std::size_t most = 1024;
    static std::atomic<const ObjectType*> known[2][most];
    static std::mutex mutex;
    if (mapper.index >= most) return make_type(mapper, in_slab);
    auto& place = known[in_slab ? 1 : 0][mapper.index];
    if (auto* found = place.load(std::memory_order_acquire)) return *found;
    std::lock_guard lock(mutex);
    if (place.load(std::memory_order_relaxed) == nullptr) {
        place.store(&make_type(mapper, in_slab), std::memory_order_release);
    }
    return *place.load(std::memory_order_relaxed);
}

}  // namespace

Value borrow_object(const void* object) {
    return object == nullptr ? Value() : Value::object(object, type_of(*orm::slab_of(object)->mapper, true));
}
Value borrow_model(const void* object, const orm::Mapper& mapper) {
    return Value::object(object, type_of(mapper, false));
}

namespace {

[[noreturn]] void refuse_other(const Value& value, const orm::Mapper& mapper) {
    templates::throw_type_error("this takes a " + std::string{mapper.name()} + ", and was given " +
                                templates::type_description(value));
}

/// The object behind what stands for one, as `current_user` does.
Value behind(const Value& value) {
    auto view = templates::object_of(value);
    const bool stands = view.type != nullptr && view.type->stands_for != nullptr;
    return stands ? view.type->stands_for(view.object) : value;
}

}  // namespace

const void* shown_model(const Value& value, const orm::Mapper& mapper) {
    auto view = templates::object_of(value);
    auto* shown = view.type != nullptr ? static_cast<const orm::Mapper*>(view.type->kind) : nullptr;
    for (; shown != nullptr; shown = base_of(*shown)) {
        if (shown == &mapper) return view.object;
    }
    if (view.type != nullptr && view.type->stands_for != nullptr) return shown_model(behind(value), mapper);
    refuse_other(value, mapper);
}

void* shown_handle(const Value& value, const orm::Mapper& mapper) {
    const Value shown = behind(value);
    if (shown.is_none()) return nullptr;
    const void* object = shown_model(shown, mapper);
    auto* type = templates::object_of(shown).type;
    // A model that is a plain variable of C++ is in no session, and no handle can hold it.
    if (type != &type_of(*static_cast<const orm::Mapper*>(type->kind), true)) refuse_other(shown, mapper);
    return const_cast<void*>(object);
}
Value borrow_one(const orm::OneCell& one) { return borrow_object(OpenOne::target(one)); }
Value borrow_many(const orm::ManyCell& many) {
    return Value::thing(templates::make<templates::List>(&many, many_objects));
}

Value named_rows(std::vector<Value> rows, std::vector<std::string> names) {
    auto shared = std::make_shared<const std::vector<std::string>>(std::move(names));
    for (auto& row : rows) {
        if (auto* fields = templates::sequence_of(row)) fields->field_names = shared;
    }
    return templates::list(std::move(rows));
}

// Pages

namespace {

const PageNumbers& page_of(const void* page) { return *static_cast<const PageNumbers*>(page); }

template <auto read>
void read_page(const void* page, const Member&, Value& out) {
    out = Value((page_of(page).*read)());
}
template <auto field>
void read_number(const void* page, const Member&, Value& out) {
    out = templates::borrow(page_of(page).*field);
}

Value iter_pages(const Call& call) {
    templates::Parameters given(call, "iter_pages",
                                {"self", "left_edge", "left_current", "right_current", "right_edge"}, 1);
    IterPagesOptions usual;
    auto number = [&](std::size_t at, int otherwise) { return static_cast<int>(given.integer(at, otherwise)); };
    return Value(page_of(templates::object_of(given[0]).object)
                     .iter_pages({number(1, usual.left_edge), number(2, usual.left_current),
                                  number(3, usual.right_current), number(4, usual.right_edge)}));
}

void read_items(const void* page, const Member& member, Value& out) {
    out = reinterpret_cast<Value (*)(const void*)>(const_cast<void*>(member.detail))(page);
}

}  // namespace

const ObjectType& page_type(Value (*items)(const void* page)) {
    static std::mutex mutex;
    static std::vector<std::pair<Value (*)(const void*), const ObjectType*>> known;
    std::lock_guard lock(mutex);
    for (auto& [function, type] : known) {
        if (function == items) return *type;
    }
    ObjectType made;
    made.name = "Pagination";
    made.iterate = items;
    auto member = [](std::string_view name, decltype(Member::read) read) {
        return Member{nullptr, name, 0, read, nullptr, nullptr, nullptr};
    };
    std::vector<Member> members{
        member("page", read_number<&PageNumbers::page>),       member("per_page", read_number<&PageNumbers::per_page>),
        member("total", read_number<&PageNumbers::total>),     member("pages", read_page<&PageNumbers::pages>),
        member("has_prev", read_page<&PageNumbers::has_prev>), member("has_next", read_page<&PageNumbers::has_next>),
        member("prev_num", read_page<&PageNumbers::prev_num>), member("next_num", read_page<&PageNumbers::next_num>),
        member("first", read_page<&PageNumbers::first>),       member("last", read_page<&PageNumbers::last>)};
    members.push_back({nullptr, "items", 0, read_items, nullptr, reinterpret_cast<const void*>(items), nullptr});
    members.push_back({nullptr, "iter_pages", 0, nullptr, iter_pages, nullptr, nullptr});
    known.emplace_back(items, &templates::detail::keep_type(made, std::move(members)));
    return *known.back().second;
}

}  // namespace retort::detail
