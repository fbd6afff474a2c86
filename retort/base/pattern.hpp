// A compiled regular expression of PCRE2, whose syntax is nearly Python's.
#pragma once

#include <memory>
#include <string_view>

namespace retort {

struct PatternOptions {
    bool from_start = false;  ///< a match begins at the first character, as Python's re.match does; else anywhere
    bool ignore_case = false;
    bool utf8 = false;              ///< characters, not bytes; what is no UTF-8 matches nothing
    unsigned most_steps = 100'000;  ///< of the matcher, before it gives up
};

enum class Match { none, found, gave_up };

/// Immutable once made; any thread may match with it.
class Pattern {
  public:
    /// Throws ArgumentError("invalid-pattern") with the place of the mistake.
    explicit Pattern(std::string_view expression, PatternOptions options = {});

    Match match(std::string_view text) const;

  private:
    struct Code;
    std::shared_ptr<const Code> code_;
};

}  // namespace retort
