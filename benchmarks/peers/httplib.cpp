// A peer: cpp-httplib with a thread for each connection, rows by raw sqlite3. httplib PORT DATABASE [FOLDER]
#include <httplib.h>

#include <cstdlib>
#include <limits>
#include <string>

#include "benchmarks/peers/rows.hpp"

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const char* database = argv[2];
    auto rows = [database]() -> Rows& {
        thread_local Rows rows(database);
        return rows;
    };
    httplib::Server server;
    // A kept-alive connection holds its thread: one for each of the 64 clients, and for those that have just left.
    server.new_task_queue = [] { return new httplib::ThreadPool(160); };
    server.set_keep_alive_timeout(60);
    server.set_keep_alive_max_count(std::numeric_limits<std::size_t>::max());
    server.set_tcp_nodelay(true);
    server.Get("/plain", [](const httplib::Request&, httplib::Response& response) {
        response.set_content("Hello, World!", "text/plain");
    });
    server.Get("/json", [](const httplib::Request&, httplib::Response& response) {
        response.set_content(R"({"message":"Hello, World!"})", "application/json");
    });
    server.Get(R"(/row/(\d+))", [&](const httplib::Request& request, httplib::Response& response) {
        std::string json;
        rows().append(std::atoi(request.matches[1].str().c_str()), json);
        response.set_content(std::move(json), "application/json");
    });
    server.Get("/queries", [&](const httplib::Request&, httplib::Response& response) {
        response.set_content(rows().twenty(), "application/json");
    });
    server.Post("/form", [](const httplib::Request& request, httplib::Response& response) {
        std::size_t size = 0;
        for (int i = 0; i < 10; ++i) size += request.get_param_value(("field" + std::to_string(i)).c_str()).size();
        response.set_content(std::to_string(size), "text/plain");
    });
    server.Post("/upload", [](const httplib::Request& request, httplib::Response& response) {
        response.set_content(std::to_string(request.get_file_value("file").content.size()), "text/plain");
    });
    if (argc > 3) server.set_mount_point("/static", argv[3]);
    return server.listen("127.0.0.1", std::atoi(argv[1])) ? 0 : 1;
}
