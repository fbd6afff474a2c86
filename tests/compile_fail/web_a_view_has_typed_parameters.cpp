// expect: a view is a function or a lambda whose parameters have types
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
#ifdef RETORT_CONTROL
    retort::App{"x"}.get("/<int:id>", [](int id) { return std::to_string(id); });
#else
    retort::App{"x"}.get("/<int:id>", [](auto id) { return std::to_string(id); });
#endif
}
