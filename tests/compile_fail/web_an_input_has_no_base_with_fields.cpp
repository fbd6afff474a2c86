// expect: a struct whose base has fields cannot be taken apart
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

using namespace retort;

#ifdef RETORT_CONTROL
struct Named {};
#else
struct Named {
    std::string name;
};
#endif
struct NewItem : Named {
    int count = 1;
};

void add_views(App& app) {
    app.post("/items", [](Json<NewItem> item) { return jsonify({{"count", item->count}}); });
}
