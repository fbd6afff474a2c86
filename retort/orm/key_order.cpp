// The order of a query as a key: which rows are behind one, where NULLs stand, and cursors as text.
#include "retort/orm/key_order.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "retort/engine/dialect.hpp"
#include "retort/orm/operators.hpp"
#include "retort/sql/nodes.hpp"
#include "retort/sql/sql.hpp"
#include "retort/sql/walk.hpp"

namespace retort::orm {
namespace {

[[noreturn]] void refuse_order(std::string_view why, const char* hint =
                                                         "select a model, and order by columns or "
                                                         "expressions: order_by(User::c.name)") {
    throw ArgumentError("order-without-key"_code, "a query cannot be paged by key, because " + std::string(why) + ".",
                        hint);
}

/// The attribute of an entity that a column is; null for everything else.
const Attribute* attribute_of(const Entity& entity, const sql::Expression& expression) {
    const auto* column = sql::node_cast<sql::ColumnNode>(expression.node());
    if (column == nullptr) return nullptr;
    const auto& all = entity.mapper->attributes;
    auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.column_name == column->name.text; });
    if (found == all.end()) return nullptr;
    auto own = found->in_table(entity.table);
    const auto* own_column = sql::node_cast<sql::ColumnNode>(own.node());
    return own_column != nullptr && own_column->table.get() == column->table.get() ? &*found : nullptr;
}

constexpr std::uint32_t hash_start = 2166136261u;

std::uint32_t hash_of(std::string_view text) {
    std::uint32_t hash = hash_start;
    for (char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
    return hash;
}

/// Whether it says something of several rows, which no WHERE can ask for: an aggregate, or a window.
bool looks_at_rows(const sql::Expression& expression) {
    constexpr std::array<std::string_view, 17> aggregates{"count",
                                                          "sum",
                                                          "total",
                                                          "avg",
                                                          "min",
                                                          "max",
                                                          "group_concat",
                                                          "string_agg",
                                                          "array_agg",
                                                          "json_agg",
                                                          "jsonb_agg",
                                                          "stddev",
                                                          "variance",
                                                          "bool_and",
                                                          "bool_or",
                                                          "json_group_array",
                                                          "json_group_object"};
    const auto* node = expression.node();
    if (node == nullptr || node->kind() == sql::NodeKind::select) return false;
    if (node->kind() == sql::NodeKind::over || node->kind() == sql::NodeKind::filter) return true;
    if (const auto* function = sql::node_cast<sql::FunctionNode>(node)) {
        const std::string_view name = function->name.text;
        const bool of_one_row = function->arguments.size() > 1 && (name == "min" || name == "max");
        if (!of_one_row && std::find(aggregates.begin(), aggregates.end(), name) != aggregates.end()) return true;
    }
    bool found = false;
    sql::for_each_part(*node, [&](const sql::Expression& part) { found = found || looks_at_rows(part); });
    return found;
}

bool is_joined(const sql::SelectNode& select) {
    return std::any_of(select.froms.begin(), select.froms.end(),
                       [](const auto& from) { return from->kind() == sql::NodeKind::join; });
}

}  // namespace

KeyOrder::KeyOrder(const SelectCore& query, const engines::Dialect& dialect) : query_(query) {
    auto statement = query_.statement();
    const auto* select = statement.core();
    if (select == nullptr) refuse_order("it is a union or SQL text");
    if (query_.parts().empty() || query_.parts()[0].mapper == nullptr) refuse_order("it selects no objects");
    if (select->is_limited())
        refuse_order("it has a limit or an offset of its own",
                     "leave them out: per_page says how many rows a page has");
    bool small_nulls = dialect.name() != "postgresql";
    for (const auto& term : select->order_by) add(term, small_nulls);
    add_primary_keys();
    std::string order;
    for (const auto& term : terms_) {
        order += dialect.compile((term.descending ? term.operand.desc() : term.operand).ref()).text + ", ";
    }
    fingerprint_ = hash_of(order);
}

