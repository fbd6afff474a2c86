// Durations and clocks of std::chrono, without the calendars and streams that <chrono> brings into every file.
#pragma once

#if __has_include(<bits/chrono.h>)
#include <bits/chrono.h>  // libstdc++ from 12 on; <mutex> and <thread> include it for the same reason
#else
#include <chrono>
#endif
