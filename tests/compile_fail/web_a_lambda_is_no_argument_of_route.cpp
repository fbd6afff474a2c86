// expect: app.route(rule, view): write app.route<view>(rule) for a function
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.get("/x", [] { return "x"; });
#else
    app.route("/x", [] { return "x"; });
#endif
}
