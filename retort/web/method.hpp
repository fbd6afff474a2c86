// A request method as a value: GET, POST and whatever else a client may send.
#pragma once

#include <string>
#include <string_view>

namespace retort {

/// A request method. Compares with the constants below and with text; it looks at text that it does not own.
class Method {
  public:
    constexpr Method(std::string_view text) : text_(text) {}
    constexpr Method(const char* text) : text_(text) {}

    constexpr std::string_view text() const { return text_; }
    constexpr operator std::string_view() const { return text_; }
    operator std::string() const { return std::string{text_}; }
    std::string to_string() const { return std::string{text_}; }

    friend constexpr bool operator==(Method left, Method right) { return left.text_ == right.text_; }
    friend constexpr bool operator==(Method left, std::string_view right) { return left.text_ == right; }
    friend constexpr bool operator==(Method left, const char* right) { return left.text_ == right; }

  private:
    std::string_view text_;
};

inline constexpr Method GET{"GET"};
inline constexpr Method POST{"POST"};
inline constexpr Method PUT{"PUT"};
inline constexpr Method PATCH{"PATCH"};
inline constexpr Method DELETE{"DELETE"};
inline constexpr Method HEAD{"HEAD"};
inline constexpr Method OPTIONS{"OPTIONS"};
inline constexpr Method TRACE{"TRACE"};

}  // namespace retort