void KeyOrder::add(const sql::Expression& term, bool small_nulls) {
    KeyTerm key;
    key.operand = term;
    bool nulls_first = false;
    while (const auto* unary = sql::node_cast<sql::UnaryNode>(key.operand.node())) {
        if (unary->op == sql::Operator::nulls_first || unary->op == sql::Operator::nulls_last) {
            key.states_nulls = true;
            nulls_first = unary->op == sql::Operator::nulls_first;
        } else if (unary->op == sql::Operator::desc) {
            key.descending = true;
        } else if (unary->op != sql::Operator::asc) {
            break;
        }
        key.operand = sql::Expression(unary->operand);
    }
    const auto* column = sql::node_cast<sql::ColumnNode>(key.operand.node());
    bool named = column != nullptr && column->form == sql::ColumnNode::Form::reference;
    if (named || key.operand.node()->kind() == sql::NodeKind::text)
        refuse_order("it is ordered by a name or by SQL text");
    if (looks_at_rows(key.operand))
        refuse_order("it is ordered by an aggregate or a window, which no condition can ask for",
                     "select it in a subquery and join that: join(counts, …).order_by(counts.c(\"n\")); or paginate()");
    key.nulls_first = key.states_nulls ? nulls_first : small_nulls != key.descending;
    bool joined = is_joined(*query_.statement().core());
    const auto* attribute = attribute_of(query_.entities()[0], key.operand);
    key.nullable = joined || attribute == nullptr || attribute->nullable;
    terms_.push_back(std::move(key));
}

// Ties are broken by the keys of what is selected; with a join, by those of all that is joined.
void KeyOrder::add_primary_keys() {
    for (std::size_t at = 0; at < query_.entities().size(); ++at) {
        const auto& entity = query_.entities()[at];
        bool selected = at < query_.parts().size() && query_.parts()[at].mapper != nullptr;
        if (!selected) continue;
        for (const auto* key : entity.mapper->keys) {
            bool there = std::any_of(terms_.begin(), terms_.end(),
                                     [&](const auto& term) { return attribute_of(entity, term.operand) == key; });
            if (there) continue;
            KeyTerm term;
            term.operand = key->in_table(entity.table);
            term.nullable = at > 0;
            term.nulls_first = true;
            term.states_nulls = term.nullable;
            terms_.push_back(std::move(term));
        }
    }
}

SelectCore KeyOrder::rows(const KeyPlace* place, bool backward, std::int64_t limit) const {
    SelectCore core = query_;
    auto statement = core.statement().without_order().offset(std::nullopt).limit(limit);
    if (place != nullptr) statement = std::move(statement).where(beyond(*place, backward));
    std::vector<sql::Expression> order;
    for (const auto& term : terms_) {
        auto one = term.descending != backward ? term.operand.desc() : term.operand.asc();
        if (term.states_nulls) one = term.nulls_first != backward ? one.nulls_first() : one.nulls_last();
        order.push_back(std::move(one));
    }
    core.set_statement(std::move(statement).order_by(std::move(order)));
    for (const auto& term : terms_) core.add_column(term.operand);
    return core;
}

// What is behind one value of a term.
Condition KeyOrder::beyond(const KeyTerm& term, const sql::Value& value, bool backward) {
    bool nulls_first = term.nulls_first != backward;
    if (value.is_null()) return nulls_first ? Condition(term.operand.is_not(nullptr)) : Condition(sql::false_());
    auto op = term.descending != backward ? sql::Operator::lt : sql::Operator::gt;
    Condition further = sql::Expression::compare(op, term.operand, sql::literal(value));
    return term.nullable && !nulls_first ? further || Condition(term.operand.is_(nullptr)) : further;
}

