// How accepted ranges are read, sorted and compared with offers.
#include "retort/web/accept.hpp"

#include <algorithm>
#include <charconv>

#include "retort/base/text.hpp"

namespace retort {
namespace {

using Parts = std::vector<std::string>;
using Value = std::pair<std::string, double>;

/// Nobody likes more; what is beyond is passed over.
constexpr std::size_t most_ranges = 64;

/// "text/html;level=1" as type, subtype and sorted parameters, in lower case.
Parts mime_parts(std::string_view text) {
    Parts parts;
    bool first = true;
    for (auto piece : split(text, ';')) {
        auto word = ascii_lower(trim(piece));
        auto slash = word.find('/');
        if (first && slash != std::string::npos) {
            parts = {word.substr(0, slash), word.substr(slash + 1)};
        } else {
            parts.push_back(std::move(word));
        }
        first = false;
    }
    if (parts.size() > 2) std::sort(parts.begin() + 2, parts.end());
    return parts;
}

/// More is more specific: how many parts are no asterisk, and how many there are.
std::vector<bool> specificity(Accept::Kind kind, std::string_view value) {
    std::vector<bool> exact;
    if (kind != Accept::Kind::mimetypes) return {value != "*"};
    for (auto& part : mime_parts(value)) exact.push_back(part != "*");
    return exact;
}

bool mime_matches(std::string_view offer, std::string_view wanted) {
    auto item = mime_parts(wanted), value = mime_parts(offer);
    if (item.size() < 2 || value.size() < 2 || wanted.find('/') == std::string_view::npos) return false;
    if (item[0] == "*") return item[1] == "*";
    if (value[0] == "*") return value[1] == "*";
    if (item[0] != value[0]) return false;
    return item[1] == "*" || value[1] == "*" || item == value;
}

std::string normal_language(std::string_view text) {
    auto tag = ascii_lower(text);
    std::replace(tag.begin(), tag.end(), '_', '-');
    return tag;
}

std::string normal_charset(std::string_view text) {
    auto name = ascii_lower(text);
    std::erase_if(name, [](char c) { return c == '-' || c == '_'; });
    return name == "latin1" ? "iso88591" : name;
}

bool matches(Accept::Kind kind, std::string_view offer, std::string_view wanted) {
    switch (kind) {
        case Accept::Kind::mimetypes: return mime_matches(offer, wanted);
        case Accept::Kind::languages: return wanted == "*" || normal_language(offer) == normal_language(wanted);
        case Accept::Kind::charsets: return wanted == "*" || normal_charset(offer) == normal_charset(wanted);
        case Accept::Kind::plain: break;
    }
    return wanted == "*" || iequals(offer, wanted);
}

/// A range and its `;q=`, which is 1 where it cannot be read; what comes behind the quality is nothing of ours.
Value read_value(std::string_view text) {
    double quality = 1;
    std::string range;
    for (auto piece : split(text, ';')) {
        auto word = trim(piece);
        if (!range.empty() && word.size() > 1 && ascii_lower(word[0]) == 'q' && trim(word.substr(1)).starts_with('=')) {
            auto text = trim(word.substr(word.find('=') + 1));
            double number = 1;
            std::from_chars(text.data(), text.data() + text.size(), number);
            if (number >= 0) quality = std::min(number, 1.0);
            break;
        }
        if (!word.empty()) range += (range.empty() ? "" : ";") + std::string{word};
    }
    return {std::move(range), quality};
}

std::string primary_tag(std::string_view language) {
    return std::string{language.substr(0, language.find_first_of("-_"))};
}

}  // namespace

struct Accept::Ranges {
    Kind kind;
    bool provided;
    std::vector<Value> values;

    const Value* match(std::string_view offer) const {
        for (auto& value : values) {
            if (matches(kind, offer, value.first)) return &value;
        }
        return nullptr;
    }
    std::optional<std::string> best_match(const std::vector<std::string>& offers) const;
};

Accept::Accept(Kind kind, std::string_view header) : ranges_(new Ranges{kind, !header.empty(), {}}) {
    auto& values = ranges_->values;
    auto before = [kind](const Value& left, const Value& right) {
        auto a = specificity(kind, left.first), b = specificity(kind, right.first);
        return a != b ? a > b : left.second > right.second;
    };
    for (auto piece : split(header, ',')) {
        auto value = read_value(piece);
        if (value.first.empty()) continue;
        values.insert(std::upper_bound(values.begin(), values.end(), value, before), value);
        if (values.size() == most_ranges) break;
    }
}

Accept::Accept(const Accept& other) : ranges_(new Ranges{*other.ranges_}) {}
Accept::~Accept() { delete ranges_; }

std::vector<Value> Accept::values() const { return ranges_->values; }
bool Accept::provided() const { return ranges_->provided; }
bool Accept::contains(std::string_view offer) const { return ranges_->match(offer) != nullptr; }
bool Accept::accept_json() const { return contains("application/json"); }
bool Accept::accept_html() const {
    return contains("text/html") || contains("application/xhtml+xml") || contains("application/xml");
}

double Accept::quality(std::string_view offer) const {
    auto* found = ranges_->match(offer);
    return found == nullptr ? 0 : found->second;
}

std::string Accept::best() const { return ranges_->values.empty() ? std::string{} : ranges_->values.front().first; }

std::optional<std::string> Accept::Ranges::best_match(const std::vector<std::string>& offers) const {
    const std::string* best = nullptr;
    double best_quality = 0;
    std::vector<bool> best_specificity;
    for (auto& offer : offers) {
        auto* found = match(offer);
        if (found == nullptr || found->second <= 0 || found->second < best_quality) continue;
        auto specific = specificity(kind, found->first);
        if (found->second == best_quality && specific <= best_specificity) continue;
        best = &offer;
        best_quality = found->second;
        best_specificity = std::move(specific);
    }
    return best == nullptr ? std::nullopt : std::optional{*best};
}

std::optional<std::string> Accept::best_match(const std::vector<std::string>& offers) const {
    auto found = ranges_->best_match(offers);
    if (found || ranges_->kind != Kind::languages) return found;
    // Who accepts "en-US" takes "en"; who accepts "en" takes "en-US".
    Ranges primary = *ranges_;
    primary.kind = Kind::plain;
    for (auto& value : primary.values) value.first = primary_tag(value.first);
    if ((found = primary.best_match(offers))) return found;
    std::vector<std::string> tags;
    tags.reserve(offers.size());
    for (auto& offer : offers) tags.push_back(primary_tag(offer));
    found = ranges_->best_match(tags);
    if (!found) return found;
    return *std::find_if(offers.begin(), offers.end(), [&](auto& offer) { return offer.starts_with(*found); });
}

std::string Accept::best_match(const std::vector<std::string>& offers, std::string_view otherwise) const {
    return best_match(offers).value_or(std::string{otherwise});
}

}  // namespace retort
