// What the compiler keeps for each SELECT that is open; for its own source files.
#pragma once

#include "retort/sql/compiler.hpp"

namespace retort::sql {

/// One open SELECT (or the table of an UPDATE or DELETE): its stretch of `froms_`, and the one around it.
struct Compiler::Scope {
    const SelectNode* select = nullptr;
    Scope* outer = nullptr;
    std::size_t begin = 0;  ///< in froms_
    std::size_t end = 0;
    std::size_t seen = 0;  ///< in seen_
    int repeats = 0;       ///< columns selected twice
    bool in_from = false;
    bool lateral = false;
};

/// A name that a column of the SELECT has already.
struct Compiler::Seen {
    std::string_view name;
    std::uint32_t hash;
    const ColumnNode* column;
};

struct Compiler::Number {
    std::string_view base;
    int next;
};

struct Compiler::WrittenCte {
    const Node* root;
    std::string text;
    std::vector<ValueView> parameters;
    std::vector<std::pair<std::string, std::size_t>> named;
    bool recursive;
    int level;  ///< of the query it stands in front of; 1: the statement
};

}  // namespace retort::sql
