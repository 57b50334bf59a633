// `-- athanor:ignore RULE reason`: which findings a revision's author has silenced.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_script.hpp"

namespace athanor::schema {

struct Ignore {
  std::size_t line = 1;
  std::string rule;
  std::string reason;
  bool used = false;

  /// Why it silences nothing; empty if it may.
  [[nodiscard]] std::string fault() const;
};

/// The ignores among the comments of a piece of SQL, in order; none where that doesn't scan.
/// @param first_line of `sql` within the file
[[nodiscard]] std::vector<Ignore> find_ignores(std::string_view sql, std::size_t first_line);

/// Index of the statement that a comment is about: the last one that begins before the end of its line and
/// hasn't ended above it, else the next one. statements.size() if there is none.
[[nodiscard]] std::size_t statement_meant(const std::vector<Statement>& statements, std::size_t line);

}  // namespace athanor::schema
