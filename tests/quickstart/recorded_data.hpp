// Every request once sent to the Python original of the quickstart, in order, on one database, with its answer.
#pragma once

#include <string_view>

namespace quickstart {

/// `answer` is the page where its words are the template's; of other pages the words are free.
struct Recorded {
    std::string_view name;
    std::string_view head;  ///< request line and headers, without Host, Connection and Content-Length
    std::string_view body;
    int status;
    std::string_view location;
    std::string_view answer;
};

// clang-format off
constexpr Recorded recorded[] = {
    {"list_empty", "GET /users HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>Users</title>\n\n<ul>\n\n  <li>none</li>\n\n</ul>\n"},
    {"create_form", "GET /users/create HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>Create</title>\n\n<form method=\"post\"><input name=\"username\"><input name=\"email\"><input type=\"submit\"></form>\n"},
    {"create_post", "POST /users/create HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "username=reindert&email=info%40example.com", 302, "/user/1",
     ""},
    {"create_post_xss", "POST /users/create HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "username=%3Cscript%3Ealert(1)%3C%2Fscript%3E&email=%22q%22+%26+%27s%27", 302, "/user/2",
     ""},
    {"create_post_utf8", "POST /users/create HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "username=Jos%C3%A9+%E6%97%A5%E6%9C%AC&email=", 302, "/user/3",
     ""},
    {"create_missing_email_400", "POST /users/create HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "username=solo", 400, "",
     ""},
    {"create_dup_500", "POST /users/create HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "username=reindert&email=x", 500, "",
     ""},
    {"create_multipart", "POST /users/create HTTP/1.1\nContent-Type: multipart/form-data; boundary=BB",
     "--BB\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nmulti\r\n"
     "--BB\r\nContent-Disposition: form-data; name=\"email\"\r\n\r\nm@ex.com\r\n--BB--\r\n", 302, "/user/4",
     ""},
    {"list", "GET /users HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>Users</title>\n\n<ul>\n\n  <li><a href=\"/user/2\">&lt;script&gt;alert(1)&lt;/script&gt;</a> &#34;q&#34; &amp; &#39;s&#39;</li>\n\n  <li><a href=\"/user/3\">Jos\303\251 \346\227\245\346\234\254</a> </li>\n\n  <li><a href=\"/user/4\">multi</a> m@ex.com</li>\n\n  <li><a href=\"/user/1\">reindert</a> info@example.com</li>\n\n</ul>\n"},
    {"detail_1", "GET /user/1 HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>reindert</title>\n\n<h1>reindert</h1><p>info@example.com</p>\n"},
    {"detail_2_escaped", "GET /user/2 HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>\n\n<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1><p>&#34;q&#34; &amp; &#39;s&#39;</p>\n"},
    {"detail_404", "GET /user/999 HTTP/1.1",
     "", 404, "",
     ""},
    {"delete_form", "GET /user/1/delete HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>Delete reindert</title>\n\n<form method=\"post\">Delete reindert?<input type=\"submit\"></form>\n"},
    {"delete_post", "POST /user/1/delete HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "", 302, "/users",
     ""},
    {"delete_post_404", "POST /user/1/delete HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "", 404, "",
     ""},
    {"list_after", "GET /users HTTP/1.1",
     "", 200, "",
     "<!doctype html>\n<title>Users</title>\n\n<ul>\n\n  <li><a href=\"/user/2\">&lt;script&gt;alert(1)&lt;/script&gt;</a> &#34;q&#34; &amp; &#39;s&#39;</li>\n\n  <li><a href=\"/user/3\">Jos\303\251 \346\227\245\346\234\254</a> </li>\n\n  <li><a href=\"/user/4\">multi</a> m@ex.com</li>\n\n</ul>\n"},
    {"create_after_delete_reuses_max_plus1", "POST /users/create HTTP/1.1\nContent-Type: application/x-www-form-urlencoded",
     "username=again&email=e", 302, "/user/5",
     ""},
};
// clang-format on

}  // namespace quickstart
