// Recorded facts of the originals, kept as text: `= subject`, then lines of `key value` with \n for line ends.
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace recorded {

struct Record {
    std::string subject;
    std::multimap<std::string, std::string> values;

    std::string one(const std::string& key) const {
        auto found = values.find(key);
        return found == values.end() ? std::string() : found->second;
    }
    std::vector<std::string> all(const std::string& key) const {
        std::vector<std::string> out;
        auto [from, to] = values.equal_range(key);
        for (auto one = from; one != to; ++one) out.push_back(one->second);
        return out;
    }
};

/// What makes the subject of a record. By a pointer to a function, for a std::function of each lambda takes long to
/// compile.
template <class Made>
struct Case {
    std::string_view subject;
    Made (*make)();
};
/// nullptr when there is none.
template <class Made>
const Case<Made>* find(std::span<const Case<Made>> cases, std::string_view subject) {
    for (const auto& one : cases) {
        if (one.subject == subject) return &one;
    }
    return nullptr;
}

inline std::string unescaped(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        char c = text[++i];
        out += c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
    }
    return out;
}

inline std::vector<std::string> lines_of(const std::string& path) {
    std::vector<std::string> lines;
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
    std::string line;
    for (int c = file ? std::fgetc(file.get()) : EOF; c != EOF; c = std::fgetc(file.get())) {
        if (c != '\n') {
            line += static_cast<char>(c);
            continue;
        }
        lines.push_back(std::move(line));
        line.clear();
    }
    return lines;
}

/// The records of tests/reference/data/`name`; empty when there is no such file.
inline std::vector<Record> read(const std::string& name) {
    std::vector<Record> out;
    for (const std::string& line : lines_of(std::string(RETORT_SOURCE_DIR) + "/tests/reference/data/" + name)) {
        if (line.compare(0, 2, "= ") == 0) {
            out.push_back({line.substr(2), {}});
            continue;
        }
        auto end = line.find(' ');
        auto from = line.find_first_not_of(' ', end);
        out.back().values.emplace(line.substr(0, end),
                                  from == std::string::npos ? std::string() : unescaped(line.substr(from)));
    }
    return out;
}

}  // namespace recorded
