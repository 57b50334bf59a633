// What has to be dropped and made again, and what depends on it.
#pragma once

#include <map>
#include <set>
#include <vector>

#include "schema/compare/change_plan.hpp"

namespace athanor::schema {

/// The differences, sorted by what is done about them. Each object is named by its pointer into its own
/// catalog.
struct Replacements {
  std::set<const Object*> dropped;              ///< of the catalog before
  std::set<const Object*> made;                 ///< of the catalog after
  std::map<const Object*, Difference> altered;  ///< by the object before
};

[[nodiscard]] Replacements find_replacements(const Catalog& before, const Catalog& after,
                                             const DialectRules& rules);

}  // namespace athanor::schema
