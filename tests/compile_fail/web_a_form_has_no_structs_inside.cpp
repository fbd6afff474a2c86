// expect: a form and a query string have no structs inside
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

struct Place {
    std::string city;
};
struct Order {
    std::string name;
#ifdef RETORT_CONTROL
    std::vector<std::string> places;
#else
    std::vector<Place> places;
#endif
};

int main() {
    retort::App{"x"}.post("/", [](const retort::Form<Order>& order) { return order->name; });
}
