// expect: count them from 0, or keep its number
// control: GOOD
#include "retort/web/web.hpp"

using namespace retort;

#ifdef GOOD
enum class Level { low, high };
#else
enum class Level { low = 100, high = 200 };
#endif

struct Alarm {
    Level level;
};

void add_views(App& app) {
    app.post("/alarms", [](Json<Alarm> alarm) { return jsonify({{"level", alarm->level}}); });
}
