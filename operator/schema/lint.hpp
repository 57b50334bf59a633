// What is dangerous in a set of revision files, told before it meets a database. Pure: texts in, findings
// out.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/id_width.hpp"
#include "core/result.hpp"
#include "core/sql_script.hpp"
#include "schema/lint_rules.hpp"

namespace athanor::schema {

struct Finding {
  std::string rule;
  Severity severity = Severity::Warning;
  std::string revision;  ///< empty where the file is none
  std::string file;      ///< as it was given
  std::size_t line = 1;
  std::string message;

  bool operator==(const Finding&) const = default;
};

struct RevisionText {
  std::string file;  ///< for people
  std::string text;
};

enum class Dialect { PostgreSql, Sqlite };

struct LintOptions {
  Dialect dialect = Dialect::PostgreSql;
  /// How this dialect cuts a section into statements, as ports::Database::split() does.
  std::function<Result<std::vector<Statement>>(std::string_view sql, std::size_t first_line)> split =
      split_postgres;
  std::size_t version_column_width = kVersionColumnWidth;  ///< characters
  std::set<std::string> only{};                            ///< rules; empty: all
  std::set<std::string> exclude{};                         ///< rules
};

/// Reads all files, the whole history, and tells what it finds, by file (in the order given) and line. A file
/// that is no revision and an error of the graph are findings as well, and the rest is judged nevertheless.
[[nodiscard]] std::vector<Finding> lint(const std::vector<RevisionText>& files,
                                        const LintOptions& options = {});

}  // namespace athanor::schema
