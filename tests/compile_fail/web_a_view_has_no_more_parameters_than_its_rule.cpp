// expect: rule_has_fewer_arguments_than_the_view
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.get("/users/<int:id>", [](int id) { return retort::jsonify(id); });
#else
    app.get("/users/", [](int id) { return retort::jsonify(id); });
#endif
}
