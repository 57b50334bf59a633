// Foreign keys before and after a revision, which runs with them switched off.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.hpp"
#include "ports/database.hpp"

namespace athanor::sqlite {

struct ForeignKeys {
  using ChildAndParent = std::pair<std::string, std::string>;
  /// Rows whose parent is missing.
  std::map<ChildAndParent, std::size_t> orphans;
  /// Tables with a foreign key that can't be checked: its parent's columns are not UNIQUE.
  std::set<std::string> unchecked;
  /// Every table; left out where the other two are empty.
  std::set<std::string> tables;
};

using Query = std::function<Result<ports::Rows>(std::string_view sql)>;

/// Checks the foreign keys of the database's own tables. One query if all of them can be checked.
[[nodiscard]] Result<ForeignKeys> read_foreign_keys(const ports::Database& database, const Query& query);

/// What a database brings along must not block it for ever, under whatever name: rows of a table that was
/// renamed count as before.
/// @return Terminal `ForeignKeyViolated` if the revision left orphans, or keys that can't be checked
[[nodiscard]] Result<void> compare_foreign_keys(const ForeignKeys& before, const ForeignKeys& now);

}  // namespace athanor::sqlite
