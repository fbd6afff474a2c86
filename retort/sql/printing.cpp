// The compiler whose parameters stand as names.
#include "retort/sql/printing.hpp"

#include "retort/sql/compiler.hpp"

namespace retort::sql {
namespace {

class NamedMarks final : public Compiler {
  protected:
    void write_mark(std::size_t) override {
        write(':');
        write(mark_name());
    }
};

}  // namespace

std::string text_of(const NodeRef& statement) { return NamedMarks().compile(statement).text; }

}  // namespace retort::sql
