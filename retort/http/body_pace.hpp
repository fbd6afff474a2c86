// Whether a client sends its body fast enough to be waited for.
#pragma once

#include <algorithm>
#include <cstdint>

#include "retort/base/duration.hpp"
#include "retort/http/server.hpp"

namespace retort::http::detail {

/// Counts only the time in which the server waits for the client: a view may take its time.
class BodyPace {
  public:
    void begin() noexcept { *this = {}; }
    void add(std::uint64_t bytes) noexcept { received_ += bytes; }
    void spend(std::chrono::steady_clock::duration waited) noexcept { waited_ += waited; }

    /// How long the client may be waited for now; 0: no longer. Each byte that came has bought time.
    std::chrono::milliseconds patience(const ServerOptions& options) const {
        if (options.min_body_rate == 0) return options.body_timeout;
        const std::chrono::milliseconds bought{received_ * 1000 / options.min_body_rate};
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(options.body_timeout + bought - waited_);
        return std::clamp(left, std::chrono::milliseconds{0}, options.body_timeout);
    }

    /// Lets `wait` wait for so long. False when nothing came, or patience has come to its end.
    template <class Wait>
    bool await(const ServerOptions& options, Wait&& wait) {
        const auto start = std::chrono::steady_clock::now();
        const bool came = wait(patience(options));
        spend(std::chrono::steady_clock::now() - start);
        return came && patience(options).count() > 0;
    }

  private:
    std::uint64_t received_ = 0;
    std::chrono::steady_clock::duration waited_{};
};

}  // namespace retort::http::detail
