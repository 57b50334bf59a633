// What sets two schemas apart, object by object.
#pragma once

#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

/// One object that differs. Points into the catalogs that were compared.
struct Difference {
  const Object* before = nullptr;  ///< nullptr: there is none yet
  const Object* after = nullptr;   ///< nullptr: there is none any more
  std::vector<Fact> facts;         ///< where both are there: the facts that differ

  [[nodiscard]] const ObjectId& id() const { return before != nullptr ? before->id : after->id; }
};

/// In the order of identities. Parts of a table that is new or gone as a whole are named as well.
[[nodiscard]] std::vector<Difference> compare(const Catalog& before, const Catalog& after);

/// What differs from `before` to `after` in the object's facts; empty for equal ones.
[[nodiscard]] std::vector<Fact> changed_facts(const Object& before, const Object& after);

}  // namespace athanor::schema
