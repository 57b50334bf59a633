// What of a database is read.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace athanor::engine {

struct InspectScope {
  std::vector<std::string> schemas;  ///< empty: every schema of the database
  /// Tables that are not the application's: the version table, and the ledger beside it. Names as identities
  /// have them; SQLite has no schemas, so theirs are empty.
  std::vector<std::pair<std::string, std::string>> own_tables;  ///< schema and name
  std::chrono::milliseconds lock_timeout{1000};
  std::chrono::milliseconds statement_timeout{60000};
};

}  // namespace athanor::engine
