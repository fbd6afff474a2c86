// expect: a view must be callable as const: threads share it, so a lambda must not be mutable
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

int main() {
    retort::App app{"x"};
    int count = 0;
#ifdef RETORT_CONTROL
    app.get("/count", [count] { return std::to_string(count); });
#else
    app.get("/count", [count]() mutable { return std::to_string(++count); });
#endif
}
