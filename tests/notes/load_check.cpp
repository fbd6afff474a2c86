// Reads a whole database through a server, and compares it with the model.
#include "load_check.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>

namespace notes {

namespace {

/// Asks one after the other on one connection as long as the server keeps it.
class Reader {
  public:
    explicit Reader(std::uint16_t port) : port_(port) {}

    std::string get(const std::string& path) {
        if (!client_) client_ = std::make_unique<Client>(port_, std::chrono::seconds{60});
        client_->send(request_text("GET " + path + " HTTP/1.1"));
        auto answer = client_->read();
        if (!answer || answer->closes()) client_.reset();
        if (!answer || answer->status != 200) throw std::runtime_error("GET " + path + " is not answered");
        return std::move(answer->body);
    }

  private:
    std::uint16_t port_;
    std::unique_ptr<Client> client_;
};

/// Where the object at the front ends.
std::size_t object_size(std::string_view json) {
    bool quoted = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        if (quoted && json[i] == '\\')
            ++i;
        else if (json[i] == '"')
            quoted = !quoted;
        else if (!quoted && json[i] == '}')
            return i + 1;
    }
    return json.size();
}

/// The users of a list, each as its JSON stands there.
std::map<long, std::string> rows_of(std::string_view list) {
    std::map<long, std::string> rows;
    for (auto at = list.find('{'); at != std::string_view::npos; at = list.find('{')) {
        list.remove_prefix(at);
        auto row = list.substr(0, object_size(list));
        auto from_id = row.substr(std::min(row.find(",\"id\":"), row.size()));
        auto id = number_between(from_id, ",\"id\":", ",");
        if (!id) throw std::runtime_error("the list of users is malformed: " + std::string{row});
        rows[*id] = row;
        list.remove_prefix(row.size());
    }
    return rows;
}

class Check {
  public:
    Check(Clients& clients, std::uint16_t port, Totals& totals)
        : clients_(clients), totals_(totals), reader_(port), rows_(rows_of(reader_.get("/users"))) {}

    /// Returns how many writes without an answer had been done.
    long settle() {
        long done = 0;
        for (auto& owner : clients_.owners()) {
            if (!owner->is_waiting()) continue;
            bool mark = owner->pending().act == Act::add_mark;
            done += mark ? owner->settle_mark(marks_of(owner->pending().person.id)) : owner->settle_user(rows_);
        }
        return done;
    }

    void compare() {
        long people = 0;
        clients_.ids().clear();
        for (std::size_t number = 0; number < clients_.owners().size(); ++number)
            for (auto& [id, person] : clients_.owners()[number]->people()) {
                ++people;
                clients_.ids().set(id, static_cast<int>(number));
                compare(person);
            }
        for (auto& [id, row] : rows_)
            if (!clients_.ids().knows(id)) totals_.note(totals_.phantom, "nobody's user: " + row);
        clients_.counts() = {.creates_sent = people, .creates_done = people};
    }

  private:
    std::string marks_of(long id) {
        return rows_.contains(id) ? reader_.get("/users/" + std::to_string(id) + "/bookmarks/") : "";
    }

    void compare(const Person& person) {
        auto row = rows_.find(person.id);
        auto shown = row == rows_.end() ? "no such row" : row->second;
        if (shown != person_json(person))
            return totals_.note(totals_.lost, "lost: " + person_json(person) + ", there is " + shown);
        auto marks = marks_of(person.id);
        if (marks != marks_json(person) + "\n")
            totals_.note(totals_.lost, "lost: " + marks_json(person) + ", there is " + marks);
    }

    Clients& clients_;
    Totals& totals_;
    Reader reader_;
    std::map<long, std::string> rows_;
};

int append_text(void* result, int, char** values, char**) {
    static_cast<std::string*>(result)->append(values[0] ? values[0] : "NULL").append("\n");
    return 0;
}

/// The first column of what `sql` returns, a line a row; the error if it fails.
std::string query(sqlite3* database, const char* sql) {
    std::string result;
    char* error = nullptr;
    sqlite3_exec(database, sql, append_text, &result, &error);
    if (error) result = error;
    sqlite3_free(error);
    return result;
}

}  // namespace

void check_everything(Clients& clients, std::uint16_t port, bool answers_all, Totals& totals) {
    Check check{clients, port, totals};
    long done = check.settle();
    if (answers_all && done > 0)
        totals.note(totals.half_done, std::to_string(done) + " writes were carried out, but not answered");
    check.compare();
}

void check_file(const std::filesystem::path& database, Totals& totals) {
    for (auto& entry : std::filesystem::directory_iterator{database.parent_path()}) {
        auto name = entry.path().filename().string();
        if (entry.path() != database && !name.starts_with("output-"))
            totals.note(totals.faults, "left over after a clean stop: " + name);
    }
    sqlite3* connection = nullptr;
    sqlite3_open_v2(database.c_str(), &connection, SQLITE_OPEN_READONLY, nullptr);
    if (auto text = query(connection, "PRAGMA integrity_check"); text != "ok\n")
        totals.note(totals.faults, "integrity_check: " + text);
    if (auto text = query(connection, "PRAGMA foreign_key_check"); !text.empty())
        totals.note(totals.faults, "foreign_key_check: " + text);
    sqlite3_close(connection);
}

}  // namespace notes
