// How documents are read from a row and shown to a statement.
#include "retort/orm/types_json.hpp"

#include "retort/orm/errors.hpp"

namespace retort::orm::detail {

// SQLite takes a document that is a bare number for a number.
json read_document(const ValueView& view) {
    switch (view.kind) {
        case sql::ValueKind::integer: return json(view.integer);
        case sql::ValueKind::real: return json(view.real);
        case sql::ValueKind::boolean: return json(view.integer != 0);
        case sql::ValueKind::text:
        case sql::ValueKind::blob:
            if (auto document = json::try_parse(view.text())) return std::move(*document);
            break;
        default: break;
    }
    mismatch(view, "a JSON document");
}

ValueView show_document(const json& document, std::string& side) {
    side.clear();
    document.dump_to(side, {.sort_keys = false, .spaced = true});
    return ValueView::of(std::string_view(side));
}

void refuse_document(const ValueView& view, std::string_view type, const Error& error) {
    throw DataMismatchError("data-mismatch"_code,
                            "the database holds " + sql::to_string(view) + " where the model says a document of " +
                                std::string(type) + ": " + error.message(),
                            "make the fields that may be missing std::optional, or correct the data");
}

}  // namespace retort::orm::detail
