// What each example of the documentation runs in: an application with a database in memory, and what ran on it.
#pragma once

#include <chrono>
#include <retort/retort.hpp>

#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "tests/doctest.hpp"

// Examples show what a call gives without using it.
#pragma GCC diagnostic ignored "-Wunused-variable"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#pragma GCC diagnostic ignored "-Wunused-result"
#pragma GCC diagnostic ignored "-Wunused-value"

using namespace std::chrono_literals;  // 90min, as pages write it

namespace docs {

class Example {
  public:
    explicit Example(void (*fill)(retort::Session&));
    ~Example();

    /// Fails when the statements that ran since the last call are not these, one a line.
    void expect(std::string_view statements, std::source_location where = std::source_location::current());

  private:
    std::vector<std::string> ran_;
    retort::App app_;

  public:
    retort::Database db;

  private:
    retort::AppContext context_;

  public:
    retort::Session& session;
    const retort::engines::Engine& engine;
};

/// What each example of docs/web/ runs in: an application in testing, and a client of it.
struct WebExample {
    WebExample();
    ~WebExample();

    retort::App app{"docs"};
    retort::TestClient client;
};

/// Fails when no table of the page's models is made by this statement.
void expect_table(std::string_view statement, std::source_location where = std::source_location::current());

}  // namespace docs
