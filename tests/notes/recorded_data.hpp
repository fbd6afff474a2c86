// Every request once sent to the Python original of the notes, in order, on one database, with its answer.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace notes {

/// Where an answer comes from: a recording; the original itself, run again; or a choice of ours (the original answers
/// "garbage" without a status line, as HTTP/0.9 did).
enum class Source { shown, observed, ours };

/// The requests carry `Host: localhost:5000` before `headers` and `Connection: close` after them; header lines end with
/// a newline here. Each answer has `Connection: close`, and a Content-Length unless its status is 204.
struct Recorded {
    std::string_view name;
    Source source;
    std::string_view line;  ///< "GET /hola HTTP/1.1"; what is no request line is sent as it stands
    std::string_view headers;
    std::string_view body;
    std::string_view status;  ///< "200 OK"
    std::string_view content_type;
    std::string_view answer_headers;  ///< all of Allow, Location, X-Made, Vary and Access-Control-*
    std::optional<std::string_view>
        answer;  ///< without its last newline, dates as <date>; none: a page whose words are free
};

namespace detail {
using namespace std::string_view_literals;
using enum Source;
inline constexpr std::string_view json = "application/json";
inline constexpr std::string_view html = "text/html; charset=utf-8";
inline constexpr std::string_view any_origin = "Access-Control-Allow-Origin: *\n";
inline constexpr std::optional<std::string_view> prose;
inline constexpr std::string_view empty;

inline constexpr std::array recorded = std::to_array<Recorded>({
    {"hola", observed, "GET /hola HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin, R"("Hola")"sv},
    {"hola_http10", shown, "GET /hola HTTP/1.0", ""sv, ""sv, "200 OK", json, any_origin, R"("Hola")"sv},
    {"hola_head", observed, "HEAD /hola HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin, empty},
    {"hola_options", observed, "OPTIONS /hola HTTP/1.1", ""sv, ""sv, "200 OK", html,
     "Allow: HEAD, GET, OPTIONS\nAccess-Control-Allow-Origin: *\n"sv, empty},
    {"hola_origin", observed, "GET /hola HTTP/1.1", "Origin: http://ex.com\n"sv, ""sv, "200 OK", json,
     "Access-Control-Allow-Origin: http://ex.com\nVary: Origin\n"sv, R"("Hola")"sv},
    {"preflight_post", shown, "OPTIONS /users HTTP/1.1",
     "Origin: http://ex.com\nAccess-Control-Request-Method: POST\nAccess-Control-Request-Headers: X-B, content-type\n"sv,
     ""sv, "200 OK", html,
     "Allow: GET, OPTIONS, POST, HEAD\nAccess-Control-Allow-Origin: http://ex.com\nAccess-Control-Allow-Headers: X-B, content-type\nAccess-Control-Allow-Methods: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\nVary: Origin\n"sv,
     empty},
    {"preflight_bad_method", observed, "OPTIONS /users HTTP/1.1",
     "Origin: http://ex.com\nAccess-Control-Request-Method: FOO\n"sv, ""sv, "200 OK", html,
     "Allow: HEAD, GET, OPTIONS, POST\nAccess-Control-Allow-Origin: http://ex.com\nVary: Origin\n"sv, empty},
    {"users_empty", observed, "GET /users HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin, "[]"sv},
    {"user_post", shown, "POST /users HTTP/1.1", "Content-Type: application/json\nContent-Length: 37\n"sv,
     R"({"nombre":"Ana","email":"ana@ex.com"})"sv, "201 CREATED", json, any_origin,
     R"({"email":"ana@ex.com","id":1,"nombre":"Ana"})"sv},
    {"user_post_unicode", observed, "POST /users HTTP/1.1", "Content-Type: application/json\nContent-Length: 48\n"sv,
     "{\"nombre\":\"Jos\303\251 \346\227\245\346\234\254 <b>\",\"email\":\"j@ex.com\"}"sv, "201 CREATED", json,
     any_origin, R"({"email":"j@ex.com","id":2,"nombre":"Jos\u00e9 \u65e5\u672c <b>"})"sv},
    {"user_post_missing_key_500", observed, "POST /users HTTP/1.1",
     "Content-Type: application/json\nContent-Length: 20\n"sv, R"({"email":"x@ex.com"})"sv, "500 INTERNAL SERVER ERROR",
     html, any_origin, prose},
    {"user_post_bad_json_400", shown, "POST /users HTTP/1.1", "Content-Type: application/json\nContent-Length: 10\n"sv,
     R"({"nombre":)"sv, "400 BAD REQUEST", html, any_origin, prose},
    {"user_post_no_ct_400", observed, "POST /users HTTP/1.1", "Content-Length: 14\n"sv, R"({"nombre":"A"})"sv,
     "400 BAD REQUEST", html, any_origin, prose},
    {"user_post_null_body", observed, "POST /users HTTP/1.1", "Content-Type: application/json\n"sv, ""sv,
     "400 BAD REQUEST", html, any_origin, prose},
    {"user_dup_integrity_500", shown, "POST /users HTTP/1.1", "Content-Type: application/json\nContent-Length: 38\n"sv,
     R"({"nombre":"Ana2","email":"ana@ex.com"})"sv, "500 INTERNAL SERVER ERROR", html, any_origin, prose},
    {"user_notnull_integrity_500", observed, "POST /users HTTP/1.1",
     "Content-Type: application/json\nContent-Length: 34\n"sv, R"({"nombre":null,"email":"n@ex.com"})"sv,
     "500 INTERNAL SERVER ERROR", html, any_origin, prose},
    {"users_list", observed, "GET /users HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"([{"email":"ana@ex.com","id":1,"nombre":"Ana"},{"email":"j@ex.com","id":2,"nombre":"Jos\u00e9 \u65e5\u672c <b>"}])"sv},
    {"user_1", shown, "GET /users/1 HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"email":"ana@ex.com","id":1,"nombre":"Ana"})"sv},
    {"user_put", shown, "PUT /users/1 HTTP/1.1", "Content-Type: application/json\nContent-Length: 22\n"sv,
     R"({"nombre":"Ana Maria"})"sv, "200 OK", json, any_origin,
     R"({"email":"ana@ex.com","id":1,"nombre":"Ana Maria"})"sv},
    {"user_404", observed, "GET /users/99 HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"user_404_origin", shown, "GET /users/99 HTTP/1.1", "Origin: http://ex.com\n"sv, ""sv, "404 NOT FOUND", html,
     "Access-Control-Allow-Origin: http://ex.com\nVary: Origin\n"sv, prose},
    {"user_neg_404", observed, "GET /users/-1 HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"user_str_404", shown, "GET /users/abc HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"user_lead0", observed, "GET /users/01 HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"email":"ana@ex.com","id":1,"nombre":"Ana Maria"})"sv},
    {"bm_redirect_308", shown, "GET /users/1/bookmarks HTTP/1.1", ""sv, ""sv, "308 PERMANENT REDIRECT", html,
     "Location: http://localhost:5000/users/1/bookmarks/\nAccess-Control-Allow-Origin: *\n"sv, prose},
    {"bm_redirect_query", shown, "POST /users/1/bookmarks?a=1&b=2 HTTP/1.1",
     "Content-Type: application/x-www-form-urlencoded\nContent-Length: 5\n"sv, "url=x"sv, "308 PERMANENT REDIRECT",
     html, "Location: http://localhost:5000/users/1/bookmarks/?a=1&b=2\nAccess-Control-Allow-Origin: *\n"sv, prose},
    {"bm_empty", shown, "GET /users/1/bookmarks/ HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"count":0,"items":[]})"sv},
    {"bm_post", shown, "POST /users/1/bookmarks/ HTTP/1.1",
     "Content-Type: application/x-www-form-urlencoded\nContent-Length: 57\n"sv,
     "url=http%3A%2F%2Fwwww.pluralsight.com&description=a+b%26c"sv, "201 CREATED", json,
     "X-Made: yes\nAccess-Control-Allow-Origin: *\n"sv,
     R"({"date":"<date>","description":"a b&c","id":1,"url":"http://wwww.pluralsight.com","user_id":1})"sv},
    {"bm_post_missing_form_400", shown, "POST /users/1/bookmarks/ HTTP/1.1",
     "Content-Type: application/x-www-form-urlencoded\nContent-Length: 14\n"sv, "description=zz"sv, "400 BAD REQUEST",
     html, any_origin, prose},
    {"bm_post_404_desc", shown, "POST /users/77/bookmarks/ HTTP/1.1",
     "Content-Type: application/x-www-form-urlencoded\nContent-Length: 5\n"sv, "url=x"sv, "404 NOT FOUND", html,
     any_origin, prose},
    {"bm_list", observed, "GET /users/1/bookmarks/ HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"count":1,"items":[{"date":"<date>","description":"a b&c","id":1,"url":"http://wwww.pluralsight.com","user_id":1}]})"sv},
    {"method_405", shown, "DELETE /users HTTP/1.1", ""sv, ""sv, "405 METHOD NOT ALLOWED", html,
     "Allow: GET, OPTIONS, POST, HEAD\nAccess-Control-Allow-Origin: *\n"sv, prose},
    {"method_405_origin", shown, "DELETE /users HTTP/1.1", "Origin: http://ex.com\n"sv, ""sv, "405 METHOD NOT ALLOWED",
     html, "Allow: GET, OPTIONS, POST, HEAD\nAccess-Control-Allow-Origin: http://ex.com\nVary: Origin\n"sv, prose},
    {"nope_404", observed, "GET /nope HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"root_404", observed, "GET / HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"slashes", shown, "GET //users HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"([{"email":"ana@ex.com","id":1,"nombre":"Ana Maria"},{"email":"j@ex.com","id":2,"nombre":"Jos\u00e9 \u65e5\u672c <b>"}])"sv},
    {"dbl_inner", shown, "GET /users//1 HTTP/1.1", ""sv, ""sv, "308 PERMANENT REDIRECT", html,
     "Location: http://localhost:5000/users/1\nAccess-Control-Allow-Origin: *\n"sv, prose},
    {"teapot", shown, "GET /teapot HTTP/1.1", ""sv, ""sv, "418 I'M A TEAPOT", html, any_origin, prose},
    {"boom_500", observed, "GET /boom HTTP/1.1", ""sv, ""sv, "500 INTERNAL SERVER ERROR", html, any_origin, prose},
    {"boom_origin_500", shown, "GET /boom HTTP/1.1", "Origin: http://ex.com\n"sv, ""sv, "500 INTERNAL SERVER ERROR",
     html, "Access-Control-Allow-Origin: http://ex.com\nVary: Origin\n"sv, prose},
    {"page", observed, "GET /page HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"first":1,"has_next":false,"has_prev":false,"items":[1,2],"iter":[1],"last":2,"next_num":null,"page":1,"pages":1,"per_page":20,"prev_num":null,"total":2})"sv},
    {"page_per1", shown, "GET /page?per_page=1&page=2 HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"first":2,"has_next":false,"has_prev":true,"items":[2],"iter":[1,2],"last":2,"next_num":null,"page":2,"pages":2,"per_page":1,"prev_num":1,"total":2})"sv},
    {"page_404", shown, "GET /page?page=9 HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"page_bad_404", shown, "GET /page?page=x HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"page_0_404", observed, "GET /page?page=0 HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"page_per_1000", observed, "GET /page?per_page=1000 HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin,
     R"({"first":1,"has_next":false,"has_prev":false,"items":[1,2],"iter":[1],"last":2,"next_num":null,"page":1,"pages":1,"per_page":50,"prev_num":null,"total":2})"sv},
    {"static_404", observed, "GET /static/nope.css HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"delete_204", observed, "DELETE /users/2 HTTP/1.1", ""sv, ""sv, "204 NO CONTENT", html, any_origin, empty},
    {"delete_again_404", shown, "DELETE /users/2 HTTP/1.1", ""sv, ""sv, "404 NOT FOUND", html, any_origin, prose},
    {"delete_with_children_500", shown, "DELETE /users/1 HTTP/1.1", ""sv, ""sv, "500 INTERNAL SERVER ERROR", html,
     any_origin, prose},
    {"pct_encoded", observed, "GET /%68ola HTTP/1.1", ""sv, ""sv, "200 OK", json, any_origin, R"("Hola")"sv},
    {"bad_method", shown, "FOO /hola HTTP/1.1", ""sv, ""sv, "405 METHOD NOT ALLOWED", html,
     "Allow: GET, OPTIONS, HEAD\nAccess-Control-Allow-Origin: *\n"sv, prose},
    {"garbage", ours, "garbage", ""sv, ""sv, "400 BAD REQUEST", html, ""sv, prose},
    {"post_form_to_get", shown, "POST /hola HTTP/1.1", ""sv, ""sv, "405 METHOD NOT ALLOWED", html,
     "Allow: GET, OPTIONS, HEAD\nAccess-Control-Allow-Origin: *\n"sv, prose},
});
}  // namespace detail

inline constexpr auto& recorded = detail::recorded;

}  // namespace notes
