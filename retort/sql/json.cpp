// Parts of JSON documents and of arrays.
#include "retort/sql/nodes.hpp"

namespace retort::sql {

namespace {

/// A step as JSONPath has it: `."key"` or `[0]`.
void append_step(std::string& out, const JsonStep& step) {
    if (!step.is_key) {
        out += '[' + std::to_string(step.position) + ']';
        return;
    }
    out += ".\"";
    for (char c : step.key) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

std::string dollar_path(const std::vector<JsonStep>& steps) {
    std::string out = "$";
    for (const JsonStep& step : steps) append_step(out, step);
    return out;
}

/// `{a,1}`, a PostgreSQL array of texts; keys that need it stand in quotes.
std::string brace_path(const std::vector<JsonStep>& steps) {
    std::string out = "{";
    for (const JsonStep& step : steps) {
        if (out.size() > 1) out += ',';
        if (!step.is_key) {
            out += std::to_string(step.position);
            continue;
        }
        bool plain = !step.key.empty() && step.key.find_first_of("{},\"\\ \t\n") == std::string::npos;
        if (plain) {
            out += step.key;
            continue;
        }
        out += '"';
        for (char c : step.key) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out + '}';
}

Expression part(Operator op, const Expression& of, const Expression& key, const std::string& path) {
    return Expression(NodeRef(new JsonNode(op, of, key, Expression(path), types::JSON())));
}

Expression array_item(const Expression& array, const Type& type, std::int64_t position) {
    auto* node = new BinaryNode(Operator::item, array, Expression(position));
    const auto* details = type.details();
    if (details && details->item) node->result = details->item->kind();
    return Expression(NodeRef(node));
}

}  // namespace

Expression Expression::json_item(const JsonStep& step) const {
    Type own = type();
    if (own.is_array() && !step.is_key) return array_item(*this, own, step.position);
    Expression key = step.is_key ? Expression(step.key) : Expression(step.position);
    return part(Operator::json_item, *this, key, dollar_path({step}));
}

Expression Expression::path(std::vector<JsonStep> steps) const {  // NOLINT: a list made for the call
    return part(Operator::json_path, *this, Expression(brace_path(steps)), dollar_path(steps));
}

Expression Expression::slice(const Expression& from, const Expression& to) const {
    Expression bounds(NodeRef(new BinaryNode(Operator::slice, from, to)));
    auto* node = new BinaryNode(Operator::item, *this, bounds);
    node->result = TypeKind::array;
    return Expression(NodeRef(node));
}

Expression Expression::json_as(Type as) const {
    const auto* binary = node_cast<BinaryNode>(node());
    if (!binary || (binary->op != Operator::json_item && binary->op != Operator::json_path)) {
        throw ArgumentError("not-json"_code, "Only a part of a JSON document can be read as another type",
                            "take the part first: data[\"key\"].as_string(); or use cast()");
    }
    const auto& own = static_cast<const JsonNode&>(*binary);
    return Expression(NodeRef(new JsonNode(own.op, own.left, own.right, own.path, std::move(as))));
}

Expression Expression::as_string() const { return json_as(types::String()); }
Expression Expression::as_integer() const { return json_as(types::Integer()); }
Expression Expression::as_float() const { return json_as(types::Float()); }
Expression Expression::as_boolean() const { return json_as(types::Boolean()); }
Expression Expression::as_numeric(int precision, int scale) const { return json_as(types::Numeric(precision, scale)); }
Expression Expression::as_json() const { return json_as(types::JSON()); }

namespace {

/// These bind as comparisons do.
Expression of_whole(const Expression& whole, std::string_view symbol, const Expression& other) {
    return whole.bool_op(symbol, other, operator_precedence(Operator::eq));
}

}  // namespace

Expression Expression::contained_by(const Expression& other) const { return of_whole(*this, "<@", other); }
Expression Expression::overlap(const Expression& other) const { return of_whole(*this, "&&", other); }
Expression Expression::has_key(const Expression& key) const { return of_whole(*this, "?", key); }
Expression Expression::has_any(const Expression& keys) const { return of_whole(*this, "?|", keys); }
Expression Expression::has_all(const Expression& keys) const { return of_whole(*this, "?&", keys); }

}  // namespace retort::sql
