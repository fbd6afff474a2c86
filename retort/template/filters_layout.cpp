// Filters that lay text out: indent, wordwrap, pprint.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/errors.hpp"
#include "retort/template/letters.hpp"
#include "retort/template/render.hpp"
#include "retort/template/stable_sort.hpp"

namespace retort::templates {

namespace {

Value indent(const Call& call) {
    Parameters given(call, "indent", {"s", "width", "first", "blank"}, 1);
    if (!given[0].is_text()) {
        if (given[0].is_undefined()) throw_undefined(given[0]);
        throw_type_error("indent takes a text, not '" + type_name(given[0]) + "'");
    }
    bool html = given[0].is_markup();
    std::string space;
    if (given.has(1) && given[1].is_text()) {
        space = given[1].text();
    } else {
        auto width = given.integer(1, 4);
        if (width > 4096) throw_overflow("The lines are indented too far.");
        space.assign(static_cast<std::size_t>(std::max<std::int64_t>(width, 0)), ' ');
    }
    bool first = given.truth(2, false), blank = given.truth(3, false);
    std::string text = std::string{given[0].text()} + "\n", out;
    auto lines = split_lines(text);
    for (std::size_t at = 0; at < lines.size(); ++at) {
        if (at != 0) out += '\n';
        if (at == 0 ? first : blank || !lines[at].empty()) out += space;
        out += lines[at];
    }
    return Value::text(std::move(out), html);
}

Value wordwrap(const Call& call) {
    Parameters given(call, "wordwrap", {"s", "width", "break_long_words", "wrapstring", "break_on_hyphens"}, 1);
    if (given[0].is_undefined()) throw_undefined(given[0]);
    if (!given[0].is_text()) throw_type_error("wordwrap takes a text, not '" + type_name(given[0]) + "'");
    if (given[0].text().empty()) return Value::view("");
    auto width = given.integer(1, 79);
    if (width <= 0) throw_value_error("invalid width " + std::to_string(width) + " (must be > 0)");
    std::string newline = call.render == nullptr ? "\n" : call.render->environment.options().newline;
    if (given.given(3) && given[3].is_undefined()) throw_undefined(given[3]);
    if (given.given(3) && !given[3].is_text()) {
        throw_type_error("'" + type_name(given[3]) + "' object has no attribute 'join'");
    }
    if (given.given(3)) newline = given[3].text();
    WrapOptions options{static_cast<std::size_t>(width), given.truth(2, true), given.truth(4, true)};
    bool html = given.given(3) && given[3].is_markup();
    std::string out;
    bool first = true;
    for (auto line : split_lines(given[0].text())) {
        if (!std::exchange(first, false)) out += newline;
        bool first_piece = true;
        for (auto& piece : wrap_line(line, options)) {
            if (!std::exchange(first_piece, false)) out += newline;
            out += html ? html_escape(piece) : piece;
        }
    }
    return Value::text(std::move(out), html);
}

// textwrap

bool is_space_chunk(std::string_view chunk) { return strip(chunk).empty(); }

bool letter_at(std::string_view word, std::size_t at) {
    if (at >= word.size()) return false;
    auto c = static_cast<unsigned char>(word[at]);
    return c >= 0x80 || is_letter(c) || c == '_';
}
bool hyphen_at(std::string_view word, std::size_t at) { return at < word.size() && word[at] == '-'; }

/// Whether a word may be broken behind this hyphen.
bool breaks_behind(std::string_view word, std::size_t at) {
    bool before = at >= 2 && letter_at(word, at - 1) &&
                  (letter_at(word, at - 2) || (at >= 3 && hyphen_at(word, at - 2) && letter_at(word, at - 3)));
    return before && letter_at(word, at + 1) &&
           (letter_at(word, at + 2) || (hyphen_at(word, at + 2) && letter_at(word, at + 3)));
}

/// The length of a dash of several hyphens between words; 0 when there is none.
std::size_t dash_at(std::string_view word, std::size_t at) {
    // What is before is asked first: a run of hyphens is read from its first one only.
    bool word_before = at != 0 && (letter_at(word, at - 1) || is_ascii_digit(word[at - 1]) ||
                                   std::string_view{"!\"'&.,?"}.find(word[at - 1]) != std::string_view::npos);
    if (!word_before) return 0;
    auto end = at;
    while (hyphen_at(word, end)) ++end;
    if (end - at < 2 || end >= word.size()) return 0;
    return letter_at(word, end) || is_ascii_digit(word[end]) ? end - at : 0;
}

void split_word(std::string_view word, bool hyphens, std::vector<std::string_view>& chunks) {
    std::size_t from = 0;
    for (std::size_t at = 0; hyphens && at < word.size(); ++at) {
        if (word[at] != '-') continue;
        if (auto dash = dash_at(word, at)) {
            if (at > from) chunks.push_back(word.substr(from, at - from));
            chunks.push_back(word.substr(at, dash));
            from = at + dash;
            at = from - 1;
        } else if (breaks_behind(word, at)) {
            chunks.push_back(word.substr(from, at + 1 - from));
            from = at + 1;
        }
    }
    if (from < word.size()) chunks.push_back(word.substr(from));
}

/// Words and the blanks between them; a no-break space is a part of its word.
std::vector<std::string_view> chunks_of(std::string_view line, bool hyphens) {
    constexpr std::string_view blanks = " \t\n\v\f\r";
    std::vector<std::string_view> chunks;
    while (!line.empty()) {
        auto space = std::min(line.find_first_not_of(blanks), line.size());
        if (space > 0) chunks.push_back(line.substr(0, space));
        line.remove_prefix(space);
        auto word = line.substr(0, line.find_first_of(blanks));
        split_word(word, hyphens, chunks);
        line.remove_prefix(word.size());
    }
    return chunks;
}

/// Reads no more of a long word than there is room for.
bool fits(std::string_view chunk, std::size_t room) { return first_characters(chunk, room).size() == chunk.size(); }

}  // namespace

std::vector<std::string> wrap_line(std::string_view line, const WrapOptions& options) {
    auto chunks = chunks_of(line, options.break_on_hyphens);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < chunks.size();) {
        if (!lines.empty() && is_space_chunk(chunks[at])) ++at;
        std::vector<std::string_view> taken;
        std::size_t length = 0;
        while (at < chunks.size() && fits(chunks[at], options.width - length)) {
            length += utf8_length(chunks[at]);
            taken.push_back(chunks[at++]);
        }
        if (at < chunks.size() && !fits(chunks[at], options.width)) {
            if (options.break_long_words) {
                auto part = first_characters(chunks[at], options.width - length);
                auto hyphen = options.break_on_hyphens ? part.rfind('-') : part.npos;
                if (hyphen != part.npos && part.substr(0, hyphen).find_first_not_of('-') != part.npos) {
                    part = part.substr(0, hyphen + 1);
                }
                taken.push_back(part);
                chunks[at].remove_prefix(part.size());
            } else if (taken.empty()) {
                taken.push_back(chunks[at++]);
            }
        }
        if (!taken.empty() && is_space_chunk(taken.back())) taken.pop_back();
        if (taken.empty()) continue;
        std::string text;
        for (auto piece : taken) text += piece;
        lines.push_back(std::move(text));
    }
    return lines;
}

