// expect: one that is a reference hides them all
// control: GOOD
#include "retort/web/web.hpp"

using namespace retort;

struct Reading {
    int id;
#ifdef GOOD
    int* value;
#else
    int& value;
#endif
};

std::string shown(const Reading& reading) { return render_template_string("{{ r.id }}", {{"r", reading}}); }
