// Traces: what a session sends, step by step, against what was recorded of SQLAlchemy's.
#pragma once

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "recorded.hpp"
#include "retort/orm/errors.hpp"
#include "tests/doctest.hpp"
#include "tests/orm/support.hpp"

namespace traces {

using namespace orm_test;

/// `[1, 2]`
inline std::string list(const std::vector<std::string>& items) {
    std::string text = "[";
    for (const auto& item : items) text += (text.size() == 1 ? "" : ", ") + item;
    return text + "]";
}
inline std::string joined(const Lines& lines) {
    std::string text;
    for (const auto& line : lines) text += "\n  " + line;
    return text;
}
template <class Objects>
std::string ids(const Objects& objects) {
    std::vector<std::string> numbers;
    for (const auto& object : objects) numbers.push_back(std::to_string(object->id));
    return list(numbers);
}

/// Takes what stands behind two underscores out of names, labels of columns away, and puts a SELECT's columns in one
/// order: these are free.
inline std::string without_names(std::string text) {
    for (std::size_t at = 0; (at = text.find("__", at)) != text.npos;) {
        text.erase(at, std::min(text.find_first_of(". _,()", at + 2), text.size()) - at);
    }
    for (std::size_t at = 0; (at = text.find(" AS ", at)) != text.npos;) {
        auto word = text.find_last_of(" (", at - 1);
        auto end = std::min(text.find_first_of(" ,)", at + 4), text.size());
        bool column = text[at - 1] != ')' && text.substr(word + 1, at - word - 1).find('.') != text.npos;
        column ? static_cast<void>(text.erase(at, end - at)) : static_cast<void>(at = end);
    }
    // A subquery's columns are called by those labels.
    for (std::size_t at = 0; (at = text.find("anon_", at)) != text.npos; ++at) {
        auto dot = text.find_first_not_of("0123456789", at + 5);
        if (dot == text.npos || text[dot] != '.') continue;
        text.erase(dot, std::min(text.find_first_of(" ,)", dot), text.size()) - dot);
    }
    return text;
}
inline std::string with_sorted_columns(const std::string& text) {
    if (!text.starts_with("SELECT ")) return text;
    auto end = std::min(text.find(" FROM "), text.size());
    std::vector<std::string> columns;
    for (std::size_t at = 7; at < end;) {
        auto comma = std::min(text.find(", ", at), end);
        columns.push_back(text.substr(at, comma - at));
        at = comma + 2;
    }
    std::sort(columns.begin(), columns.end());
    columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
    if (columns.size() > 1 && columns[0] == "anon_1") columns.erase(columns.begin());
    std::string sorted = list(columns);
    return "SELECT " + sorted.substr(1, sorted.size() - 2) + text.substr(end);
}
inline std::string shape(const std::string& text) { return with_sorted_columns(without_names(text)); }

inline bool reads(const std::string& line) { return line.starts_with("SELECT "); }
/// The recorded statements without those reads that were not needed here: objects stay in the session, and their keys
/// are known after a commit.
inline Lines without_spared(const Lines& recorded, const Lines& sent) {
    Lines kept;
    for (const auto& line : recorded) {
        bool next = kept.size() < sent.size() && sent[kept.size()] == line;
        if (next || !reads(line)) kept.push_back(line);
    }
    return kept;
}

/// What differs on purpose: docs/differences.md says why.
struct Difference {
    std::string step;
    Lines ours;
    std::string gives = {};
};

/// One recorded case. A step does something; its statements and what it gives are compared with the recorded ones.
struct Trace : TestDatabase {
    Trace(const std::string& file, std::string name) : name_(std::move(name)), records_(recorded::read(file)) {}

    template <class Step>
    void step(const std::string& what, Step&& act) {
        run(what, &act, [](void* step) -> std::string {
            auto& act = *static_cast<std::remove_reference_t<Step>*>(step);
            if constexpr (std::is_void_v<decltype(act())>) {
                act();
                return {};
            } else {
                return act();
            }
        });
    }
    std::vector<Difference> differences;
    bool may_spare_reads = false;

  private:
    void run(const std::string& what, void* step, std::string (*act)(void* step)) {
        std::string gives;
        try {
            gives = act(step);
        } catch (const InvalidRequestError&) {
            gives = "InvalidRequestError";
        }
        Lines sent;
        for (const auto& line : work()) sent.push_back(shape(line));
        compare(what, sent, gives);
    }
    void compare(const std::string& what, const Lines& sent, const std::string& gives) {
        CAPTURE(name_);
        CAPTURE(what);
        const recorded::Record* record = nullptr;
        for (const auto& one : records_) {
            if (one.subject == name_ + ": " + what) record = &one;
        }
        REQUIRE(record != nullptr);
        Lines expected;
        for (const auto& line : record->all("sql")) expected.push_back(shape(line));
        std::string given = record->one("gives");
        for (const auto& difference : differences) {
            if (difference.step != what) continue;
            expected = difference.ours;
            if (!difference.gives.empty()) given = difference.gives;
        }
        if (may_spare_reads) expected = without_spared(expected, sent);
        CHECK(joined(sent) == joined(expected));
        CHECK(gives == given);
    }

    std::string name_;
    std::vector<recorded::Record> records_;
};

inline std::string yes(bool value) { return value ? "true" : "false"; }

/// A case of unit_of_work.txt, in a session.
struct Work : Trace {
    explicit Work(std::string name, SessionOptions options = {})
        : Trace("unit_of_work.txt", std::move(name)), session(engine, options) {
        may_spare_reads = true;
    }
    Session session;
};

}  // namespace traces
