// A page with a table of 1,000 rows, rendered by a template and appended by hand with the same escaping.
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/text.hpp"
#include "retort/template/template.hpp"

namespace {

struct Row {
    int id;
    std::string name;
    std::string email;
};

constexpr std::string_view page =
    "<!doctype html>\n<title>{{ title }}</title>\n<table>\n{% for row in rows %}"
    "<tr><td>{{ row.id }}</td><td>{{ row.name }}</td><td>{{ row.email }}</td></tr>\n{% endfor %}</table>\n";

/// The same rows as those of peers/jinja_page.py; one name in eight needs escaping.
std::vector<Row> make_rows() {
    std::vector<Row> rows;
    for (int at = 1; at <= 1000; ++at) {
        std::string number = std::to_string(at);
        rows.push_back({at, at % 8 == 0 ? "Ann & <Bob> " + number : "Person number " + number,
                        "person" + number + "@example.com"});
    }
    return rows;
}

void append_number(std::string& out, int number) {
    char digits[16];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, number).ptr);
}

std::string by_hand(std::string_view title, const std::vector<Row>& rows) {
    std::string out = "<!doctype html>\n<title>";
    retort::append_html_escaped(out, title);
    out += "</title>\n<table>\n";
    for (auto& row : rows) {
        out += "<tr><td>";
        append_number(out, row.id);
        out += "</td><td>";
        retort::append_html_escaped(out, row.name);
        out += "</td><td>";
        retort::append_html_escaped(out, row.email);
        out += "</td></tr>\n";
    }
    return out += "</table>";
}

double processor_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Runs it for so long; prints the nanoseconds of processor time a page takes, and what the page is.
template <class Render>
void measure(double seconds, const Render& render) {
    std::size_t pages = 0, bytes = 0, sum = 0;
    auto begin = processor_seconds();
    do {
        for (int at = 0; at < 8; ++at, ++pages) bytes = render().size();
    } while (processor_seconds() - begin < seconds);
    auto each = (processor_seconds() - begin) / static_cast<double>(pages) * 1e9;
    for (unsigned char c : render()) sum = (sum * 31 + c) % 1000000007;
    std::printf("{\"ns\": %.1f, \"bytes\": %zu, \"sum\": %zu}\n", each, bytes, sum);
}

}  // namespace

int main(int argc, char** argv) {
    std::string_view side = argc > 1 ? argv[1] : "ours";
    double seconds = argc > 2 ? std::atof(argv[2]) : 0.5;
    auto rows = make_rows();
    std::string title = "People & others";
    if (side == "hand") {
        measure(seconds, [&] { return by_hand(title, rows); });
        return 0;
    }
    retort::templates::Environment environment;
    environment.add_loader(retort::templates::text_loader({{"page.html", std::string{page}}}));
    measure(seconds, [&] { return environment.render("page.html", {{"title", title}, {"rows", rows}}); });
}
