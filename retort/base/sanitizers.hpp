// Which sanitizer this build runs under.
#pragma once

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define RETORT_ADDRESS_SANITIZER 1
#endif
#if __has_feature(thread_sanitizer)
#define RETORT_THREAD_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define RETORT_ADDRESS_SANITIZER 1
#endif
#if defined(__SANITIZE_THREAD__)
#define RETORT_THREAD_SANITIZER 1
#endif
