// Every kind of object of SQLite's and every fact about it: made, changed, dropped.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace athanor::testing {

struct SqliteCase {
  std::string sentence;
  std::string before;
  std::string after;
  std::string rows{};  ///< INSERTs into the schema before
  /// Statements that tell both schemas apart by what they do, run on each schema after, one by one.
  std::vector<std::string> probes{};
};

inline std::ostream& operator<<(std::ostream& out, const SqliteCase& given) {
  return out << given.sentence;
}

[[nodiscard]] std::vector<SqliteCase> column_cases();
[[nodiscard]] std::vector<SqliteCase> table_cases();
[[nodiscard]] std::vector<SqliteCase> constraint_cases();
[[nodiscard]] std::vector<SqliteCase> code_cases();
[[nodiscard]] std::vector<SqliteCase> tangled_cases();

}  // namespace athanor::testing
