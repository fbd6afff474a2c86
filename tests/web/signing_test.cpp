// Signed texts: what is taken, what is refused, and that itsdangerous writes the same.
#include "retort/web/signing.hpp"

#include "tests/doctest.hpp"

using namespace retort;
using namespace std::chrono_literals;

TEST_CASE("a document comes back, and is the text that itsdangerous writes") {
    TimedSerializer tokens{"secret", "reset-password"};
    auto text = tokens.dumps({{"user", 3}}, 1700000000);
    CHECK(text == "eyJ1c2VyIjozfQ.ZVPxAA.q6SM7ybIJVH8fP1UUYZsN03pTjI");
    CHECK(tokens.loads(text) == json{{"user", 3}});
    CHECK(tokens.loads(text, 60s, 1700000030)["user"] == 3);
    CHECK(tokens.loads(text, 60, 1700000030)["user"] == 3);
    auto longer = tokens.dumps({{"text", std::string(300, 'a')}}, 1700000000);
    CHECK(longer.starts_with(".eJ"));
    CHECK(tokens.loads(longer)["text"].text().size() == 300);
}

TEST_CASE("what was changed, cut or signed for something else is refused") {
    TimedSerializer tokens{"secret", "a"};
    auto text = tokens.dumps({{"user", 3}});
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed != text && i + 1 != text.size()) CHECK_FALSE(tokens.try_loads(changed));
        CHECK_FALSE(tokens.try_loads(text.substr(0, i)));
    }
    CHECK_FALSE(TimedSerializer("secret", "b").try_loads(text));
    CHECK_FALSE(TimedSerializer("other", "a").try_loads(text));
    CHECK_THROWS_AS(tokens.loads("nonsense"), BadSignature);
    CHECK_THROWS_AS(TimedSerializer(""), ArgumentError);
}

TEST_CASE("age: too old, and from the future") {
    TimedSerializer tokens{"secret"};
    auto text = tokens.dumps(1, 1000);
    CHECK_THROWS_AS(tokens.loads(text, 10s, 1011), SignatureExpired);
    CHECK_THROWS_AS(tokens.loads(text, 10s, 999), SignatureExpired);
    CHECK(tokens.loads(text, 10s, 1010) == 1);
}

TEST_CASE("keys rotate: the newest signs, the older ones still read") {
    TimedSerializer old{"old"};
    TimedSerializer both{std::vector<std::string>{"old", "new"}};
    CHECK(both.loads(old.dumps(1)) == 1);
    CHECK(TimedSerializer("new").loads(both.dumps(2)) == 2);
    CHECK_FALSE(old.try_loads(both.dumps(2)));
}

TEST_CASE("base64 with every length") {
    std::string bytes;
    for (int i = 0; i < 300; ++i) {
        CHECK(detail::from_base64url(detail::base64url(bytes)) == bytes);
        CHECK(detail::from_base64(detail::base64(bytes)) == bytes);
        bytes += static_cast<char>(i * 7);
    }
    CHECK_FALSE(detail::from_base64url("a"));
    CHECK_FALSE(detail::from_base64url("a b="));
}
