// Every kind of object and every fact about it: made, changed, dropped.
#pragma once

#include <ostream>
#include <string>
#include <vector>

namespace athanor::testing {

struct ChangeCase {
  const char* what;    ///< a sentence: the case's name
  const char* common;  ///< SQL that both schemas begin with
  const char* before;
  const char* after;
  int since = 0;  ///< PostgreSQL's first major version that knows what the case is about; 0: any
};

inline std::ostream& operator<<(std::ostream& out, const ChangeCase& given) {
  return out << given.what;
}

[[nodiscard]] std::vector<ChangeCase> type_cases();
[[nodiscard]] std::vector<ChangeCase> table_cases();
[[nodiscard]] std::vector<ChangeCase> family_cases();
[[nodiscard]] std::vector<ChangeCase> constraint_cases();
[[nodiscard]] std::vector<ChangeCase> code_cases();
[[nodiscard]] std::vector<ChangeCase> access_cases();
[[nodiscard]] std::vector<ChangeCase> tangled_cases();
[[nodiscard]] std::vector<ChangeCase> version_cases();

}  // namespace athanor::testing
