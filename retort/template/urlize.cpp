// Links in text, found by the rules of Jinja 3.1.
#include <algorithm>

#include "retort/base/text.hpp"
#include "retort/template/builtins.hpp"
#include "retort/template/letters.hpp"

namespace retort::templates {

namespace {

bool in_domain(char c) { return is_ascii_alphanumeric(c) || c == '_' || (c & 0x80) != 0; }
bool is_letter_only(std::string_view text) { return std::all_of(text.begin(), text.end(), is_ascii_letter); }
bool host_character(char c) { return in_domain(c) || c == '%' || c == '-'; }

/// A port and a path may follow a host; nothing else.
bool good_rest(std::string_view rest) {
    if (!rest.empty() && rest[0] == ':') {
        std::size_t digits = 1;
        while (digits < rest.size() && digits < 6 && is_ascii_digit(rest[digits])) ++digits;
        if (digits == 1) return false;
        rest.remove_prefix(digits);
    }
    return rest.empty() || rest[0] == '/' || rest[0] == '?' || rest[0] == '#';
}

bool good_labels(const std::vector<std::string_view>& labels, std::size_t least, std::size_t most) {
    return std::all_of(labels.begin(), labels.end() - 1, [&](std::string_view label) {
        return label.size() >= least && label.size() <= most && std::all_of(label.begin(), label.end(), host_character);
    });
}

bool good_top_level(std::string_view label) {
    if (label.size() >= 2 && label.size() <= 63 && is_letter_only(label)) return true;
    return iequals(label.substr(0, 4), "xn--") && label.size() >= 6 && label.size() <= 63;
}

bool is_address(std::string_view host) {
    auto parts = split(host, '.');
    return parts.size() == 4 && std::all_of(parts.begin(), parts.end(), [](std::string_view part) {
               return !part.empty() && part.size() <= 3 && std::all_of(part.begin(), part.end(), is_ascii_digit);
           });
}
bool is_bracketed(std::string_view host) {
    if (host.size() < 4 || host.front() != '[' || host.back() != ']') return false;
    auto inside = host.substr(1, host.size() - 2);
    return std::count(inside.begin(), inside.end(), ':') >= 2 &&
           inside.find_first_not_of("0123456789abcdefABCDEF:") == inside.npos;
}

/// Where the host ends: at a port, path, query or anchor.
std::string_view host_of(std::string_view text) {
    if (!text.empty() && text[0] == '[') {
        auto close = text.find(']');
        return text.substr(0, close == text.npos ? text.size() : close + 1);
    }
    return text.substr(0, text.find_first_of(":/?#"));
}

bool has_prefix(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && iequals(text.substr(0, prefix.size()), prefix);
}

bool is_url(std::string_view text) {
    bool scheme = false;
    for (std::string_view prefix : {"https://", "http://"}) {
        if (!has_prefix(text, prefix)) continue;
        text.remove_prefix(prefix.size());
        scheme = true;
        break;
    }
    auto host = host_of(text);
    if (!good_rest(text.substr(host.size()))) return false;
    if (scheme && (is_address(host) || is_bracketed(host))) return true;
    auto labels = split(host, '.');
    if (scheme) return good_labels(labels, 1, 1000) && good_top_level(labels.back());
    if (has_prefix(text, "www."))
        return labels.size() > 1 && good_labels(labels, 1, 1000) && good_top_level(labels.back());
    constexpr std::string_view tops[] = {"com", "net", "int", "edu", "gov", "org", "info", "mil"};
    bool known = std::any_of(std::begin(tops), std::end(tops), [&](auto top) { return iequals(labels.back(), top); });
    return known && labels.size() > 1 && good_labels(labels, 2, 63);
}

bool is_email(std::string_view text) {
    auto at = text.rfind('@');
    if (at == text.npos || at == 0 || at + 1 >= text.size()) return false;
    auto domain = text.substr(at + 1);
    auto dot = domain.rfind('.');
    if (dot == domain.npos || dot == 0 || dot + 1 == domain.size() || !in_domain(domain[0])) return false;
    return std::all_of(domain.begin(), domain.end(), [](char c) { return in_domain(c) || c == '.' || c == '-'; }) &&
           std::all_of(domain.begin() + static_cast<std::ptrdiff_t>(dot) + 1, domain.end(), in_domain);
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++found;
    return found;
}

class Linker {
  public:
    explicit Linker(const UrlizeOptions& options) : options_(options) {
        if (!options.rel.empty()) attributes_ += " rel=\"" + html_escape(options.rel) + "\"";
        if (!options.target.empty()) attributes_ += " target=\"" + html_escape(options.target) + "\"";
    }

