// The root of every error that Retort throws: what happened, the mend, and where to read on.
#pragma once

#include <cstddef>
#include <exception>
#include <source_location>
#include <string>
#include <string_view>

namespace retort {

/// The stable name of an error; `docs/errors.md#<code>` is its page. Written as `"detached-instance"_code`.
struct ErrorCode {
    std::string_view text;
};

namespace literals {
consteval ErrorCode operator""_code(const char* text, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
        bool word = (text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9');
        if (!word && text[i] != '-') throw "an error code is lower-case words joined by hyphens";
    }
    return {std::string_view{text, size}};
}
}  // namespace literals
using literals::operator""_code;

/// Every error of the library derives from this one.
///
/// `what()` is three lines: `<Class>: <message>`, `  mend: <hint>`, `  read: docs/errors.md#<code>`.
class Error : public std::exception {
  public:
    Error(ErrorCode code, std::string message, std::string hint = {},
          std::source_location where = std::source_location::current());

    const char* what() const noexcept override;

    /// The class's own name without namespaces, such as "ArgumentError".
    std::string name() const;
    /// What happened, in the user's own names; one sentence, without the class.
    const std::string& message() const noexcept { return message_; }
    std::string_view code() const noexcept { return code_.text; }
    /// The mend; may be empty.
    const std::string& hint() const noexcept { return hint_; }
    /// Where it was thrown, in the library or in the user's code.
    const std::source_location& where() const noexcept { return where_; }
    /// A line of what(): where it came through, such as the line of a template. Only the first one is kept.
    void add_place(std::string place);

  protected:
    /// Further lines between the message and the mend, such as the statement that failed.
    virtual std::string details() const { return {}; }

  private:
    ErrorCode code_;
    std::string message_;
    std::string hint_;
    std::source_location where_;
    std::string place_;
    mutable std::string what_;
};

/// A value given to the library is not one it can take.
class ArgumentError : public Error {
  public:
    using Error::Error;
};

/// A call that does not fit the state of the object it is made on.
class InvalidRequestError : public Error {
  public:
    using Error::Error;
};

/// Something did not happen within its time.
class TimeoutError : public Error {
  public:
    using Error::Error;
};

}  // namespace retort
