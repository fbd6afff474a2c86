// Stacks are caught where exceptions are thrown, by standing before the runtime's own __cxa_throw, and are named by
// libbacktrace when they are shown.
#include "retort/web/stack_trace.hpp"

#include <dlfcn.h>
#include <unwind.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <mutex>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "retort/base/demangle.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define RETORT_THROWS_ARE_WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define RETORT_THROWS_ARE_WATCHED 1
#endif
#endif

#ifdef RETORT_BACKTRACE
// libbacktrace's own header lies among those of g++, where clang must not look.
extern "C" {
struct backtrace_state;
backtrace_state* backtrace_create_state(const char* file, int threaded, void (*failed)(void*, const char*, int), void*);
int backtrace_pcinfo(backtrace_state*, std::uintptr_t place,
                     int (*found)(void*, std::uintptr_t, const char* file, int line, const char* function),
                     void (*failed)(void*, const char*, int), void* data);
int backtrace_syminfo(backtrace_state*, std::uintptr_t place,
                      void (*found)(void*, std::uintptr_t, const char* name, std::uintptr_t, std::uintptr_t),
                      void (*failed)(void*, const char*, int), void* data);
}
#endif

namespace retort::detail {
namespace {

// Enough to reach the application from within the library, and to show where it came from.
constexpr std::size_t most_frames = 64;
constexpr std::size_t most_throws = 16;

struct KeptStack {
    const void* object = nullptr;
    std::size_t size = 0;
    std::array<std::uintptr_t, most_frames> places;
};

/// The last throws of this thread: handlers throw and catch too before the page is made.
struct KeptStacks {
    std::array<KeptStack, most_throws> stacks;
    std::size_t next = 0;
};

std::atomic<bool> keeping{false};
thread_local std::unique_ptr<KeptStacks> kept;

_Unwind_Reason_Code take_frame(_Unwind_Context* context, void* to) {
    auto& stack = *static_cast<KeptStack*>(to);
    int before = 0;
    auto place = _Unwind_GetIPInfo(context, &before);
    if (place == 0 || stack.size == most_frames) return _URC_END_OF_STACK;
    stack.places[stack.size++] = before != 0 ? place : place - 1;
    return _URC_NO_REASON;
}

[[maybe_unused]] void keep_stack(const void* object) {
    if (!kept) kept = std::make_unique<KeptStacks>();
    for (auto& older : kept->stacks) {
        if (older.object == object) older.object = nullptr;  // gone: its place was given again
    }
    auto& stack = kept->stacks[kept->next++ % most_throws];
    stack.object = object;
    stack.size = 0;
    _Unwind_Backtrace(take_frame, &stack);
}

/// The object behind an exception_ptr, which is all that one holds.
const void* object_of(const std::exception_ptr& thrown) {
    static_assert(sizeof(std::exception_ptr) == sizeof(void*));
    return *reinterpret_cast<void* const*>(&thrown);
}

#ifdef RETORT_BACKTRACE

void ignore(void*, const char*, int) {}

backtrace_state* symbols() {
    static backtrace_state* state = backtrace_create_state(nullptr, 1, ignore, nullptr);
    return state;
}

int add_frame(void* to, std::uintptr_t, const char* file, int line, const char* function) {
    if (function == nullptr && file == nullptr) return 0;
    auto& frames = *static_cast<std::vector<StackFrame>*>(to);
    frames.push_back({function == nullptr ? "" : demangled(function), file == nullptr ? "" : file, line});
    return 0;
}

void add_symbol(void* to, std::uintptr_t, const char* name, std::uintptr_t, std::uintptr_t) {
    if (name != nullptr) static_cast<std::vector<StackFrame>*>(to)->push_back({demangled(name), "", 0});
}

void add_frames(std::vector<StackFrame>& frames, std::uintptr_t place) {
    auto before = frames.size();
    backtrace_pcinfo(symbols(), place, add_frame, ignore, &frames);
    if (frames.size() == before) {
        backtrace_syminfo(symbols(), place, add_symbol, ignore, &frames);
    } else if (frames.back().function.empty()) {
        // clang's tables of lines name inlined functions only.
        std::vector<StackFrame> named;
        backtrace_syminfo(symbols(), place, add_symbol, ignore, &named);
        if (!named.empty()) frames.back().function = named[0].function;
    }
}

#else

/// Without libbacktrace: the names of what the program exports.
void add_frames(std::vector<StackFrame>& frames, std::uintptr_t place) {
    Dl_info found{};
    bool known = ::dladdr(reinterpret_cast<void*>(place), &found) != 0 && found.dli_sname != nullptr;
    if (known) frames.push_back({demangled(found.dli_sname), "", 0});
}

#endif

}  // namespace

void keep_stacks_of_throws() { keeping.store(true, std::memory_order_relaxed); }

std::vector<StackFrame> stack_of(const std::exception_ptr& thrown) {
    std::vector<StackFrame> frames;
    if (!kept || !thrown) return frames;
    for (auto& stack : kept->stacks) {
        if (stack.object != object_of(thrown)) continue;
        for (std::size_t i = 0; i < stack.size; ++i) add_frames(frames, stack.places[i]);
        break;
    }
    // Down to the throw itself: the frames of this file say nothing.
    std::size_t own = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (frames[i].function.find("__cxa_throw") != std::string::npos ||
            frames[i].function.find("retort_before_throw") != std::string::npos)
            own = i + 1;
    }
    frames.erase(frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(own));
    return frames;
}

