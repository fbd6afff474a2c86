// expect: rule_argument_is_an_int_but_the_views_parameter_is_not
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

#ifdef RETORT_CONTROL
retort::Response detail(long id) { return retort::jsonify(id); }
#else
retort::Response detail(std::string id) { return retort::jsonify(id); }
#endif

int main() {
    retort::App app{"x"};
    app.route<detail>("/users/<int:id>");
}