// a > 1 OR a = 1 AND (b > 2 OR b = 2 AND c > 3), from the last term on; first a >= 1, for an index to begin at.
Condition KeyOrder::beyond(const KeyPlace& place, bool backward) const {
    Condition all = place.inclusive ? Condition(sql::true_()) : Condition(sql::false_());
    for (std::size_t at = terms_.size(); at-- > 0;) {
        const auto& [term, value] = std::pair<const KeyTerm&, const sql::Value&>(terms_[at], place.values[at]);
        Condition same =
            value.is_null() ? Condition(term.operand.is_(nullptr))
                            : Condition(sql::Expression::compare(sql::Operator::eq, term.operand, sql::literal(value)));
        bool last = at + 1 == terms_.size();
        if (!last || place.inclusive) same = last ? same : same && all;
        all = last && !place.inclusive ? beyond(term, value, backward) : beyond(term, value, backward) || same;
    }
    const auto& first = terms_.front();
    bool bounded =
        terms_.size() > 1 && !place.values[0].is_null() && (!first.nullable || first.nulls_first != backward);
    if (!bounded) return all;
    auto op = first.descending != backward ? sql::Operator::le : sql::Operator::ge;
    return Condition(sql::Expression::compare(op, first.operand, sql::literal(place.values[0]))) && all;
}

// --- Cursors ---------------------------------------------------------------------------------------------------------

namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string to_letters(std::string_view bytes) {
    std::string text;
    std::uint32_t bits = 0;
    int count = 0;
    for (char c : bytes) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6) text += letters[bits >> (count - 6) & 63];
    }
    if (count > 0) text += letters[bits << (6 - count) & 63];
    return text;
}

std::optional<std::string> from_letters(std::string_view text) {
    std::string bytes;
    std::uint32_t bits = 0;
    int count = 0;
    for (char c : text) {
        auto at = letters.find(c);
        if (at == letters.npos) return std::nullopt;
        bits = bits << 6 | static_cast<std::uint32_t>(at);
        count += 6;
        if (count < 8) continue;
        count -= 8;
        bytes += static_cast<char>(bits >> count & 255);
    }
    return bytes;
}

template <class T>
void put(std::string& bytes, const T& value) {
    bytes.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void put(std::string& bytes, const sql::ValueView& view) {
    put(bytes, static_cast<std::uint8_t>(view.kind));
    bool text = view.kind == sql::ValueKind::text || view.kind == sql::ValueKind::blob;
    if (!text) return put(bytes, view.integer);
    put(bytes, view.size);
    bytes.append(view.data, view.size);
}

/// Takes values out of a cursor's bytes; `good` tells whether they were there.
struct Reading {
    std::string_view bytes;
    bool good = true;

    template <class T>
    T take() {
        T value{};
        if (bytes.size() < sizeof(T)) {
            good = false;
            return value;
        }
        std::memcpy(&value, bytes.data(), sizeof(T));
        bytes.remove_prefix(sizeof(T));
        return value;
    }
    sql::Value take_value() {
        auto kind = take<std::uint8_t>();
        if (kind > static_cast<std::uint8_t>(sql::ValueKind::interval)) good = false;
        if (!good) return {};
        sql::ValueView view;
        view.kind = static_cast<sql::ValueKind>(kind);
        bool text = view.kind == sql::ValueKind::text || view.kind == sql::ValueKind::blob;
        if (!text) {
            view.integer = take<std::int64_t>();
            return good ? sql::Value(view) : sql::Value();
        }
        view.size = take<std::uint32_t>();
        if (view.size > bytes.size()) good = false;
        if (!good) return {};
        view.data = bytes.data();
        bytes.remove_prefix(view.size);
        return sql::Value(view);
    }
};

}  // namespace

std::string KeyPlace::cursor(std::uint32_t order) const {
    std::string bytes;
    put(bytes, order);
    put(bytes, static_cast<std::uint8_t>(inclusive ? 1 : 0));
    for (const auto& value : values) put(bytes, value.view());
    return to_letters(bytes);
}

std::optional<KeyPlace> KeyPlace::parse(std::string_view cursor, std::uint32_t order, std::size_t terms) {
    auto bytes = from_letters(cursor);
    if (!bytes) return std::nullopt;
    Reading reading{*bytes};
    if (reading.take<std::uint32_t>() != order) return std::nullopt;
    KeyPlace place;
    place.inclusive = reading.take<std::uint8_t>() == 1;
    for (std::size_t at = 0; at < terms && reading.good; ++at) place.values.push_back(reading.take_value());
    if (!reading.good || !reading.bytes.empty()) return std::nullopt;
    return place;
}

}  // namespace retort::orm
