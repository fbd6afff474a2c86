// A terminate handler that prints errors of this library like any other message of the command line.
#include "retort/web/uncaught.hpp"

#include <unistd.h>

#include <cstdlib>
#include <exception>

#include "retort/base/error.hpp"
#include "retort/base/log.hpp"

namespace retort::detail {
namespace {

std::terminate_handler before = nullptr;

[[noreturn]] void on_terminate() {
    try {
        if (auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const Error& error) {
        logger().error(error.Error::what());
        ::_exit(1);
    } catch (...) {  // not ours: the handler before tells it
    }
    if (before != nullptr) before();
    std::abort();
}

}  // namespace

void report_uncaught_errors() {
    static const bool installed = [] {
        before = std::set_terminate(on_terminate);
        return true;
    }();
    (void)installed;
}

}  // namespace retort::detail
