// How questions are written, and answers read from the terminal.
#include "retort/base/prompts.hpp"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "retort/base/command_line.hpp"
#include "retort/base/text.hpp"

namespace retort::commands {

namespace {

thread_local constinit TypedAnswers* typed_answers = nullptr;

/// Shows nothing of what is typed while it lives.
class HiddenTyping {
  public:
    HiddenTyping() : works_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
        auto hidden = before_;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        if (works_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    ~HiddenTyping() {
        if (!works_) return;
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
        std::fputc('\n', stdout);
    }
    HiddenTyping(const HiddenTyping&) = delete;
    HiddenTyping& operator=(const HiddenTyping&) = delete;

  private:
    termios before_{};
    bool works_;
};

std::string read_line() {
    std::string line;
    for (int letter = std::getchar(); letter != '\n'; letter = std::getchar()) {
        if (letter == EOF && line.empty()) {
            throw CommandError("no-answer"_code, "the command asked a question, and the input had ended",
                               "run it at a terminal, or send the answers: echo y | ./app dropdb");
        }
        if (letter == EOF) break;
        line += static_cast<char>(letter);
    }
    return line;
}

}  // namespace

std::string read_answer(std::string_view question, bool shown) {
    if (auto* typed = typed_answers) {
        typed->asked_ += question;
        auto end = std::min(typed->text_.find('\n'), typed->text_.size());
        if (typed->text_.empty()) throw CommandError("no-answer"_code, "the test gave too few answers");
        auto line = typed->text_.substr(0, end);
        typed->text_.erase(0, end + 1);
        return line;
    }
    std::fwrite(question.data(), 1, question.size(), stdout);
    std::fflush(stdout);
    if (shown) return read_line();
    HiddenTyping hidden;
    return read_line();
}

namespace {

std::string ask(std::string_view question, const std::optional<std::string>& otherwise, bool shown) {
    std::string text{question};
    if (otherwise && !otherwise->empty()) text += " [" + *otherwise + "]";
    text += question.ends_with('?') ? " " : ": ";
    for (;;) {
        auto answer = read_answer(text, shown);
        if (!answer.empty()) return answer;
        if (otherwise) return *otherwise;
    }
}

bool is_one_of(std::string_view answer, const std::array<std::string_view, 6>& words) {
    return std::find(words.begin(), words.end(), answer) != words.end();
}

}  // namespace

std::string prompt(std::string_view question, std::optional<std::string> otherwise) {
    return ask(question, otherwise, true);
}

std::string prompt_pass(std::string_view question, std::optional<std::string> otherwise) {
    return ask(question, otherwise, false);
}

bool prompt_bool(std::string_view question, bool otherwise) {
    for (;;) {
        auto answer = ascii_lower(ask(question, otherwise ? "y" : "n", true));
        if (is_one_of(answer, {"y", "yes", "1", "on", "true", "t"})) return true;
        if (is_one_of(answer, {"n", "no", "0", "off", "false", "f"})) return false;
    }
}

std::optional<std::string> prompt_choices(std::string_view question, std::initializer_list<Choice> choices,
                                          std::optional<std::string> otherwise) {
    std::string text{question};
    text += " - (";
    for (auto& choice : choices) {
        if (&choice != choices.begin()) text += ", ";
        text += choice.meaning.empty() ? choice.answer : choice.meaning + " [" + choice.answer + "]";
    }
    text += ")";
    for (;;) {
        auto answer = ascii_lower(ask(text, otherwise, true));
        if (answer == "none") return std::nullopt;
        for (auto& choice : choices) {
            if (choice.answer == answer) return answer;
        }
    }
}

TypedAnswers::TypedAnswers(std::string text) : text_(std::move(text)), outer_(typed_answers) { typed_answers = this; }
TypedAnswers::~TypedAnswers() { typed_answers = outer_; }

}  // namespace retort::commands
