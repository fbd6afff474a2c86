// The nearest known name to a wrong one: "did you mean".
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace retort {

/// The known name nearest to `wrong`, or "" when none is near. Case and neighbouring letters exchanged count little.
std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> known);
/// The same for a list of owned names.
std::string did_you_mean(std::string_view wrong, std::span<const std::string> known);

/// "did you mean \"name\"?" for the nearest known name, or `otherwise`: the usual hint of an error.
std::string did_you_mean_hint(std::string_view wrong, std::span<const std::string_view> known,
                              std::string_view otherwise = {});

/// Damerau-Levenshtein distance (insert, delete, replace, exchange neighbours), bytes compared as ASCII without case.
std::size_t edit_distance(std::string_view left, std::string_view right);

}  // namespace retort
