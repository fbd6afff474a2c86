// A page that says whether the program can do its work, for who watches over it. Not part of retort.hpp.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace retort {

class App;

struct HealthOptions {
    std::string path = "/health";
    /// What must not throw: `{{"database", [] { db.session.execute(text("SELECT 1")); }}}`.
    std::vector<std::pair<std::string, std::function<void()>>> checks;
};

/// Answers 200 and `{"status":"ok","checks":{"database":"ok"}}`, or 503 where a check throws: it is "failed" then, and
/// the log says why.
void serve_health(App& app, HealthOptions options = {});

}  // namespace retort
