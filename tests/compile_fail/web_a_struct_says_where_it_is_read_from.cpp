// expect: taken as Json<T>, Form<T> or Args<T>
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

struct Order {
    std::string name;
};

int main() {
#ifdef RETORT_CONTROL
    retort::App{"x"}.post("/", [](const retort::Json<Order>& order) { return order->name; });
#else
    retort::App{"x"}.post("/", [](const Order& order) { return order.name; });
#endif
}
