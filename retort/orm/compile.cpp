// The compiler of each dialect, asked for in one place.
#include "retort/orm/compile.hpp"

namespace retort::orm {

sql::Compiled compile(const engines::Dialect& dialect, const sql::NodeRef& statement) {
    return dialect.compile(statement);
}

}  // namespace retort::orm