    void word(std::string& out, std::string_view text) {
        std::string_view head, tail;
        cut_head(text, head);
        cut_tail(text, tail);
        balance(text, tail);
        out += head;
        link(out, text);
        out += tail;
    }

  private:
    static void cut_head(std::string_view& text, std::string_view& head) {
        auto whole = text;
        while (!text.empty()) {
            std::size_t size = text[0] == '(' || text[0] == '<' ? 1 : text.starts_with("&lt;") ? 4 : 0;
            if (size == 0) break;
            text.remove_prefix(size);
        }
        head = whole.substr(0, whole.size() - text.size());
    }
    static void cut_tail(std::string_view& text, std::string_view& tail) {
        auto whole = text;
        while (!text.empty()) {
            bool sign = std::string_view{")>.,\n"}.find(text.back()) != std::string_view::npos;
            std::size_t size = sign ? 1 : text.ends_with("&gt;") ? 4 : 0;
            if (size == 0) break;
            text.remove_suffix(size);
        }
        tail = whole.substr(text.size());
    }
    /// Closing signs belong to the link when it opened them.
    static void balance(std::string_view& text, std::string_view& tail) {
        constexpr std::pair<std::string_view, std::string_view> pairs[] = {{"(", ")"}, {"<", ">"}, {"&lt;", "&gt;"}};
        for (auto& [open, close] : pairs) {
            auto opened = count(text, open);
            if (opened <= count(text, close)) continue;
            for (auto moves = std::min(opened, count(tail, close)); moves > 0; --moves) {
                auto end = tail.find(close) + close.size();
                text = std::string_view{text.data(), text.size() + end};
                tail.remove_prefix(end);
            }
        }
    }

    std::string shown(std::string_view url) const {
        if (options_.trim < 0 || static_cast<std::int64_t>(utf8_length(url)) <= options_.trim) return std::string{url};
        return std::string{first_characters(url, static_cast<std::size_t>(options_.trim))} + "...";
    }

    void link(std::string& out, std::string_view text) const {
        std::string url{text};
        bool web = is_url(text);
        if (web) {
            bool scheme = text.starts_with("https://") || text.starts_with("http://");
            out += "<a href=\"" + (scheme ? url : "https://" + url) + "\"" + attributes_ + ">" + shown(text) + "</a>";
        } else if (text.starts_with("mailto:") && is_email(text.substr(7))) {
            out += "<a href=\"" + url + "\">" + url.substr(7) + "</a>";
        } else if (text.find('@') != text.npos && !text.starts_with("www.") && text.find(':') == text.npos &&
                   is_email(text)) {
            out += "<a href=\"mailto:" + url + "\">" + url + "</a>";
        } else if (std::any_of(options_.extra_schemes.begin(), options_.extra_schemes.end(),
                               [&](auto& scheme) { return text != scheme && text.starts_with(scheme); })) {
            out += "<a href=\"" + url + "\"" + attributes_ + ">" + url + "</a>";
        } else {
            out += text;
        }
    }

    const UrlizeOptions& options_;
    std::string attributes_;
};

}  // namespace

std::string urlize(std::string_view text, const UrlizeOptions& options) {
    Linker linker(options);
    std::string out;
    while (!text.empty()) {
        auto space = text.size() - strip_left(text).size();
        out += text.substr(0, space);
        text.remove_prefix(space);
        if (text.empty()) break;
        auto word = words(text, 1)[0];
        linker.word(out, word);
        text.remove_prefix(word.size());
    }
    return out;
}

}  // namespace retort::templates
