// What SQLite itself says of a schema, and how it behaves: nothing of ours has a part in it.
#pragma once

#include <string>
#include <vector>

#include "integration/inspect_sqlite/sqlite_scratch.hpp"

namespace athanor::testing {

/// What the pragmas tell of tables, columns, keys and indexes, the texts of indexes, views and triggers, and
/// the words in those of tables.
///
/// Names are in lower case; white space and quotes are taken out of texts, and parentheses out of defaults;
/// columns are sorted, as ALTER TABLE adds them last; automatic indexes and foreign keys, which are numbered
/// as they come, have no numbers. A constraint may be written on its column or on the table, so that of
/// CREATE TABLE only which words there are is compared, without those that say what is so anyway. How often,
/// and in which order, is left to outcomes().
[[nodiscard]] std::string described_by_sqlite(SqliteScratch& scratch);

/// What each statement answers, rows or an error, foreign keys switched on.
[[nodiscard]] std::string outcomes(SqliteScratch& scratch, const std::vector<std::string>& probes);

/// All rows of the tables that both schemas have, in the columns that both can hold values in, sorted.
[[nodiscard]] std::string rows_in_common(SqliteScratch& scratch, const schema::Catalog& one,
                                         const schema::Catalog& other);

void delete_all_rows(SqliteScratch& scratch);

}  // namespace athanor::testing
