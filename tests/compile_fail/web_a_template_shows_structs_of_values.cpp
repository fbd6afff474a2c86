// expect: or a field of it
// control: GOOD
#include <variant>

#include "retort/web/web.hpp"

using namespace retort;

struct Reading {
    int id;
#ifdef GOOD
    double value;
#else
    std::variant<int, double> value;
#endif
};

void add_views(App& app) {
    app.get("/reading", [] { return render_template_string("{{ r.value }}", {{"r", Reading{}}}); });
}
