// What is to be done about a table that is there before and after.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "schema/compare/difference.hpp"

namespace athanor::schema {

struct TableChange {
  enum class Way {
    Nothing,
    Alter,    ///< ADD COLUMN and DROP COLUMN
    Rebuild,  ///< a new table, the rows copied (https://sqlite.org/lang_altertable.html, section 7)
    Replace,  ///< a virtual table is dropped and made again: only its module knows what it holds
  };
  Way way = Way::Nothing;
  std::vector<const Object*> dropped;  ///< Alter: columns, of the schema before
  std::vector<const Object*> added;    ///< Alter: columns, of the schema after
};

/// The cheapest way within the limits of ALTER TABLE in SQLite 3.40. ADD COLUMN puts a column last, wherever
/// it stands in the schema after.
/// @param differences of the table itself, its columns, defaults and constraints
/// @param kept_indexes names of those of its indexes that stay as they are
[[nodiscard]] TableChange plan_table_change(const Catalog& before, const Catalog& after,
                                            const ObjectId& table, const std::vector<Difference>& differences,
                                            const std::set<std::string>& kept_indexes);

/// The constraints that ADD COLUMN of the column brings along.
[[nodiscard]] std::vector<const Object*> constraints_with(const Object& column,
                                                          const std::vector<Difference>& differences);

}  // namespace athanor::schema
