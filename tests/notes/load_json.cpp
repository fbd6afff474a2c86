// The bodies that the notes application must answer with, to the byte.
#include <algorithm>
#include <cstdio>

#include "load_model.hpp"

namespace notes {

namespace {

/// Takes the character at the front of valid UTF-8.
unsigned take_character(std::string_view& text) {
    unsigned lead = static_cast<unsigned char>(text[0]);
    std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    unsigned value = size == 1 ? lead : lead & (0x7fu >> size);
    for (std::size_t i = 1; i < size; ++i) value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
    text.remove_prefix(size);
    return value;
}

std::string escape(unsigned unit) {
    char text[8];
    std::snprintf(text, sizeof text, "\\u%04x", unit);
    return text;
}

std::string optional_text(const std::optional<std::string>& text) { return text ? json_text(*text) : "null"; }

std::string joined(const std::vector<std::string>& items) {
    std::string text = "[";
    for (auto& item : items) text += (text.size() > 1 ? "," : "") + item;
    return text + "]";
}

/// Flask-SQLAlchemy's iter_pages with its own edges.
std::vector<std::string> page_numbers(long page, long pages) {
    constexpr long left_edge = 2, left_current = 2, right_current = 4, right_edge = 2;
    std::vector<std::string> numbers;
    for (long previous = 0, number = 1; number <= pages; ++number) {
        bool near = number >= page - left_current && number <= page + right_current;
        if (!near && number > left_edge && number <= pages - right_edge) continue;
        if (number != previous + 1) numbers.emplace_back("null");
        numbers.push_back(std::to_string(number));
        previous = number;
    }
    return numbers;
}

}  // namespace

std::string json_text(std::string_view text) {
    std::string result = "\"";
    while (!text.empty()) {
        unsigned value = take_character(text);
        if (value == '"' || value == '\\') result += '\\';
        if (value < 0x80)
            result += static_cast<char>(value);
        else if (value < 0x10000)
            result += escape(value);
        else
            result += escape(0xd800 + ((value - 0x10000) >> 10)) + escape(0xdc00 + (value & 0x3ff));
    }
    return result + '"';
}

std::string person_json(const Person& person) {
    return "{\"email\":" + optional_text(person.email) + ",\"id\":" + std::to_string(person.id) +
           ",\"nombre\":" + json_text(person.nombre) + "}";
}

std::string mark_json(const Mark& mark, long user_id) {
    return "{\"date\":\"" + mark.date + "\",\"description\":" + optional_text(mark.description) +
           ",\"id\":" + std::to_string(mark.id) + ",\"url\":" + json_text(mark.url) +
           ",\"user_id\":" + std::to_string(user_id) + "}";
}

std::string marks_json(const Person& person) {
    std::vector<std::string> items;
    for (auto& mark : person.marks) items.insert(items.begin(), mark_json(mark, person.id));
    return "{\"count\":" + std::to_string(person.marks.size()) + ",\"items\":" + joined(items) + "}";
}

std::string page_json(long page, long per_page, long total, const std::vector<long>& items) {
    long pages = (total + per_page - 1) / per_page;
    bool next = page < pages, previous = page > 1;
    long first = items.empty() ? 0 : (page - 1) * per_page + 1;
    long last = std::max(first, first + static_cast<long>(items.size()) - 1);
    std::vector<std::string> ids;
    for (long id : items) ids.push_back(std::to_string(id));
    auto truth = [](bool value) { return value ? "true" : "false"; };
    auto number = [](long value) { return std::to_string(value); };
    return "{\"first\":" + number(first) + ",\"has_next\":" + truth(next) + ",\"has_prev\":" + truth(previous) +
           ",\"items\":" + joined(ids) + ",\"iter\":" + joined(page_numbers(page, pages)) +
           ",\"last\":" + number(last) + ",\"next_num\":" + (next ? number(page + 1) : "null") +
           ",\"page\":" + number(page) + ",\"pages\":" + number(pages) + ",\"per_page\":" + number(per_page) +
           ",\"prev_num\":" + (previous ? number(page - 1) : "null") + ",\"total\":" + number(total) + "}";
}

std::optional<long> number_between(std::string_view text, std::string_view before, std::string_view after) {
    if (!text.starts_with(before)) return std::nullopt;
    text.remove_prefix(before.size());
    auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 15 || !text.substr(digits).starts_with(after)) return std::nullopt;
    return std::stol(std::string{text.substr(0, digits)});
}

}  // namespace notes
