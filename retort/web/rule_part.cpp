// Matching one part of a rule: fixed texts and variables in a row, the greedy ones longest first.
#include <algorithm>

#include "retort/web/rule.hpp"
#include "retort/web/rule_shape.hpp"

namespace retort {
namespace {

/// A path that needs more tries than this to be cut into variables matches nothing; no honest one comes near.
constexpr int most_tries = 20'000;

class PartMatcher {
  public:
    PartMatcher(const std::vector<RulePart::Piece>& pieces, std::string_view* captures)
        : pieces_(pieces), captures_(captures) {}

    bool match(std::size_t piece, std::string_view text, std::size_t captured) {
        if (piece == pieces_.size()) return text.empty();
        const auto& now = pieces_[piece];
        if (now.converter == nullptr) {
            return text.starts_with(now.text) && match(piece + 1, text.substr(now.text.size()), captured);
        }
        return variable(piece, text, captured);
    }

  private:
    bool variable(std::size_t piece, std::string_view text, std::size_t captured) {
        const Converter& converter = *pieces_[piece].converter;
        bool spans = converter.spans_segments();
        std::size_t limit = spans ? text.size() : std::min(text.find('/'), text.size());
        if (piece + 1 == pieces_.size()) {
            return limit == text.size() && try_size(piece, text, captured, limit);
        }
        for (std::size_t i = 0; i <= limit; ++i) {
            std::size_t size = spans ? i : limit - i;
            if (cuts_character(text, size)) continue;
            if (next_text_follows(piece, text.substr(size)) && try_size(piece, text, captured, size)) return true;
            if (tries_ >= most_tries) return false;
        }
        return false;
    }

    static bool cuts_character(std::string_view text, std::size_t size) {
        return size < text.size() && (text[size] & 0xC0) == 0x80;
    }

    bool next_text_follows(std::size_t piece, std::string_view rest) const {
        const auto& next = pieces_[piece + 1];
        return next.converter != nullptr || rest.starts_with(next.text);
    }

    bool try_size(std::size_t piece, std::string_view text, std::size_t captured, std::size_t size) {
        if (++tries_ > most_tries || !pieces_[piece].converter->accepts(text.substr(0, size))) return false;
        captures_[captured] = text.substr(0, size);
        return match(piece + 1, text.substr(size), captured + 1);
    }

    const std::vector<RulePart::Piece>& pieces_;
    std::string_view* captures_;
    int tries_ = 0;
};

}  // namespace

int RulePart::match(std::string_view text, std::string_view* captures) const {
    if (pieces.size() == 1) {
        if (!pieces[0].converter->accepts(text)) return -1;
        captures[0] = text;
        return 1;
    }
    if (!PartMatcher{pieces, captures}.match(0, text, 0)) return -1;
    return static_cast<int>(
        std::count_if(pieces.begin(), pieces.end(), [](const Piece& piece) { return piece.converter != nullptr; }));
}

}  // namespace retort
