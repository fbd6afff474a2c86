// multipart/form-data: every split of the bytes, what is refused, and what only looks like a boundary.
#include "retort/web/multipart.hpp"

#include "retort/base/text.hpp"
#include "retort/web/errors.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

struct Collected : MultipartSink {
    void begin_part(PartHead head) override {
        text += "[" + head.name + (head.filename ? "|" + *head.filename : "") + "|" + head.content_type + "=";
    }
    void part_data(std::string_view bytes) override { text += bytes; }
    void end_part() override { text += "]"; }
    std::string text;
};

std::string parsed(std::string_view body, std::string_view boundary = "B", std::size_t piece = 1000) {
    Collected sink;
    MultipartParser parser{boundary, sink, 10};
    for (; !body.empty(); body.remove_prefix(std::min(piece, body.size()))) parser.feed(body.substr(0, piece));
    parser.finish();
    return sink.text;
}

constexpr std::string_view form =
    "preamble\r\n--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--BB\n--B -\r\r\n--B  \r\n"
    "content-disposition: form-data; name=f;\r\n filename*=UTF-8''%C3%A9.txt\r\nContent-Type: text/plain\r\n\r\n\r\n"
    "--B--\r\nepilogue";

}  // namespace

TEST_CASE("any split of the bytes gives the same parts") {
    auto whole = parsed(form);
    CHECK(whole == "[a|=1\r\n--BB\n--B -\r][f|é.txt|text/plain=]");
    for (std::size_t piece = 1; piece < form.size(); ++piece) CHECK(parsed(form, "B", piece) == whole);
}

TEST_CASE("content of every kind stays as it is") {
    for (std::string content : {std::string{}, std::string{"\r"}, std::string{"\r\n"}, std::string{"\n--"},
                                std::string{"--B"}, std::string("\0\xff", 2), std::string(100'000, '\n')}) {
        auto body = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n" + content + "\r\n--B--";
        for (std::size_t piece : {1, 3, 70'000}) CHECK(parsed(body, "B", piece) == "[a|=" + content + "]");
    }
}

TEST_CASE("line ends of LF alone are taken too") {
    CHECK(parsed("--B\nContent-Disposition: form-data; name=a\n\n1\n--B--\n") == "[a|=1]");
}

TEST_CASE("names with quotes, codes and paths") {
    auto name = [](std::string_view disposition) {
        return parsed("--B\r\nContent-Disposition: form-data; " + std::string{disposition} + "\r\n\r\n\r\n--B--");
    };
    CHECK(name(R"(name="a\"b")") == "[a\"b|=]");
    CHECK(name(R"(name="a; b=c")") == "[a; b=c|=]");
    CHECK(name(R"(name="a"; name="b")") == "[b|=]");
    CHECK(name(R"(name="a"; filename="C:\temp\x.txt")") == R"([a|C:\temp\x.txt|=])");
    CHECK(name(R"(name="a"; filename="")") == "[a||=]");
    CHECK(name("name=\"\xff\"") == "[\xEF\xBF\xBD|=]");
}

TEST_CASE("what is malformed is refused") {
    CHECK_THROWS_AS(parsed("", "B"), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\n", ""), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\n", std::string(71, 'b')), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\nContent-Disposition: form-data; name=a\r\n\r\nno end"), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--"), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--"), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\nno colon\r\n\r\nx\r\n--B--"), BadRequest);
    CHECK_THROWS_AS(parsed("--B\r\nX: " + std::string(9000, 'x')), BadRequest);
    CHECK_THROWS_AS(parsed("--B" + std::string(9000, ' ')), BadRequest);
    std::string many;
    for (int i = 0; i < 11; ++i) many += "\r\n--B\r\nContent-Disposition: form-data; name=a\r\n\r\n";
    CHECK_THROWS_AS(parsed(many + "\r\n--B--"), RequestEntityTooLarge);
}
