// Values as JSON: what `|tojson` writes.
#include "retort/base/json.hpp"

#include "retort/base/json_writer.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/operations.hpp"

namespace retort::templates {

namespace {

std::string key_text(const Value& key) {
    if (key.is_text()) return std::string{key.text()};
    if (key.is_none()) return "null";
    if (key.is_boolean()) return key.boolean() ? "true" : "false";
    if (key.is_number()) return str(key);
    throw_type_error("keys must be str, int, float, bool or None, not " + type_name(key));
}

json object_to_json(const Value& value) {
    auto view = object_of(value);
    if (view && view.type->to_json != nullptr) {
        json out;
        view.type->to_json(view.object, out);
        return out;
    }
    if (view && view.type->is_text) return json(str(value));
    throw TypeError("template-type"_code, "Object of type " + type_name(value) + " is not JSON serializable",
                    view ? "give it a member json to_json() const { return {{\"id\", id}, …}; }, which says what of it "
                           "leaves the program"
                         : "make a list, a dict or text of it");
}

/// How many values one document has had so far.
constinit thread_local std::size_t written = 0;

json dict_to_json(const Dict& dict, int depth) {
    json out = json::object();
    for (auto& [key, item] : dict.entries()) out[key_text(key)] = to_json(item, depth + 1);
    return out;
}

}  // namespace

json to_json(const Value& value, int depth) {
    if (depth > most_nesting) throw_runtime("The value is nested too deeply to be written as JSON.");
    if (depth == 0) written = 0;
    if (++written > most_json) throw_overflow("The values hold each other too often to be written as JSON.");
    switch (value.kind()) {
        case ValueKind::none: return json();
        case ValueKind::boolean: return json(value.boolean());
        case ValueKind::integer: return json(value.integer());
        case ValueKind::real: return json(value.real());
        case ValueKind::text: return json(value.text());
        default: break;
    }
    if (auto* dict = value.as<Dict>(); dict && value.is_thing()) return dict_to_json(*dict, depth);
    auto* all = sequence_of(value);
    if (all == nullptr) return object_to_json(value);
    json out = json::array();
    for (auto& item : all->items()) out.push_back(to_json(item, depth + 1));
    return out;
}

std::string html_json(const Value& value, const std::string* indent) {
    JsonFormat format;
    format.spaced = indent == nullptr;
    format.indent = indent == nullptr ? 0 : 1;
    std::string out;
    bool line_begins = false;
    for (char c : to_json(value).dump(format)) {
        line_begins = c == '\n' || (line_begins && c == ' ');
        switch (c) {
            case ' ': out += line_begins ? *indent : " "; break;
            case '<': out += "\\u003c"; break;
            case '>': out += "\\u003e"; break;
            case '&': out += "\\u0026"; break;
            case '\'': out += "\\u0027"; break;
            default: out += c;
        }
    }
    return out;
}

}  // namespace retort::templates
