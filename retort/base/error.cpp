// How an error reads: its name, the mend and the page.
#include "retort/base/error.hpp"

#include <typeinfo>
#include <utility>

#include "retort/base/demangle.hpp"

namespace retort {

Error::Error(ErrorCode code, std::string message, std::string hint, std::source_location where)
    : code_(code), message_(std::move(message)), hint_(std::move(hint)), where_(where) {}

std::string Error::name() const {
    const std::string full = detail::demangled(typeid(*this).name());
    auto colons = full.rfind("::");
    return colons == std::string::npos ? full : full.substr(colons + 2);
}

void Error::add_place(std::string place) {
    if (!place_.empty()) return;
    place_ = std::move(place);
    what_.clear();
}

const char* Error::what() const noexcept {
    try {
        if (what_.empty()) {
            what_ = name() + ": " + message_;
            if (auto more = details(); !more.empty()) what_ += "\n" + more;
            if (!place_.empty()) what_ += "\n  " + place_;
            if (!hint_.empty()) what_ += "\n  mend: " + hint_;
            what_ += "\n  read: docs/errors.md#" + std::string(code_.text);
        }
        return what_.c_str();
    } catch (...) {
        return message_.c_str();
    }
}

}  // namespace retort
