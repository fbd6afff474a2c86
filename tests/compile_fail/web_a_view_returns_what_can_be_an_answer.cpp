// expect: a view returns text, json, Json<T> or a Response, alone or with a status and headers
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.get("/number", [] { return retort::jsonify(42); });
#else
    app.get("/number", [] { return 42; });
#endif
}
