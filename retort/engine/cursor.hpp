// Cursor: a query whose rows are fetched one after the other, while other work goes on between them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "retort/engine/connection.hpp"

namespace retort::engines {

/// The rows of a running query. It is for a connection that nobody else uses: what is open there holds its snapshot.
/// The parameters must live as long as the cursor.
class Cursor {
  public:
    Cursor(Connection& connection, std::string_view sql, std::span<const ValueView> parameters);
    ~Cursor();
    Cursor(const Cursor&) = delete;
    Cursor& operator=(const Cursor&) = delete;

    /// To the next row; false at the end. Errors carry statement and parameters.
    bool next();
    /// The current row, until `next` is called again.
    std::span<const ValueView> row() const { return statement_->row(); }

  private:
    template <class Work>
    bool guarded(Work work);
    void report(const std::exception* error) noexcept;

    Connection& connection_;
    std::string sql_;
    std::vector<ValueView> parameters_;
    Statement* statement_ = nullptr;
    StatementEvent event_;
};

}  // namespace retort::engines
