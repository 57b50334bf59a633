// SQL that another tool ran, made fit for a section of a revision file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "ports/database.hpp"

namespace athanor::cli {

struct ImportedSql {
  std::string sql;
  /// It has a statement that cannot run in a transaction, or left its transaction on the way.
  bool needs_no_transaction = false;
};

/// Takes BEGIN and COMMIT out, which a revision may not contain: around the whole they say what Athanor does
/// anyway; elsewhere the revision leaves its transaction.
/// @return why it can't be a section: other transaction control, COPY FROM STDIN, a quote that nothing closes
[[nodiscard]] tl::expected<ImportedSql, std::string> import_sql(std::string_view sql, ports::Dialect dialect);

/// Statements one below the other, each closed by a semicolon of its own.
[[nodiscard]] std::string join_statements(const std::vector<std::string>& statements);

}  // namespace athanor::cli
