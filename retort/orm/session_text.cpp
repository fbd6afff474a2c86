// SQL text on a session.
#include "retort/orm/session.hpp"

namespace retort {

engines::Result Session::execute(const TextClause& text) { return core_.execute_text(text.ref()); }

}  // namespace retort
