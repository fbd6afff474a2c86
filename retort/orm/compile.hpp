// The compiler of each dialect, asked for in one place, and the texts of queries that were compiled before.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "retort/engine/dialect.hpp"
#include "retort/orm/statement_shape.hpp"
#include "retort/sql/compiler.hpp"

namespace retort::orm {

class SelectCore;

/// A statement that is to run. Throws ArgumentError("missing-statement-parameter").
sql::Compiled compile(const engines::Dialect& dialect, const sql::NodeRef& statement);
/// Throws InvalidRequestError("several-binds") when some query within it reads a table of another database.
void require_one_bind(const sql::NodeRef& statement);
/// The text of one that gets its values later.
std::string compile_text(const engines::Dialect& dialect, const sql::NodeRef& statement);

/// The text of a query, and its values, which live as long as the statement does.
class CompiledQuery {
  public:
    CompiledQuery(std::shared_ptr<const std::string> text, const ValueList& values, sql::NodeRef statement,
                  bool single = false)
        : text_(text.get()),
          owned_(std::move(text)),
          values_(values),
          statement_(std::move(statement)),
          single_(single) {}
    /// Of a text that lives as long as the program, with one value.
    CompiledQuery(const std::string& text, const sql::ValueView& value, bool single) : text_(&text), single_(single) {
        values_.push_back(value);
    }

    const std::string& text() const { return *text_; }
    const std::shared_ptr<const std::string>& shared_text() const { return owned_; }
    std::span<const sql::ValueView> parameters() const { return values_.view(); }
    const sql::NodeRef& statement() const { return statement_; }
    /// Whether it can give one row only, because it asks for a primary key.
    bool is_single() const { return single_; }

  private:
    const std::string* text_;
    std::shared_ptr<const std::string> owned_;  ///< null when it need not be
    ValueList values_;
    sql::NodeRef statement_;
    bool single_;
};

/// Whether the compiler took the values in the order of the shape. Only values that all differ can tell.
bool keeps_order(std::span<const sql::ValueView> shape, std::span<const sql::ValueView> parameters);
/// Takes a query with conditions and an order that are only noted: a pointer stands for what it began as. False for
/// what no shape is written for.
bool take_noted(StatementShape& shape, const SelectCore& select);
/// As `compile`, but looks first whether this thread has compiled a query of the same shape.
CompiledQuery compile_query(const engines::Dialect& dialect, const sql::NodeRef& statement);
/// The same for a typed query, which must outlive what this gives.
CompiledQuery compile_query(const engines::Dialect& dialect, const SelectCore& select);

}  // namespace retort::orm
