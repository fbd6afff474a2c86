// expect: This type is no JSON value
// control: RETORT_CONTROL
#include "retort/web/web.hpp"

struct User {
    std::string name, password;
#ifdef RETORT_CONTROL
    retort::json to_json() const { return {{"name", name}}; }
#endif
};

retort::Response detail() { return retort::jsonify(User{"ada", "secret"}); }

int main() {}
