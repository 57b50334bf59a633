// What a PostgreSQL statement is, told from its tokens alone.
//
// libpg_query's parser is not asked: it knows PostgreSQL 15's grammar only, and its tree is walked
// recursively, so that a long expression could exhaust the stack. Where tokens leave a doubt the answer is
// Plain, which the server then judges.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/sql_script.hpp"
#include "core/sql_tokens.hpp"

namespace athanor {

struct StatementKind {
  StatementClass kind = StatementClass::Plain;
  std::string index_name;  ///< as Statement::index_name
};

/// @param tokens one statement's, without comments and without its semicolon; at least one
[[nodiscard]] StatementKind classify_postgres(std::string_view text, std::span<const SqlToken> tokens);

}  // namespace athanor