namespace {

/// Python's pprint at 80 columns.
class Pretty {
  public:
    void put(const Value& value, std::size_t indent, std::size_t allowance, int depth) {
        std::string flat = repr(sorted(value, depth));
        bool breaks = is_container(value) || (value.is_text() && !value.is_markup());
        if (indent + utf8_length(flat) + allowance <= 80 || !breaks) {
            out += flat;
            return;
        }
        if (value.is_text()) return put_text(value.text(), indent, allowance, depth == 0);
        if (auto* dict = value.as<Dict>()) return put_dict(*dict, indent, allowance, depth);
        put_list(*sequence_of(value), indent, allowance, depth);
    }
    std::string out;

  private:
    static bool is_container(const Value& value) { return value.as<Dict>() || sequence_of(value) != nullptr; }

    /// The value with the keys of its dicts in order.
    static Value sorted(const Value& value, int depth) {
        if (depth > most_nesting) throw_runtime("The value is nested too deeply to be written.");
        if (auto* dict = value.as<Dict>()) {
            auto made = make<Dict>();
            for (auto& [key, item] : ordered(*dict)) made->set(key, sorted(item, depth + 1));
            return Value::thing(made);
        }
        auto* all = sequence_of(value);
        if (all == nullptr) return value;
        std::vector<Value> items;
        for (auto& item : all->items()) items.push_back(sorted(item, depth + 1));
        return all->is_tuple() ? tuple(std::move(items)) : list(std::move(items));
    }
    static std::vector<Dict::Entry> ordered(const Dict& dict) {
        auto entries = dict.entries();
        sort_stably(entries, [](auto& a, auto& b) {
            if (a.first.is_text() && b.first.is_text()) return a.first.text() < b.first.text();
            if (a.first.is_number() && b.first.is_number()) return order(a.first, b.first) < 0;
            return type_name(a.first) < type_name(b.first);
        });
        return entries;
    }
    void separate(bool first, std::size_t indent) {
        if (!first) out += ",\n" + std::string(indent, ' ');
    }
    /// A long text: pieces in lines of their own, in parentheses when it is all there is.
    void put_text(std::string_view text, std::size_t indent, std::size_t allowance, bool outermost) {
        if (outermost) ++indent, ++allowance;
        auto room = 80 - static_cast<std::int64_t>(indent), last_room = room - static_cast<std::int64_t>(allowance);
        std::vector<std::string> pieces;
        auto lines = split_lines(text, true);
        for (std::size_t at = 0; at < lines.size(); ++at) {
            break_line(lines[at], room, at + 1 == lines.size() ? last_room : room, pieces);
        }
        if (pieces.size() == 1) return append_text_repr(out, text);
        if (outermost) out += '(';
        for (std::size_t at = 0; at < pieces.size(); ++at) {
            if (at != 0) out += "\n" + std::string(indent, ' ');
            out += pieces[at];
        }
        if (outermost) out += ')';
    }
    /// `\S*\s*`, from the begin.
    static std::string_view take_word(std::string_view& rest) {
        bool begins = strip_left(rest).size() == rest.size();
        auto behind = strip_left(rest.substr(begins ? words(rest, 1)[0].size() : 0));
        auto word = rest.substr(0, rest.size() - behind.size());
        rest = behind;
        return word;
    }
    static std::string quoted(std::string_view text) {
        std::string out;
        append_text_repr(out, text);
        return out;
    }
    static void break_line(std::string_view line, std::int64_t room, std::int64_t last_room,
                           std::vector<std::string>& pieces) {
        auto fits = [](const std::string& shown, std::int64_t width) {
            return static_cast<std::int64_t>(utf8_length(shown)) <= width;
        };
        if (auto whole = quoted(line); fits(whole, last_room)) return pieces.push_back(std::move(whole));
        std::string current;
        while (!line.empty()) {
            std::string word{take_word(line)};
            if (fits(quoted(current + word), line.empty() ? last_room : room)) {
                current += word;
                continue;
            }
            if (!current.empty()) pieces.push_back(quoted(current));
            current = std::move(word);
        }
        if (!current.empty()) pieces.push_back(quoted(current));
    }
    void put_dict(const Dict& dict, std::size_t indent, std::size_t allowance, int depth) {
        out += '{';
        auto entries = ordered(dict);
        for (std::size_t at = 0; at < entries.size(); ++at) {
            separate(at == 0, indent + 1);
            std::string key = repr(entries[at].first) + ": ";
            out += key;
            bool last = at + 1 == entries.size();
            put(entries[at].second, indent + 1 + utf8_length(key), last ? allowance + 1 : 1, depth + 1);
        }
        out += '}';
    }
    void put_list(const List& all, std::size_t indent, std::size_t allowance, int depth) {
        out += all.is_tuple() ? '(' : '[';
        auto& items = all.items();
        for (std::size_t at = 0; at < items.size(); ++at) {
            separate(at == 0, indent + 1);
            put(items[at], indent + 1, at + 1 == items.size() ? allowance + 1 : 1, depth + 1);
        }
        if (all.is_tuple() && items.size() == 1) out += ',';
        out += all.is_tuple() ? ')' : ']';
    }
};

}  // namespace

std::string pretty(const Value& value) {
    (void)repr(value);  // refuses what is too long to be written at all, before it is sorted
    Pretty writer;
    writer.put(value, 0, 0, 0);
    return std::move(writer.out);
}

void add_layout_filters(Functions& filters) {
    filters["indent"] = indent;
    filters["wordwrap"] = wordwrap;
    filters["pprint"] = [](const Call& call) {
        return Value::text(pretty(Parameters(call, "pprint", {"value"}, 1)[0]));
    };
}

}  // namespace retort::templates
