// expect: url_for<view>: give one argument for each variable of the view's rule, in its order
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

retort::Response detail(int id) { return retort::jsonify(id); }

#ifdef RETORT_CONTROL
std::string link() { return retort::url_for<detail>(3); }
#else
std::string link() { return retort::url_for<detail>(); }
#endif

int main() {}
