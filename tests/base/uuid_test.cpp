// A Uuid's text, there and back.
#include "retort/base/uuid.hpp"

#include <sstream>
#include <string>

#include "retort/base/json.hpp"
#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("text there and back, in either case") {
    auto uuid = Uuid::parse("12345678-1234-5678-1234-56789ABCDEF0");
    REQUIRE(uuid);
    CHECK(uuid->to_string() == "12345678-1234-5678-1234-56789abcdef0");
    CHECK(uuid->bytes[0] == 0x12);
    CHECK(uuid->bytes[15] == 0xf0);
    CHECK(json(*uuid) == "12345678-1234-5678-1234-56789abcdef0");
    CHECK(Uuid{}.to_string() == "00000000-0000-0000-0000-000000000000");
}

TEST_CASE("other texts are none") {
    for (std::string text : {"", "12345678-1234-5678-1234-56781234567", "12345678-1234-5678-1234-56781234567G",
                             "12345678123456781234567812345678", "12345678-1234-5678-1234-567812345678 ",
                             "12345678+1234-5678-1234-567812345678"}) {
        CHECK_FALSE(Uuid::parse(text));
    }
}

TEST_CASE("random ones are of version 4 and differ") {
    auto one = Uuid::random(), two = Uuid::random();
    CHECK(one != two);
    CHECK(one.to_string()[14] == '4');
    CHECK(std::string{"89ab"}.find(one.to_string()[19]) != std::string::npos);
}

TEST_CASE("written to a stream as its text") {
    std::ostringstream out;
    out << Uuid{};
    CHECK(out.str() == "00000000-0000-0000-0000-000000000000");
}