namespace {

/// Whether a file is one of the library's, wherever that was built: functions that were inlined have no full names.
bool is_of_library(std::string_view file) {
    constexpr std::string_view folder = "/retort/";
    constexpr std::string_view modules[] = {"base",   "fiber",    "http", "template", "sql", "schema",
                                            "engine", "dialects", "orm",  "migrate",  "web", "extensions"};
    for (auto at = file.find(folder); at != file.npos; at = file.find(folder, at + 1)) {
        auto rest = file.substr(at + folder.size());
        auto module = rest.substr(0, rest.find('/'));
        if (std::find(std::begin(modules), std::end(modules), module) != std::end(modules)) return true;
    }
    return false;
}

/// `notes::list` of `notes::list(int)`; what a lambda stands in, and that it is one.
std::string short_function(std::string function) {
    constexpr std::string_view unnamed = "(anonymous namespace)::";
    for (auto at = function.find(unnamed); at != std::string::npos; at = function.find(unnamed)) {
        function.erase(at, unnamed.size());
    }
    auto lambda = function.find("::{lambda");
    auto name = function.substr(0, lambda);
    name.resize(std::min(name.size(), name.find('(')));
    return lambda == std::string::npos ? name : name + "::<lambda>";
}

std::string place_in_application(std::uintptr_t place) {
    std::vector<StackFrame> frames;
    add_frames(frames, place);
    for (const auto& frame : frames) {
        if (!of_application(frame)) continue;
        auto file = std::filesystem::path(frame.file).lexically_normal().string();
        return file + ":" + std::to_string(frame.line) + " (" + short_function(frame.function) + ")";
    }
    return {};
}

}  // namespace

bool of_application(const StackFrame& frame) {
    bool installed = frame.file.starts_with("/usr/");
    return frame.file.starts_with('/') && !installed && !is_of_library(frame.file);  // the C library's are relative
}

std::vector<std::uintptr_t> current_places() {
    KeptStack stack;
    _Unwind_Backtrace(take_frame, &stack);
    return {stack.places.begin(), stack.places.begin() + static_cast<std::ptrdiff_t>(stack.size)};
}

std::string application_place(const std::vector<std::uintptr_t>& places) {
    static std::mutex mutex;
    static std::unordered_map<std::uintptr_t, std::string> known;  // as many as the program has calls
    std::lock_guard lock(mutex);
    for (auto place : places) {
        auto [at, is_new] = known.try_emplace(place);
        if (is_new) at->second = place_in_application(place);
        if (!at->second.empty()) return at->second;
    }
    return {};
}

std::vector<std::pair<int, std::string>> source_lines(const std::string& file, int line, int around) {
    std::vector<std::pair<int, std::string>> lines;
    std::ifstream source{file};
    std::string text;
    for (int number = 1; number <= line + around && std::getline(source, text); ++number) {
        if (number >= line - around) lines.emplace_back(number, text);
    }
    return lines;
}

}  // namespace retort::detail

#ifndef RETORT_THROWS_ARE_WATCHED
// Weak, so that a program that brings its own, or links the runtime statically, is as it was. By an assembler's name:
// g++ and clang know the function with different parameters.
extern "C" __attribute__((weak, noreturn)) void retort_before_throw(void* object, void* type,
                                                                    void (*destroy)(void*)) __asm__("__cxa_throw");
extern "C" void retort_before_throw(void* object, void* type, void (*destroy)(void*)) {
    using Throw = void (*)(void*, void*, void (*)(void*));
    static const auto real = reinterpret_cast<Throw>(::dlsym(RTLD_NEXT, "__cxa_throw"));
    if (retort::detail::keeping.load(std::memory_order_relaxed)) retort::detail::keep_stack(object);
    if (real != nullptr) real(object, type, destroy);
    std::abort();
}
#endif
