// Questions of a command at the terminal, as Flask-Script asks them. Not part of retort.hpp.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace retort::commands {

/// Asks until there is an answer: `Name [bob]: `. An empty one is `otherwise`, where that is given.
/// Throws CommandError("no-answer") when the input ends.
std::string prompt(std::string_view question, std::optional<std::string> otherwise = std::nullopt);
/// The same without showing what is typed.
std::string prompt_pass(std::string_view question, std::optional<std::string> otherwise = std::nullopt);
/// y, yes, 1, on, true, t; n, no, 0, off, false, f. An empty answer is `otherwise`.
bool prompt_bool(std::string_view question, bool otherwise = false);

/// What `prompt_choices` offers: `"red"`, or a short answer with what it means, `{"g", "green"}`.
struct Choice {
    Choice(const char* answer) : answer(answer) {}
    Choice(std::string answer, std::string meaning = {}) : answer(std::move(answer)), meaning(std::move(meaning)) {}
    std::string answer;
    std::string meaning;
};
/// One of the choices, in lower case; empty for "none".
std::optional<std::string> prompt_choices(std::string_view question, std::initializer_list<Choice> choices,
                                          std::optional<std::string> otherwise = std::nullopt);

/// Answers in the place of standard input, for the length of a test: `TypedAnswers typed{"maybe\ny\n"};`
class TypedAnswers {
  public:
    explicit TypedAnswers(std::string text);
    ~TypedAnswers();
    TypedAnswers(const TypedAnswers&) = delete;
    TypedAnswers& operator=(const TypedAnswers&) = delete;

    /// What was asked.
    const std::string& asked() const { return asked_; }

  private:
    friend std::string read_answer(std::string_view question, bool shown);
    std::string text_, asked_;
    TypedAnswers* outer_;
};

}  // namespace retort::commands
