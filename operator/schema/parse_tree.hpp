// The only door to PostgreSQL's parser (libpg_query, PostgreSQL 15's grammar).
//
// Lint alone walks through it, in the command line: the operator's threads read tokens
// (core/sql_classify.hpp), since a parse tree is walked recursively and a long expression could exhaust a
// thread's stack. Here what is too long or too deep is refused before it is parsed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "schema/statement_shape.hpp"

namespace athanor::schema {

/// A quarter of a mebibyte of VALUES rows takes 40 MiB.
inline constexpr std::size_t kMaxParsedBytes = std::size_t{256} * 1024;
/// As nesting_bound() counts: so deep a tree takes 2 MiB of stack at most, a quarter of what a process has.
inline constexpr std::size_t kMaxNesting = 500;

struct NotParsed {
  std::string why;         ///< the parser's words
  bool too_large = false;  ///< it was not given to the parser at all
};

/// Reads one statement.
/// @param text without the semicolon
[[nodiscard]] tl::expected<StatementShape, NotParsed> parse_statement(std::string_view text);

}  // namespace athanor::schema
