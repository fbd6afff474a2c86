// Session cookies at a fixed time (t = 1700000000, key "dev"), against what Flask was recorded to write.

#include "retort/base/uuid.hpp"
#include "retort/web/web.hpp"
#include "tests/doctest.hpp"

using namespace retort;

namespace {

constexpr std::string_view permanent_cookie =
    ".eJztTUsKwjAUvEqYdZDX2LQ0qOBKEdx1p6W0GEVog5TUhaV39zV1LR7AWUx4k_kMKB-2aytnnYfxXW8lKphIooYZIJix3d_WGCUuQbncw-PLkm3j"
    "JPtZZ2fOcUFKHConFKlY0NJQbEiL3TGfKq6cWWgJ7ogoy3QUJSpN00SigTnx6rknshkKiTa0MmNVb6asg3F900jMez4EVME_fRCYQd-hp54n-"
    "z4zEi8-"
    "qj9-BsY3j3Gy2A.ZVPxAA.8n4YDK6AVtyx_XJtn85Jt7wA9Tk";

TimedSerializer flask() { return TimedSerializer{"dev", "cookie-session", KeyDerivation::hmac}; }

}  // namespace

TEST_CASE("the recorded cookie is read, value by value, and written alike") {
    UserSession read{flask().loads(permanent_cookie)};
    CHECK(read["_permanent"] == true);
    CHECK(read["a"] == 1);
    CHECK(read["dt"].as<DateTime>() == DateTime{2024, 1, 2, 3, 4, 5});
    CHECK(read["t"] == json::array({1, 2}));
    CHECK(read["b"].text() == std::string("\0x", 2));
    CHECK(read["u"].as<Uuid>().to_string() == "00000000-0000-0000-0000-000000000005");
    CHECK(read["m"].text() == "<b>");
    CHECK(read["d"] == json{{" t", 1}});
    CHECK(read["l"] == json::array({1, "é"}));
    CHECK(read["i"] == 1099511627776);
    CHECK(read["z"].text() == std::string(300, 'a'));
    CHECK(flask().dumps(read.stored(), 1700000000) == permanent_cookie);
}

TEST_CASE("the same values from here are the same cookie") {
    UserSession made;
    made["v"] = "é";
    made["dt"] = DateTime{2024, 1, 2, 3, 4, 5};
    made["t"] = std::tuple{1, 2};
    made["b"] = std::vector<std::byte>{std::byte{0}, std::byte{'x'}};
    made["u"] = *Uuid::parse("00000000-0000-0000-0000-000000000005");
    json markup = json::object();
    markup[" m"] = "<b>";
    made.store("m", markup);
    made["d"] = json{{" t", 1}};
    made["n"] = nullptr;
    made["l"] = json::array({1, "é"});
    made["i"] = std::int64_t{1} << 40;
    made["f"] = 1.5;
    made["z"] = std::string(300, 'a');
    made["a"] = 1;
    made.set_permanent();
    CHECK(flask().dumps(made.stored(), 1700000000) == permanent_cookie);
}

TEST_CASE("a short session, and text beyond ASCII") {
    CHECK(flask().dumps({{"v", "hi"}}, 1700000000) == "eyJ2IjoiaGkifQ.ZVPxAA.QnTKpA2-Xgbmnfwfpkp6VzvmDgQ");
    CHECK(flask().dumps({{"v", "é"}}, 1700000000) == "eyJ2IjoiXHUwMGU5In0.ZVPxAA.zD3Hy5_9MlucNMpJbWwstLjJNQM");
}

TEST_CASE("the walk through the recorded pages") {
    App app{"s"};
    app.config["SECRET_KEY"] = "dev";
    app.get("/set/<v>", [](std::string v) {
        session["v"] = v;
        return "ok";
    });
    app.get("/get", [] { return session.to_json().dump(); });
    app.get("/none", [] { return "x"; });
    app.get("/flash", [] {
        flash("hello");
        flash("bad", "error");
        return jsonify(get_flashed_messages());
    });
    app.get("/msgs", [] {
        auto with = get_flashed_messages_with_categories();
        return jsonify(with.size(), get_flashed_messages({"error"}), get_flashed_messages());
    });
    app.get("/perm", [] {
        session.set_permanent();
        session["a"] = 1;
        return "x";
    });
    app.get("/pop", [] {
        session.clear();
        return "x";
    });
    auto client = app.test_client();
    auto visit = [&](std::string_view path) {
        auto answer = client.get(path);
        std::string cookie{answer.header("Set-Cookie")};
        auto value = cookie.substr(0, cookie.find_first_of(".;"));
        auto options = cookie.find(';') == std::string::npos ? "" : cookie.substr(cookie.find(';'));
        return std::vector<std::string>{value + options, std::string{answer.header("Vary")}};
    };
    using Seen = std::vector<std::string>;
    CHECK(visit("/none") == Seen{"", ""});
    CHECK(visit("/set/hi") == Seen{"session=eyJ2IjoiaGkifQ; HttpOnly; Path=/", "Cookie"});
    CHECK(visit("/get") == Seen{"", "Cookie"});
    CHECK(visit("/none") == Seen{"", ""});
    CHECK(visit("/flash") == Seen{"session=eyJ2IjoiaGkifQ; HttpOnly; Path=/", "Cookie"});
    CHECK(client.get("/msgs").text() == "[0,[],[]]\n");
    CHECK(visit("/msgs") == Seen{"", ""});
    for (auto* path : {"/perm", "/none"}) {  // the second time it is only renewed
        auto kept = visit(path)[0];
        CHECK(kept.starts_with("session=eyJfcGVybWFuZW50Ijp0cnVlLCJhIjoxLCJ2IjoiaGkifQ; Expires="));
        CHECK(kept.ends_with(" GMT; HttpOnly; Path=/"));
    }
    CHECK(visit("/pop") ==
          Seen{"session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; Path=/", "Cookie"});
    client.set_cookie("session", "tampered.abc.def");
    CHECK(client.get("/get").text() == "{}");
}
