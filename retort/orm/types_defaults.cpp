// What stands in a statement for a value that is made when its row is written.
#include "retort/orm/types_defaults.hpp"

namespace retort::orm {

sql::Expression ColumnSource::expression() const {
    if (make_value != nullptr) return sql::literal(make_value());
    return make_expression != nullptr ? make_expression() : sql::text(text);
}

}  // namespace retort::orm
