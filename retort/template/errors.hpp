// What can be wrong with a template: not found, not readable, or failing while it is rendered.
#pragma once

#include <exception>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "retort/base/error.hpp"

namespace retort {

/// The base of all errors of templates; says in which template and in which line.
class TemplateError : public Error {
  public:
    TemplateError(ErrorCode code, std::string message, std::string hint = {},
                  std::source_location where = std::source_location::current());
    TemplateError(const TemplateError& other);
    ~TemplateError() override;

    /// The template; empty for one that was given as text.
    const std::string& template_name() const noexcept { return template_name_; }
    /// Counted from 1; 0 while it is not known.
    int line() const noexcept { return line_; }
    /// The text of that line, without the spaces around it.
    const std::string& line_text() const noexcept { return line_text_; }
    /// Says where it happened, the first time; the engine does.
    void locate(std::string_view name, int line, std::string_view source);

  protected:
    std::string details() const override;

  private:
    std::string template_name_;
    std::string line_text_;
    int line_ = 0;
    bool located_ = false;
};

/// Puts the line of a template to the exception that is being handled, which came out of it, also to one of a function
/// of C++ that it called. What is no Error of ours has no room for it: ask `template_place`.
void tell_place(std::string_view name, int line, std::string_view source);
/// The line of a template that an exception of another library came out of, such as `in user.html, line 3: {{ f() }}`;
/// empty for all others. Known until this thread renders another template, or begins another request.
std::string template_place(const std::exception& error);
void forget_template_place() noexcept;

/// No loader has a template of this name, or of any of these.
class TemplateNotFound : public TemplateError {
  public:
    using TemplateError::TemplateError;
};

/// The text is no template.
class TemplateSyntaxError : public TemplateError {
  public:
    using TemplateError::TemplateError;
};

/// The template reads well, but something that it names is not there: a filter, a block defined twice.
class TemplateAssertionError : public TemplateSyntaxError {
  public:
    using TemplateSyntaxError::TemplateSyntaxError;
};

/// Something went wrong while a template was rendered.
class TemplateRuntimeError : public TemplateError {
  public:
    using TemplateError::TemplateError;
};

/// A template uses what is not defined.
class UndefinedError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};

/// A filter was given arguments that it cannot take.
class FilterArgumentError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};

namespace templates {

/// The errors that Python has for values of the wrong type, the wrong size and so on.
class TypeError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};
class ValueError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};
class LookupError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};
class ZeroDivisionError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};
class OverflowError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};
class RecursionError : public TemplateRuntimeError {
  public:
    using TemplateRuntimeError::TemplateRuntimeError;
};

[[noreturn]] void throw_type_error(std::string message);
[[noreturn]] void throw_value_error(std::string message);
[[noreturn]] void throw_overflow(std::string message);
[[noreturn]] void throw_runtime(std::string message);
[[noreturn]] void throw_lookup_error(std::string message);

}  // namespace templates
}  // namespace retort
