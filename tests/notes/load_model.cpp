// What each client of the load asks, and how its answers are judged.
#include "load_model.hpp"

#include <algorithm>
#include <iterator>

namespace notes {

namespace {

constexpr std::string_view json_type = "Content-Type: application/json\r\n";
constexpr std::string_view form_type = "Content-Type: application/x-www-form-urlencoded\r\n";

std::string path_of(const Person& person) { return "/users/" + std::to_string(person.id); }

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string result;
    for (unsigned char c : text) {
        if (c == ' ')
            result += '+';
        else if (std::isalnum(c))
            result += static_cast<char>(c);
        else
            result.append("%").append(1, hex[c >> 4]).append(1, hex[c & 15]);
    }
    return result;
}

/// The same text with quotes escaped but other characters as they are: the other way a client may write JSON.
std::string raw_json_text(std::string_view text) {
    std::string result = "\"";
    for (char c : text) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + '"';
}

std::string different(const Answer& answer, int status, std::string_view body) {
    if (answer.status == status && answer.body == body) return {};
    return "expected " + std::to_string(status) + " " + std::string{body};
}

/// The numbers of a list's text, "1,2,3".
std::vector<long> numbers_of(std::string_view list) {
    std::vector<long> numbers;
    while (!list.empty()) {
        auto end = std::min(list.find(','), list.size());
        if (auto number = number_between(list.substr(0, end), "", "")) numbers.push_back(*number);
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return numbers;
}

std::string_view between(std::string_view text, std::string_view before, char after) {
    auto begin = text.find(before);
    if (begin == std::string_view::npos) return {};
    auto rest = text.substr(begin + before.size());
    return rest.substr(0, rest.find(after));
}

}  // namespace

bool Ids::take(long id, int owner) {
    auto [entry, fresh] = owners_.try_emplace(id, owner);
    if (!fresh && entry->second != deleting) return false;
    entry->second = owner;
    return true;
}

void Ids::end_delete(long id) {
    auto entry = owners_.find(id);
    if (entry != owners_.end() && entry->second == deleting) owners_.erase(entry);
}

Owner::Owner(int number, Ids& ids, Counts& counts, std::uint64_t seed)
    : number_(number), ids_(ids), counts_(counts), random_(seed + static_cast<std::uint64_t>(number) * 7919) {}

std::string Owner::fresh_name() {
    constexpr std::string_view tails[] = {"", " Jos\u00e9 \u65e5\u672c", " <b>&'", " \"q\" \\", " \U0001f600"};
    return "n" + std::to_string(number_) + "-" + std::to_string(++serial_) + std::string{tails[pick(std::size(tails))]};
}

std::string Owner::fresh_email() { return "c" + std::to_string(number_) + "." + std::to_string(++serial_) + "@ex.com"; }

const std::string& Owner::ask(Act act, std::string_view line, std::string_view body, std::string_view headers) {
    if (!pending_) pending_.emplace();
    pending_->act = act;
    pending_->before = counts_;
    pending_->text = request_text(std::string{line} + " HTTP/1.1", body, headers);
    counts_.creates_sent += act == Act::create;
    counts_.deletes_sent += act == Act::remove;
    return pending_->text;
}

const Person* Owner::some_person(bool without_marks) {
    if (people_.empty()) return nullptr;
    auto start = pick(people_.size());
    for (std::size_t i = 0; i < people_.size(); ++i) {
        auto& person = std::next(people_.begin(), static_cast<long>((start + i) % people_.size()))->second;
        if (!without_marks || person.marks.empty()) return &person;
    }
    return nullptr;
}

const std::string& Owner::next() { return people_.empty() || pick(100) >= 55 ? write_something() : read_something(); }

const std::string& Owner::read_something() {
    auto choice = pick(100);
    if (choice < 5) return ask(Act::hola, "GET /hola");
    if (choice < 10) return ask(Act::missing, "GET /users/999999999");
    if (choice < 25) return page();
    pending_.emplace().person = *some_person();
    if (choice < 70) return ask(Act::read, "GET " + path_of(pending_->person));
    return ask(Act::list_marks, "GET " + path_of(pending_->person) + "/bookmarks/");
}

const std::string& Owner::page() {
    auto& pending = pending_.emplace();
    pending.page = 1 + static_cast<long>(pick(5));
    pending.per_page = 1 + static_cast<long>(pick(30));
    return ask(Act::page,
               "GET /page?page=" + std::to_string(pending.page) + "&per_page=" + std::to_string(pending.per_page));
}

const std::string& Owner::write_something() {
    constexpr std::size_t most_people = 20, most_marked = 10, most_marks = 10;
    auto choice = pick(100);
    auto marked = static_cast<std::size_t>(
        std::ranges::count_if(people_, [](auto& entry) { return !entry.second.marks.empty(); }));
    auto* person = some_person();
    if (!person || (choice < 35 && people_.size() < most_people)) return create();
    if (choice >= 85)
        if (auto* bare = some_person(true)) return remove(*bare);
    if (choice >= 50 && person->marks.size() < most_marks && (marked < most_marked || !person->marks.empty()))
        return add_mark(*person);
    auto& changed = pending_.emplace().person = *person;
    bool rename = pick(2) == 0;
    if (rename) changed.nombre = fresh_name();
    // Each change differs from what was, or nobody could tell whether it was carried out.
    if (!rename) changed.email = changed.email && pick(4) == 0 ? std::nullopt : std::optional{fresh_email()};
    auto body = rename ? "{\"nombre\":" + raw_json_text(changed.nombre) + "}"
                       : "{\"email\": " + (changed.email ? json_text(*changed.email) : "null") + "}";
    return ask(rename ? Act::rename : Act::change_email, "PUT " + path_of(changed), body, json_type);
}

const std::string& Owner::create() {
    auto& person = pending_.emplace().person;
    person.nombre = fresh_name();
    person.email = fresh_email();
    auto name = pick(2) == 0 ? json_text(person.nombre) : raw_json_text(person.nombre);
    return ask(Act::create, "POST /users", "{\"nombre\": " + name + ", \"email\": " + json_text(*person.email) + "}",
               json_type);
}

const std::string& Owner::add_mark(const Person& person) {
    auto& pending = pending_.emplace();
    pending.person = person;
    pending.mark.url = "http://ex.com/" + std::to_string(number_) + "/" + std::to_string(++serial_) + "?a=1&b=\u00e9";
    if (pick(3) != 0) pending.mark.description = "a b&c+" + std::to_string(serial_);
    auto body = "url=" + percent_encoded(pending.mark.url);
    if (pending.mark.description) body += "&description=" + percent_encoded(*pending.mark.description);
    return ask(Act::add_mark, "POST " + path_of(person) + "/bookmarks/", body, form_type);
}

const std::string& Owner::remove(const Person& person) {
    pending_.emplace().person = person;
    ids_.begin_delete(person.id);
    return ask(Act::remove, "DELETE " + path_of(person));
}

bool Owner::wrote() const {
    switch (pending_->act) {
        case Act::create:
        case Act::rename:
        case Act::change_email:
        case Act::remove:
        case Act::add_mark: return true;
        default: return false;
    }
}

std::string Owner::take(const Answer& answer) {
    auto& pending = *pending_;
    std::string wrong;
    switch (pending.act) {
        case Act::create: wrong = take_created(answer); break;
        case Act::add_mark: wrong = take_mark(answer); break;
        case Act::page: wrong = take_page(answer); break;
        case Act::hola: wrong = different(answer, 200, "\"Hola\"\n"); break;
        case Act::remove: wrong = different(answer, 204, ""); break;
        case Act::list_marks: wrong = different(answer, 200, marks_json(pending.person) + "\n"); break;
        case Act::missing:
            if (answer.status != 404) wrong = "expected 404";
            break;
        default: wrong = different(answer, 200, person_json(pending.person) + "\n");
    }
    if (answer.header("Access-Control-Allow-Origin").value_or("") != "*")
        wrong += " (no Access-Control-Allow-Origin: *)";
    if (wrong.empty()) apply();
    if (!wrong.empty() && pending.act == Act::remove) ids_.set(pending.person.id, number_);
    pending_.reset();
    return wrong;
}

std::string Owner::take_created(const Answer& answer) {
    auto& person = pending_->person;
    auto pattern = person_json(person);
    auto at = pattern.find(",\"id\":0,") + 6;
    auto id = number_between(answer.body, pattern.substr(0, at), pattern.substr(at + 1) + "\n");
    person.id = id.value_or(0);
    if (auto wrong = different(answer, 201, person_json(person) + "\n"); !wrong.empty()) return wrong;
    return ids_.take(person.id, number_) ? "" : "the id belongs to another user";
}

std::string Owner::take_mark(const Answer& answer) {
    constexpr std::size_t date_size = 29;
    auto& mark = pending_->mark;
    mark.date = answer.body.size() > 9 + date_size ? answer.body.substr(9, date_size) : "";
    auto pattern = mark_json(mark, pending_->person.id);
    auto at = pattern.find(",\"id\":0,") + 6;
    mark.id = number_between(answer.body, pattern.substr(0, at), pattern.substr(at + 1) + "\n").value_or(0);
    auto wrong = different(answer, 201, mark_json(mark, pending_->person.id) + "\n");
    if (answer.header("X-Made").value_or("") != "yes") wrong += " (no X-Made: yes)";
    return wrong;
}

std::string Owner::take_page(const Answer& answer) const {
    auto& pending = *pending_;
    long fewest = pending.before.creates_done - counts_.deletes_sent;
    long most = counts_.creates_sent - pending.before.deletes_done;
    long skipped = (pending.page - 1) * pending.per_page;
    if (answer.status == 404) return pending.page > 1 && fewest <= skipped ? "" : "there should be such a page";
    auto items = numbers_of(between(answer.body, "\"items\":[", ']'));
    auto total = number_between(between(answer.body, "\"total\":", '}'), "", "").value_or(-1);
    if (total < fewest || total > most)
        return "the total should lie from " + std::to_string(fewest) + " to " + std::to_string(most);
    bool sorted = std::ranges::adjacent_find(items, std::greater_equal{}) == items.end();
    if (!sorted || std::ssize(items) > pending.per_page || (items.empty() && pending.page > 1)) return "wrong items";
    return different(answer, 200, page_json(pending.page, pending.per_page, total, items) + "\n");
}

void Owner::apply() {
    auto& [act, text, person, mark, page, per_page, before] = *pending_;
    if (!wrote()) return;
    counts_.creates_done += act == Act::create;
    counts_.deletes_done += act == Act::remove;
    if (act == Act::add_mark) person.marks.push_back(mark);
    if (act != Act::remove) {
        people_[person.id] = person;
        return;
    }
    people_.erase(person.id);
    ids_.end_delete(person.id);
}

void Owner::forget() { pending_.reset(); }

bool Owner::settle_user(const std::map<long, std::string>& rows) {
    auto& pending = *pending_;
    bool done = false;
    if (pending.act == Act::create) {
        auto front = "{\"email\":" + json_text(*pending.person.email) + ",";
        auto row = std::ranges::find_if(rows, [&](auto& entry) { return entry.second.starts_with(front); });
        done = row != rows.end();
        if (done) pending.person.id = row->first;
    } else {
        auto row = rows.find(pending.person.id);
        bool as_asked = row != rows.end() && row->second == person_json(pending.person);
        done = pending.act == Act::remove ? !as_asked : as_asked;
    }
    if (done) apply();
    pending_.reset();
    return done;
}

bool Owner::settle_mark(std::string_view listed) {
    constexpr std::size_t date_size = 29;
    auto& mark = pending_->mark;
    auto count = pending_->person.marks.size() + 1;
    auto front = "{\"count\":" + std::to_string(count) + ",\"items\":[";
    bool done = listed.starts_with(front) && listed.size() > front.size() + 9 + date_size;
    if (done) {
        mark.date = listed.substr(front.size() + 9, date_size);
        auto pattern = mark_json(mark, pending_->person.id);
        auto at = pattern.find(",\"id\":0,") + 6;
        auto id = number_between(listed.substr(front.size()), pattern.substr(0, at), pattern.substr(at + 1));
        done = id.has_value();
        mark.id = id.value_or(0);
    }
    if (done) apply();
    pending_.reset();
    return done;
}

}  // namespace notes
