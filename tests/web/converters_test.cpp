// Converters one by one, and their arguments.
#include "retort/web/converters.hpp"

#include <string>

#include "tests/doctest.hpp"

using namespace retort;

namespace {

RouteValue read(const Converter& converter, std::string_view text) {
    RouteValue value;
    REQUIRE(converter.accepts(text));
    REQUIRE(converter.convert(text, value));
    return value;
}

}  // namespace

TEST_CASE("arguments are read as Werkzeug reads them") {
    ConverterArguments arguments{"a, 'b, c', 3, length = 2, min=-1.5, signed=True, none=None, word=x1"};
    CHECK(arguments.positional().size() == 3);
    CHECK(arguments.positional()[1] == "b, c");
    CHECK(arguments.get("length") == 2);
    CHECK(arguments.get("min") == -1.5);
    CHECK(arguments.get("signed") == true);
    CHECK(arguments.get("none").is_null());
    CHECK(arguments.get("word") == "x1");
    CHECK(arguments.get("first", 0) == "a");
    CHECK(arguments.get("nope").is_null());
    CHECK(ConverterArguments{""}.positional().empty());
    for (auto text : {"=", "'a", "a b", "a=", "!"}) CHECK_THROWS_AS(ConverterArguments{text}, RouteError);
}

TEST_CASE("integers take the digits of every script") {
    Converters converters;
    auto integer = converters.make("int", "");
    CHECK(std::get<std::int64_t>(read(*integer, "007")) == 7);
    CHECK(std::get<std::int64_t>(read(*integer, "１２")) == 12);
    CHECK(std::get<std::int64_t>(read(*integer, "٣")) == 3);
    CHECK_FALSE(integer->accepts(""));
    CHECK_FALSE(integer->accepts("-1"));
    CHECK_FALSE(integer->accepts("²"));
    CHECK_FALSE(integer->accepts("1\xef\xbc"));
    auto four = converters.make("int", "4, signed=True");
    CHECK(four->to_url(json(-5)) == "-005");
    RouteValue value;
    CHECK(four->convert("-005", value));
    CHECK_FALSE(four->convert("-05", value));
}

TEST_CASE("bounds of integers are exact beyond what a double holds") {
    Converters converters;
    auto bounded = converters.make("int", "max=9007199254740993");
    RouteValue value;
    CHECK(bounded->convert("9007199254740993", value));
    CHECK_FALSE(bounded->convert("9007199254740994", value));
}

TEST_CASE("floats are written so that they are recognised again") {
    Converters converters;
    auto real = converters.make("float", "signed=True, max=100000000000000000000.5");
    for (double number : {1.0, -0.5, 1e20, 1e-7, 123456.789}) {
        auto url = real->to_url(json(number));
        CHECK(std::get<double>(read(*real, url)) == number);
    }
    CHECK(real->to_url(json(1)) == "1.0");
    CHECK_FALSE(real->accepts("1"));
    CHECK_FALSE(real->accepts("1."));
    CHECK_FALSE(real->accepts(".5"));
    CHECK_FALSE(real->accepts("1e5.0"));
}

TEST_CASE("lengths count characters") {
    Converters converters;
    auto two = converters.make("string", "length=2");
    CHECK(two->accepts("é日"));
    CHECK_FALSE(two->accepts("é"));
    auto few = converters.make("string", "2, 3");
    CHECK(few->accepts("ab"));
    CHECK(few->accepts("abc"));
    CHECK_FALSE(few->accepts("abcd"));
}

TEST_CASE("integers are written from what Python's int() reads") {
    Converters converters;
    auto integer = converters.make("int", "");
    for (auto text : {"5", "+5", " 5 ", "005"}) CHECK(integer->to_url(json(text)) == "5");
    for (auto text : {"", "+-5", "1.5", "x"}) CHECK_THROWS_AS(integer->to_url(json(text)), BuildError);
}

TEST_CASE("any and uuid") {
    Converters converters;
    auto choice = converters.make("any", "foo, 'a b'");
    CHECK(choice->to_url(json("a b")) == "a%20b");
    CHECK_THROWS_AS(choice->to_url(json("zzz")), BuildError);
    CHECK_FALSE(choice->accepts("fo"));
    auto uuid = converters.make("uuid", "");
    auto value = read(*uuid, "12345678-1234-5678-1234-56789ABCDEF0");
    CHECK(uuid->to_url(json_of(value)) == "12345678-1234-5678-1234-56789abcdef0");
}

TEST_CASE("what a converter does not ask for is refused") {
    Converters converters;
    auto refused = [&](const char* name, const char* arguments) -> std::string {
        try {
            (void)converters.make(name, arguments);
            return "taken";
        } catch (const RouteError& error) {
            return error.message() + " " + error.hint();
        }
    };
    CHECK(refused("int", "mim=5") ==
          "the converter \"int\" cannot take (mim=5): it has no argument \"mim\". did you mean \"min\"?");
    CHECK(refused("int", "min=5, foo=1").find("it has no argument \"foo\".") != std::string::npos);
    CHECK(refused("string", "length=2, minlenght=1").find("did you mean \"minlength\"?") != std::string::npos);
    CHECK(refused("uuid", "3").find("of arguments without a name it takes 0, not 1.") != std::string::npos);
    CHECK(refused("path", "x=1").find("it has no argument \"x\".") != std::string::npos);
    CHECK(refused("any", "a, b, c=1").find("it has no argument \"c\".") != std::string::npos);
    CHECK(refused("string", "1, 2, 3, 4").find("it takes 3, not 4.") != std::string::npos);
    CHECK(refused("string", "2, minlength=1").find("it is given \"minlength\" twice") != std::string::npos);
    for (auto good : {"4, 1, 99, True", "fixed_digits=4, max=9", ""}) CHECK(refused("int", good) == "taken");

    struct Word final : Converter {
        bool accepts(std::string_view) const override { return true; }
        std::string pattern() const override { return "word"; }
    };
    converters.add("word", [](const ConverterArguments& given) {
        (void)given.get("letters", 0);
        return std::make_unique<Word>();
    });
    CHECK(refused("word", "letters=abc") == "taken");
    CHECK(refused("word", "leters=abc").find("did you mean \"letters\"?") != std::string::npos);
    converters.add("all", [](const ConverterArguments& given) {
        (void)given.named(), (void)given.positional();
        return std::make_unique<Word>();
    });
    CHECK(refused("all", "1, x=2") == "taken");
}
