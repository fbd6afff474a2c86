// Where a SQLite database is, made out from its URL.
#pragma once

#include "retort/dialects/sqlite/database.hpp"
#include "retort/engine/url.hpp"

namespace retort::dialects::sqlite {

/// Throws ArgumentError("invalid-sqlite-url") for what SQLite has no use for: a host, a user.
void check_url(const engines::Url& url);

/// Whether it names no file: `sqlite://`, `sqlite:///`, `sqlite:///:memory:`.
bool is_memory(const engines::Url& url);

/// Whether its database is a `file:` URI of SQLite's own (`sqlite:///file:notes.db?uri=true`).
bool is_file_uri(const engines::Url& url);

/// The file and the flags to open it with.
Place place_of(const engines::Url& url);

/// Options from the URL's query (`timeout`, in seconds); throws ArgumentError for one that is not known.
void apply_query(const engines::Url& url, engines::EngineOptions& options);

}  // namespace retort::dialects::sqlite
