// The contexts: which app and which request the running fiber works for, and g. Low: knows App by name only.
#pragma once

#include <any>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace retort {

class App;
class Config;
class Request;

namespace templates {
class Value;
}

namespace detail {

class Application;

/// Shows a template what `g` holds; false when it is of another type.
using ShowGlobal = bool (*)(const std::any& held, templates::Value& out);
/// How templates see a T; null where they must be told. Defined in templating.hpp.
template <class T>
ShowGlobal show_of_global();

/// What `g` holds: values by name, for the length of one app context.
class Globals {
  public:
    /// The value of that name, made empty if there is none.
    std::any& slot(std::string_view name, ShowGlobal show = nullptr);
    std::any* find(std::string_view name) noexcept;
    bool remove(std::string_view name);

    struct Entry {
        std::string name;
        std::any value;
        ShowGlobal show = nullptr;
    };
    const std::vector<Entry>& entries() const { return entries_; }

  private:
    Entry* entry(std::string_view name) noexcept;

    std::vector<Entry> entries_;
};

/// One entry of the fiber's stack of contexts. It lives where it was pushed and leaves when its scope ends.
class Context {
  public:
    Context(Application& app, Request* request);
    /// With what g held in an earlier context of its own.
    Context(Application& app, Request* request, Globals globals);
    ~Context();
    Context(const Context&) = delete;
    Context& operator=(const Context&) = delete;

    Application& app;
    Request* const request;  ///< null in an app context
    /// Whether this context brought its own g, and so ends the app context when it leaves.
    bool owns_globals() const { return globals_ == &own_globals_; }
    Globals& globals() { return *globals_; }
    Globals take_own_globals() { return std::move(own_globals_); }

  private:
    void unlink();

    void*& slot_;  ///< where the running fiber keeps its innermost context
    Context* outer_;
    Globals* globals_;
    Globals own_globals_;
};

/// The running fiber's context, or null.
Context* current_context() noexcept;
/// The same; throws OutsideContextError("outside-app-context").
Context& app_context();
/// The running request; throws OutsideContextError("outside-request-context").
Request& current_request();
[[noreturn]] void throw_no_global(std::string_view name);
[[noreturn]] void throw_wrong_global(std::string_view name, const std::any& held);

}  // namespace detail

/// Whether there is a request, so that `request` may be used.
bool has_request_context() noexcept;
/// Whether there is an app, so that `current_app` and `g` may be used.
bool has_app_context() noexcept;

/// Values for the length of one app context, which is one request: `g.set("user", user)`, `g.get<User>("user")`.
class GlobalsOfContext {
  public:
    /// A place for a value of any type: `g["started"] = utc_now()`.
    std::any& operator[](std::string_view name) const { return detail::app_context().globals().slot(name); }
    /// Text in quotes and views of text are kept as std::string.
    template <class T>
    T& set(std::string_view name, T value) const {
        return keep(name, std::move(value));
    }
    std::string& set(std::string_view name, std::string_view text) const { return keep(name, std::string(text)); }
    template <std::size_t size>
    std::string& set(std::string_view name, const char (&text)[size]) const {
        return keep(name, std::string(text));
    }
    /// The same of a pointer, which is kept as nullptr where it is null.
    template <class T>
        requires(std::is_pointer_v<T> && std::convertible_to<T, std::string_view>)
    void set(std::string_view name, T text) const {
        keep_pointer(name, text);
    }
    /// Throws InvalidRequestError("no-such-global") or ("global-of-another-type").
    template <class T>
    T& get(std::string_view name) const {
        auto* held = detail::app_context().globals().find(name);
        if (held == nullptr || !held->has_value()) detail::throw_no_global(name);
        if (auto* value = read<T>(held)) return *value;
        detail::throw_wrong_global(name, *held);
    }
    /// The value, or `otherwise` when there is none. Throws InvalidRequestError("global-of-another-type").
    template <class T>
    T get(std::string_view name, T otherwise) const {
        auto* held = detail::app_context().globals().find(name);
        return held == nullptr || !held->has_value() ? std::move(otherwise) : get<T>(name);
    }
    std::string get(std::string_view name, const char* otherwise) const {
        return get<std::string>(name, std::string(otherwise));
    }
    std::string get(std::string_view name, std::string_view otherwise) const {
        return get<std::string>(name, std::string(otherwise));
    }
    /// The value, which is gone then. Throws as `get`.
    template <class T>
    T pop(std::string_view name) const {
        T value = std::move(get<T>(name));
        remove(name);
        return value;
    }
    template <class T>
    T pop(std::string_view name, T otherwise) const {
        T value = get<T>(name, std::move(otherwise));
        remove(name);
        return value;
    }
    std::string pop(std::string_view name, const char* otherwise) const {
        return pop<std::string>(name, std::string(otherwise));
    }
    /// Null when there is none, or one of another type.
    template <class T>
    T* find(std::string_view name) const {
        return read<T>(detail::app_context().globals().find(name));
    }
    bool contains(std::string_view name) const { return detail::app_context().globals().find(name) != nullptr; }
    /// False when there was none.
    bool remove(std::string_view name) const { return detail::app_context().globals().remove(name); }

  private:
    template <class T>
    static T& keep(std::string_view name, T value) {
        return detail::app_context()
            .globals()
            .slot(name, detail::show_of_global<T>())
            .template emplace<T>(std::move(value));
    }
    static void keep_pointer(std::string_view name, const char* text);
    /// Text in quotes that `g["lang"] = "de"` has put there is text.
    template <class T>
    static T* read(std::any* held) {
        if constexpr (std::same_as<T, std::string>) {
            auto* quoted = std::any_cast<const char*>(held);
            if (quoted != nullptr && *quoted != nullptr) held->emplace<std::string>(std::string(*quoted));
        }
        return std::any_cast<T>(held);
    }
};

/// The app that the running code works for: `current_app->config["KEY"]`.
class CurrentApp {
  public:
    App& operator*() const;
    App* operator->() const { return &**this; }
    operator App&() const { return **this; }
    explicit operator bool() const noexcept { return has_app_context(); }
};

inline constexpr GlobalsOfContext g;
inline constexpr CurrentApp current_app;

}  // namespace retort
