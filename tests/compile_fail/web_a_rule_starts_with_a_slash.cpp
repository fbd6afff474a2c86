// expect: a_rule_starts_with_a_slash
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

std::string front() { return "front"; }

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.route<front>("/front");
#else
    app.route<front>("front");
#endif
}
