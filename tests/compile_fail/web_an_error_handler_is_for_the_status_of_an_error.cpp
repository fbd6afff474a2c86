// expect: errorhandler<Status>: errors have a status from 400 to 599
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.errorhandler<404>([] { return "lost"; });
#else
    app.errorhandler<999>([] { return "lost"; });
#endif
}
