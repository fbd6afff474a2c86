// Models written for tables that exist: the way from a database to structs ("database first").
#pragma once

#include <string>

#include "retort/schema/metadata.hpp"

namespace retort::schemas {

/// How the text is written.
struct ModelSourceOptions {
    /// Around everything; empty: none.
    std::string namespace_name = {};
    /// A Many on the other side of each foreign key too.
    bool collections = true;
};

/// One struct: `struct User : Model<User> { Column<int, primary_key> id; … };`, with a One beside each foreign key that
/// leads to a table of `metadata`. What the words of a column cannot say stands in table_args(), or in a comment.
std::string to_model_source(const Table& table, const MetaData& metadata, const ModelSourceOptions& options = {});

/// A header with all tables that have a primary key: it compiles as it is, and its `create_all` makes the same tables
/// but for the names of constraints, and for what the comments in it say (collations, for one).
std::string to_model_source(const MetaData& metadata, const ModelSourceOptions& options = {});

/// `user_account` as a struct is called: `UserAccount`.
std::string class_name_of(std::string_view table_name);

}  // namespace retort::schemas
