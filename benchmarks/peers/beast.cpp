// A peer: Boost.Beast with callbacks on one thread, rows by raw sqlite3. beast PORT DATABASE [FOLDER]
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "benchmarks/peers/rows.hpp"

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;

namespace {

class Connection : public std::enable_shared_from_this<Connection> {
  public:
    Connection(tcp::socket socket, Rows& rows, const std::string& folder)
        : socket_(std::move(socket)), rows_(rows), folder_(folder) {
        socket_.set_option(tcp::no_delay(true));
    }

    void read() {
        request_.emplace();
        http::async_read(socket_, buffer_, *request_,
                         [self = shared_from_this()](beast::error_code error, std::size_t) {
                             if (!error) self->answer();
                         });
    }

  private:
    void set(const char* type, std::string body) {
        response_->set(http::field::content_type, type);
        response_->body() = std::move(body);
    }

    void fill() {
        const std::string_view path(request_->target().data(), request_->target().size());
        if (path == "/plain") return set("text/plain", "Hello, World!");
        if (path == "/json") return set("application/json", R"({"message":"Hello, World!"})");
        if (path == "/queries") return set("application/json", rows_.twenty());
        if (path == "/joined") return set("application/json", rows_.shelf());
        if (path.substr(0, 5) != "/row/") return response_->result(http::status::not_found);
        std::string json;
        rows_.append(std::atoi(path.data() + 5), json);
        set("application/json", std::move(json));
    }

    void answer() {
        const std::string_view path(request_->target().data(), request_->target().size());
        if (path.substr(0, 8) == "/static/") return send_file(folder_ + std::string(path.substr(7)));
        response_.emplace(http::status::ok, request_->version());
        response_->set(http::field::server, "Beast");
        fill();
        response_->prepare_payload();
        http::async_write(socket_, *response_, [self = shared_from_this()](beast::error_code error, std::size_t) {
            if (!error) self->read();
        });
    }

    void send_file(const std::string& path) {
        beast::error_code error;
        file_.emplace(http::status::ok, request_->version());
        file_->set(http::field::server, "Beast");
        file_->set(http::field::content_type, "application/octet-stream");
        file_->body().open(path.c_str(), beast::file_mode::scan, error);
        if (error) return;
        file_->prepare_payload();
        http::async_write(socket_, *file_, [self = shared_from_this()](beast::error_code failure, std::size_t) {
            if (!failure) self->read();
        });
    }

    tcp::socket socket_;
    Rows& rows_;
    const std::string& folder_;
    beast::flat_buffer buffer_;
    std::optional<http::request<http::empty_body>> request_;
    std::optional<http::response<http::string_body>> response_;
    std::optional<http::response<http::file_body>> file_;
};

void accept(tcp::acceptor& acceptor, Rows& rows, const std::string& folder) {
    acceptor.async_accept([&](beast::error_code error, tcp::socket socket) {
        if (!error) std::make_shared<Connection>(std::move(socket), rows, folder)->read();
        accept(acceptor, rows, folder);
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 3) return 2;
    const std::string folder = argc > 3 ? argv[3] : ".";
    asio::io_context context(1);
    Rows rows(argv[2]);
    const auto port = static_cast<unsigned short>(std::atoi(argv[1]));
    tcp::acceptor acceptor(context, {asio::ip::make_address("127.0.0.1"), port});
    accept(acceptor, rows, folder);
    context.run();
}
