// FunctionRef: a callable for the time of one call.
#pragma once

#include <memory>
#include <type_traits>

namespace retort {

/// Calls a callable without owning it; lives for one call.
template <class Signature>
class FunctionRef;
template <class R, class... Args>
class FunctionRef<R(Args...)> {
  public:
    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, FunctionRef> &&
                 requires(F& f, Args... args) { static_cast<R>(f(static_cast<Args&&>(args)...)); })
    FunctionRef(F&& f)  // NOLINT: a callable is meant to convert
        : object_(const_cast<void*>(static_cast<const void*>(std::addressof(f)))),
          call_([](void* object, Args... args) -> R {
              return (*static_cast<std::remove_reference_t<F>*>(object))(static_cast<Args&&>(args)...);
          }) {}
    R operator()(Args... args) const { return call_(object_, static_cast<Args&&>(args)...); }

  private:
    void* object_;
    R (*call_)(void*, Args...);
};

}  // namespace retort
