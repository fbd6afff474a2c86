// Cutting SQL into tokens: quotes, comments, numbers, and the form that two spellings share.
#include "retort/schema/sql_tokens.hpp"

#include "tests/doctest.hpp"

using namespace retort::schemas;

namespace {

std::vector<std::string> texts(std::string_view sql) {
    std::vector<std::string> out;
    for (const Token& token : tokenize(sql)) out.emplace_back(token.text);
    return out;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("quotes of all four kinds, doubled quotes, and blobs") {
    CHECK(texts("\"a \"\"b\" [c\"d] `e``f` 'it''s' x'00'") ==
          Texts{"\"a \"\"b\"", "[c\"d]", "`e``f`", "'it''s'", "x'00'"});
    CHECK(tokenize("\"a \"\"b\"")[0].name() == "a \"b");
    CHECK(tokenize("[c\"d]")[0].name() == "c\"d");
    CHECK(tokenize("`e``f`")[0].name() == "e`f");
    CHECK(tokenize("'it''s'")[0].name() == "it's");
    CHECK(tokenize("plain")[0].name() == "plain");
    CHECK(tokenize("'open")[0].kind == TokenKind::broken);
    CHECK(tokenize("x 'y")[1].kind == TokenKind::broken);
}

TEST_CASE("comments and white space stand between tokens") {
    CHECK(texts(" a--b\n/* c' */d/*e") == Texts{"a", "d"});
    CHECK(texts("a-b - -c") == Texts{"a", "-", "b", "-", "-", "c"});
    CHECK(text_of(tokenize("a /* x */ >b-- y\n +c")) == "a >b +c");
    CHECK(texts("").empty());
}

TEST_CASE("numbers and words") {
    CHECK(texts("1 1.5 .5e-3 0xFF 1e+5+2") == Texts{"1", "1.5", ".5e-3", "0xFF", "1e+5", "+", "2"});
    CHECK(texts("a$1 _b été.x") == Texts{"a$1", "_b", "été", ".", "x"});
    CHECK(tokenize("Check")[0].is("CHECK"));
    CHECK_FALSE(tokenize("\"check\"")[0].is("CHECK"));
}

TEST_CASE("top-level commas") {
    auto tokens = tokenize("a, f(b, c), 'd,e'");
    auto parts = split_at_commas(tokens);
    REQUIRE(parts.size() == 3);
    CHECK(text_of(parts[1]) == "f(b, c)");
}

TEST_CASE("two spellings of one expression have one normal form") {
    CHECK(normal_sql("((a>0))") == normal_sql("A > 0"));
    CHECK(normal_sql("\"a\" > 0 -- really") == normal_sql("[a]>0"));
    CHECK(normal_sql("(a) > (b)") == "( a ) > ( b )");
    CHECK(normal_sql("\"A\" > 0") != normal_sql("a > 0"));
    CHECK(normal_sql("a = 'X'") != normal_sql("a = 'x'"));
    CHECK(normal_sql("a b") != normal_sql("ab"));
}

TEST_CASE("a table's own name before a column means nothing") {
    CHECK(without_own_name("t.a > 0 AND \"T\" . b <> 't.a' AND main.t.c", "t") == "a > 0 AND  b <> 't.a' AND c");
    CHECK(without_own_name("u.a > 1.5 AND t", "t") == "u.a > 1.5 AND t");
    CHECK(without_own_name("t.t.a + t.t", "t") == "a + t");
}
