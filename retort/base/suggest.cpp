// Edit distance with exchanged neighbours, and the choice of the nearest name.
#include "retort/base/suggest.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace retort {
namespace {

constexpr std::size_t longest_compared = 200;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// How many edits still count as a slip: one for short names, a third of the length for longer ones.
std::size_t allowed(std::size_t length) { return std::max<std::size_t>(1, length / 3); }

bool extends(std::string_view shorter, std::string_view longer) {
    if (shorter.size() < 3 || longer.size() < shorter.size()) return false;
    return std::equal(shorter.begin(), shorter.end(), longer.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

/// Far away is SIZE_MAX; a name that continues the wrong one (or is continued by it) is near at any length.
std::size_t nearness(std::string_view wrong, std::string_view name) {
    if (wrong.size() > longest_compared || name.size() > longest_compared) return SIZE_MAX;
    auto limit = allowed(std::max(wrong.size(), name.size()));
    auto difference = wrong.size() > name.size() ? wrong.size() - name.size() : name.size() - wrong.size();
    bool continued = extends(wrong, name);
    if (difference > limit) return continued ? limit + difference : SIZE_MAX;
    auto distance = edit_distance(wrong, name);
    if (distance >= std::max(wrong.size(), name.size())) return SIZE_MAX;
    return distance <= limit ? distance : continued ? limit + distance : SIZE_MAX;
}

template <class Name>
std::string nearest(std::string_view wrong, std::span<const Name> known) {
    std::size_t best = SIZE_MAX;
    std::string_view found;
    for (std::string_view name : known) {
        auto distance = nearness(wrong, name);
        if (distance < best) {
            best = distance;
            found = name;
        }
    }
    return std::string{found};
}

}  // namespace

std::size_t edit_distance(std::string_view left, std::string_view right) {
    std::size_t width = right.size() + 1;
    std::vector<std::size_t> before(width), previous(width), current(width);
    for (std::size_t j = 0; j < width; ++j) previous[j] = j;
    for (std::size_t i = 1; i <= left.size(); ++i) {
        current[0] = i;
        for (std::size_t j = 1; j < width; ++j) {
            std::size_t cost = lower(left[i - 1]) == lower(right[j - 1]) ? 0 : 1;
            current[j] = std::min({previous[j] + 1, current[j - 1] + 1, previous[j - 1] + cost});
            bool exchanged = i > 1 && j > 1 && lower(left[i - 1]) == lower(right[j - 2]) &&
                             lower(left[i - 2]) == lower(right[j - 1]);
            if (exchanged) current[j] = std::min(current[j], before[j - 2] + 1);
        }
        std::swap(before, previous);
        std::swap(previous, current);
    }
    return previous[right.size()];
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> known) {
    return nearest(wrong, known);
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string> known) { return nearest(wrong, known); }

std::string did_you_mean_hint(std::string_view wrong, std::span<const std::string_view> known,
                              std::string_view otherwise) {
    auto name = did_you_mean(wrong, known);
    return name.empty() ? std::string{otherwise} : "did you mean \"" + name + "\"?";
}

}  // namespace retort
