// expect: rule_has_more_arguments_than_the_view
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

retort::Response detail(int id) { return retort::jsonify(id); }

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.route<detail>("/users/<int:id>");
#else
    app.route<detail>("/users/<int:id>/<int:page>");
#endif
}
