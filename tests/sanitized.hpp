// How often a test does what takes long: an eighth of it under a sanitizer, which is about as much slower.
#pragma once

#include "retort/base/sanitizers.hpp"

namespace sanitized {

#if defined(RETORT_ADDRESS_SANITIZER) || defined(RETORT_THREAD_SANITIZER)
inline constexpr bool here = true;
#else
inline constexpr bool here = false;
#endif

template <class Count>
constexpr Count fewer(Count usual) {
    return here ? usual / 8 : usual;
}

}  // namespace sanitized
