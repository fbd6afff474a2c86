// UTF-8, percent codes, query strings, HTML and ASCII.
#include "retort/base/text.hpp"

#include <string>

#include "tests/doctest.hpp"

using namespace retort;

TEST_CASE("utf-8 is checked strictly") {
    CHECK(is_utf8(""));
    CHECK(is_utf8("plain ascii, longer than eight"));
    CHECK(is_utf8("é日\xF0\x9F\x98\x80"));
    CHECK(is_utf8("\xF4\x8F\xBF\xBF"));
    for (std::string bad : {"\xff", "\xc0\x80", "\xc3", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80",
                            "abcdefgh\xe6\x97", "\xf5\x80\x80\x80", "\xe6\x97\x41"}) {
        CHECK_FALSE(is_utf8(bad));
    }
}

TEST_CASE("broken sequences are cut as Python cuts them") {
    std::string r = "\xEF\xBF\xBD";
    CHECK(replace_invalid_utf8("a\xff") == "a" + r);
    CHECK(replace_invalid_utf8("\xe6\x97 x") == r + " x");
    CHECK(replace_invalid_utf8("\xed\xa0\x80") == r + r + r);
    CHECK(replace_invalid_utf8("\xf0\x9f\x98") == r);
    CHECK(replace_invalid_utf8("\xc0\xaf") == r + r);
    CHECK(replace_invalid_utf8("ok é") == "ok é");
    CHECK(utf8_length("aé日\xF0\x9F\x98\x80") == 4);
}

TEST_CASE("code points become utf-8 and back") {
    for (char32_t point : {U'a', U'\x7f', U'\x80', U'\x7ff', U'\x800', U'\xffff', U'\x10000', U'\x10ffff'}) {
        std::string text;
        append_utf8(text, point);
        auto step = read_utf8(text);
        CHECK(step.valid);
        CHECK(step.point == point);
        CHECK(step.size == text.size());
    }
    std::string text;
    append_utf8(text, 0xD800);
    CHECK(text == "\xEF\xBF\xBD");
}

TEST_CASE("percent codes follow Werkzeug's sets") {
    CHECK(percent_encode("a b/c?d#e", UrlPart::value) == "a%20b/c%3Fd%23e");
    CHECK(percent_encode("a+b&c=d;e:f@g", UrlPart::value) == "a+b%26c%3Dd;e:f%40g");
    CHECK(percent_encode("é日", UrlPart::value) == "%C3%A9%E6%97%A5");
    CHECK(percent_encode("a|b", UrlPart::value) == "a%7Cb");
    CHECK(percent_encode("a|b", UrlPart::path) == "a|b");
    CHECK(percent_encode("x y+é&=/:", UrlPart::query) == "x+y%2B%C3%A9%26%3D%2F%3A");
    CHECK(percent_decode("a%20b%2Fc%zz%") == "a b/c%zz%");
    CHECK(percent_decode("%4") == "%4");
    CHECK(decode_path("/u/%ff+") == "/u/\xEF\xBF\xBD+");
}

TEST_CASE("query strings are ordered multi pairs") {
    auto pairs = parse_query("a=1&a=2&b=&c&d=%20+%2B&e=%C3%A9&f=%ff&=x&g=1;h=2&&");
    QueryPairs expected{
        {"a", "1"}, {"a", "2"},    {"b", ""}, {"c", ""}, {"d", "  +"}, {"e", "é"}, {"f", "\xEF\xBF\xBD"},
        {"", "x"},  {"g", "1;h=2"}};
    CHECK(pairs == expected);
    CHECK(parse_query("").empty());
    CHECK(parse_query("&&").empty());
    CHECK(parse_query("c=%zz+x") == QueryPairs{{"c", "%zz x"}});
}

TEST_CASE("any text survives encoding and decoding") {
    std::string all;
    for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
    CHECK(percent_decode(percent_encode(all, UrlPart::value)) == all);
    std::string text = "a b+c=é&\x01日;";
    CHECK(parse_query("k=" + percent_encode(text, UrlPart::query)) == QueryPairs{{"k", text}});
}

TEST_CASE("html is escaped as MarkupSafe does") {
    CHECK(html_escape("<a href=\"x\">'&'</a>") == "&lt;a href=&#34;x&#34;&gt;&#39;&amp;&#39;&lt;/a&gt;");
    CHECK(html_escape("plain") == "plain");
    for (char special : {'<', '>', '&', '"', '\''}) {
        for (std::size_t size = 1; size < 50; ++size) {
            for (std::size_t place = 0; place < size; ++place) {
                std::string text(size, place % 2 == 0 ? '=' : '\x80');
                text[place] = special;
                auto code = html_escape(std::string(1, special));
                CHECK((html_escape(text) == text.substr(0, place) + code + text.substr(place + 1)));
            }
        }
    }
    CHECK(html_escape("") == "");
}

TEST_CASE("ascii without locale") {
    CHECK(ascii_lower(std::string_view{"ÀBc"}) == "Àbc");
    CHECK(ascii_upper(std::string_view{"get"}) == "GET");
    CHECK(iequals("Content-Type", "content-type"));
    CHECK_FALSE(iequals("a", "ab"));
    CHECK(trim(" \t x y\r\n") == "x y");
    CHECK(trim("  ") == "");
    CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
    CHECK(split("", ',') == std::vector<std::string_view>{""});
    CHECK(join({"a", "b"}, ", ") == "a, b");
}
