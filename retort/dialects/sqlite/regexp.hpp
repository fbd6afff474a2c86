// REGEXP, which SQLite's grammar has and SQLite itself does not do.
#pragma once

struct sqlite3;

namespace retort::dialects::sqlite {

/// `text REGEXP pattern` on this connection: whether the pattern matches somewhere in the text, by PCRE2.
void add_regexp(sqlite3* db);

}  // namespace retort::dialects::sqlite
