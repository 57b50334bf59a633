// What goes and comes may be one thing under another name. Only a person knows: nothing here is acted upon.
#pragma once

#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

struct PossibleRename {
  const Object* before = nullptr;
  const Object* after = nullptr;
};

/// Tables that have the same columns, and columns of one table that have the same facts and default, where
/// one goes and exactly one such comes. Points into the catalogs.
[[nodiscard]] std::vector<PossibleRename> possible_renames(const Catalog& before, const Catalog& after);

}  // namespace athanor::schema
