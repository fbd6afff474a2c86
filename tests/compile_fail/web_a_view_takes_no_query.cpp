// expect: Query is the ORM's: what stands behind the question mark is taken as Args<T>
// control: RETORT_CONTROL
#include "retort/retort.hpp"

struct Page {
    int number = 1;
};

int main() {
    retort::App app{"x"};
#ifdef RETORT_CONTROL
    app.get("/x", [](retort::Args<Page> page) { return std::to_string(page->number); });
#else
    app.get("/x", [](retort::Query<int> page) { return "x"; });
#endif
}
