// What the load's clients have been promised: each one's users and bookmarks, as the server acknowledged them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "client.hpp"

namespace notes {

struct Mark {
    long id = 0;
    std::string url;
    std::optional<std::string> description;
    std::string date;  ///< as the server said it
};

struct Person {
    long id = 0;
    std::string nombre;
    std::optional<std::string> email;
    std::vector<Mark> marks;  ///< oldest first; at most ten, so that one page shows them all
};

/// Quoted and escaped as the server does it: ASCII only.
std::string json_text(std::string_view text);
/// The bodies that the server must answer with, to the byte but for their last newline.
std::string person_json(const Person& person);
std::string mark_json(const Mark& mark, long user_id);
std::string marks_json(const Person& person);
/// The page of users that lists `items` of `total`.
std::string page_json(long page, long per_page, long total, const std::vector<long>& items);

/// The number that stands in `text` after `before` (at its front) and in front of `after`.
std::optional<long> number_between(std::string_view text, std::string_view before, std::string_view after);

/// How many writes were sent and acknowledged, by all clients: the bounds of what a page may count.
struct Counts {
    long creates_sent = 0;
    long creates_done = 0;
    long deletes_sent = 0;
    long deletes_done = 0;
};

/// Which users lie where, over all clients, so that no id is given away twice.
class Ids {
  public:
    /// Whether the id was free: unknown, or being deleted by a request under way.
    bool take(long id, int owner);
    void begin_delete(long id) { owners_[id] = deleting; }
    void end_delete(long id);
    void set(long id, int owner) { owners_[id] = owner; }
    void clear() { owners_.clear(); }
    bool knows(long id) const { return owners_.contains(id); }

  private:
    static constexpr int deleting = -1;
    std::unordered_map<long, int> owners_;
};

enum class Act { create, read, rename, change_email, remove, add_mark, list_marks, page, hola, missing };

/// A request under way, and all that is needed to judge its answer.
struct Pending {
    Act act = Act::hola;
    std::string text;
    Person person;  ///< as it will be when this is done
    Mark mark;
    long page = 0;
    long per_page = 0;
    Counts before;
};

/// One client's users, what it asks next, and whether the answers are right.
class Owner {
  public:
    Owner(int number, Ids& ids, Counts& counts, std::uint64_t seed);

    /// The bytes of the next request.
    const std::string& next();
    /// The bytes of a request that makes a user.
    const std::string& create();
    /// Takes the answer of the request under way: empty when it is right, otherwise what is wrong.
    std::string take(const Answer& answer);
    bool is_waiting() const { return pending_.has_value(); }
    bool wrote() const;
    const Pending& pending() const { return *pending_; }
    /// Forgets a request that changes nothing.
    void forget();

    /// Settles a write left without an answer by the users in the database, as JSON: done or not, nothing between.
    /// Returns whether it had been done.
    bool settle_user(const std::map<long, std::string>& rows);
    /// The same for a bookmark, by what the list of its user shows.
    bool settle_mark(std::string_view listed);
    std::map<long, Person>& people() { return people_; }

  private:
    const std::string& ask(Act act, std::string_view line, std::string_view body = {}, std::string_view headers = {});
    const std::string& read_something();
    const std::string& write_something();
    const std::string& add_mark(const Person& person);
    const std::string& remove(const Person& person);
    const std::string& page();
    const Person* some_person(bool without_marks = false);
    std::string take_created(const Answer& answer);
    std::string take_mark(const Answer& answer);
    std::string take_page(const Answer& answer) const;
    std::string fresh_name();
    std::string fresh_email();
    void apply();
    std::uint64_t pick(std::uint64_t below) { return random_() % below; }

    int number_;
    Ids& ids_;
    Counts& counts_;
    std::mt19937_64 random_;
    long serial_ = 0;
    std::map<long, Person> people_;
    std::optional<Pending> pending_;
};

}  // namespace notes
