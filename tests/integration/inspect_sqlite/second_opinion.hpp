// What SQLite itself says of a schema, and how it behaves: nothing of ours has a part in it.
#pragma once

#include <string>
#include <vector>

#include "integration/inspect_sqlite/sqlite_scratch.hpp"

namespace athanor::testing {

/// What the pragmas tell of tables, columns, keys and indexes, and the texts of indexes, views and triggers.
///
/// Names are in lower case; white space and quotes are taken out of texts, and parentheses out of defaults;
/// columns are sorted, as ALTER TABLE adds them last; automatic indexes and foreign keys, which are numbered
/// as they come, have no numbers. The text of CREATE TABLE is left out: what only it tells is left to
/// outcomes().
[[nodiscard]] std::string described_by_pragmas(SqliteScratch& scratch);

/// What each statement answers, rows or an error, foreign keys switched on.
[[nodiscard]] std::string outcomes(SqliteScratch& scratch, const std::vector<std::string>& probes);

/// All rows of the tables that both schemas have, in the columns that both can hold values in, sorted.
[[nodiscard]] std::string rows_in_common(SqliteScratch& scratch, const schema::Catalog& one,
                                         const schema::Catalog& other);

void delete_all_rows(SqliteScratch& scratch);

}  // namespace athanor::testing
