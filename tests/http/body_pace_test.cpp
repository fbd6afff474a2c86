// How long a client is waited for in the middle of its body.
#include "retort/http/body_pace.hpp"

#include "tests/doctest.hpp"

using namespace retort::http;
using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_CASE("BodyPace: waiting costs patience, and every byte buys some") {
    ServerOptions options;
    options.body_timeout = seconds{30};
    options.min_body_rate = 100;
    detail::BodyPace pace;
    CHECK(pace.patience(options) == seconds{30});
    pace.spend(seconds{20});
    CHECK(pace.patience(options) == seconds{10});
    pace.add(50);
    CHECK(pace.patience(options) == milliseconds{10'500});
    pace.spend(seconds{20});
    CHECK(pace.patience(options) == seconds{0});
    pace.add(1'000'000);
    CHECK(pace.patience(options) == seconds{30});
    pace.begin();
    pace.spend(seconds{29});
    CHECK(pace.patience(options) == seconds{1});
    options.min_body_rate = 0;
    pace.spend(seconds{290});
    CHECK(pace.patience(options) == seconds{30});
}
