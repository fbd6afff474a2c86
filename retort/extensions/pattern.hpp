// A compiled regular expression, matched from the start of a text as Python's re.match does.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace retort::detail {

/// Immutable once made; any thread may match with it.
class Pattern {
  public:
    /// Throws ArgumentError("invalid-pattern") with the place of the mistake.
    Pattern(std::string_view expression, bool ignore_case);

    /// Whether a match begins at the first character; the text may go on after it.
    bool matches(std::string_view text) const;

  private:
    struct Code;
    std::shared_ptr<const Code> code_;
};

}  // namespace retort::detail
