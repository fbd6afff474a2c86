// Retort's names beside those of std and POSIX: both namespaces open, and a program still compiles.
#include <aio.h>
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <libgen.h>
#include <mqueue.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <search.h>
#include <semaphore.h>
#include <spawn.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <syslog.h>
#include <termios.h>
#include <unistd.h>
#include <wordexp.h>

#include <algorithm>
#include <any>
#include <bitset>
#include <cmath>
#include <complex>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <ranges>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "retort/retort.hpp"
#include "tests/doctest.hpp"

using namespace retort;
using namespace std;

Database names_db;

struct NamedUser : Model<NamedUser> {
    Column<int, primary_key> id;
    Column<std::string, unique_key> username;
    Column<optional<String<120>>, indexed> email;
    Column<Text> about = "nothing";
    Column<DateTime> date = utc_now;

    json to_json() const { return {{"id", id}, {"username", username}}; }
};

namespace named_views {

Response list() { return jsonify(names_db.session.scalars(select<NamedUser>().order_by(NamedUser::c.username))); }
Response detail(int id) { return jsonify(names_db.get_or_404<NamedUser>(id)); }
Response stop() { abort(418); }
Response away() { return redirect(url_for<detail>(1)); }
Response method() { return request.method() == POST ? "posted" : "got"; }

}  // namespace named_views

TEST_CASE("the names of an application live beside std and POSIX") {
    App app{"names"};
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://";
    app.config["TESTING"] = true;
    names_db.init_app(app);
    app.route<named_views::list>("/users");
    app.route<named_views::detail>("/users/<int:id>");
    app.route<named_views::stop>("/stop");
    app.route<named_views::away>("/away");
    app.route<named_views::method>("/method", {GET, POST});

    auto context = app.app_context();
    names_db.create_all();
    auto ada = names_db.session.add(NamedUser{.username = "ada"});
    names_db.session.commit();

    auto client = app.test_client();
    CHECK(client.get("/users").text() == "[{\"id\":1,\"username\":\"ada\"}]\n");
    CHECK(client.get("/users/1").json()["username"] == "ada");
    CHECK(client.get("/users/2").status_code() == 404);
    CHECK(client.get("/stop").status_code() == 418);
    CHECK(client.get("/away").location() == "/users/1");
    CHECK(client.post("/method").text() == "posted");
    CHECK(NamedUser::query().filter(NamedUser::c.username == "ada").first() == ada);
    auto rows = names_db.session.execute(select(func::count(NamedUser::c.id), func::max(NamedUser::c.username)));
    CHECK(std::get<0>(rows.one()) == 1);
}
