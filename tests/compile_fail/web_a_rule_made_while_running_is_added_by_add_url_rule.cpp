// expect: write app.add_url_rule(rule, "endpoint", view
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
    std::string rule = "/x";
#ifdef RETORT_CONTROL
    app.add_url_rule(rule, "x", [] { return "x"; });
#else
    app.get(rule, [] { return "x"; });
#endif
}
