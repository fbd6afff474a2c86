// expect: a view returns text, json, Json<T> or a Response, alone or with a status and headers
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.get("/nothing", [] { return ""; });
#else
    app.get("/nothing", [] { return nullptr; });
#endif
}
