// Who needs whom, read the other way round.
#pragma once

#include <map>
#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

/// What an object needs: what the server recorded, the table that it is a part of, and the schema that it is
/// in. A sequence does not need the column that owns it.
[[nodiscard]] std::vector<const Object*> needs_of(const Catalog& catalog, const Object& object);

/// The table, view, domain or composite type that a part belongs to; for a default, its column; for a
/// sequence, the column that owns it. nullptr: it is a whole itself. What is dropped with its whole needs no
/// statement.
[[nodiscard]] const Object* whole_of(const Catalog& catalog, const Object& object);

class Dependents {
 public:
  explicit Dependents(const Catalog& catalog);
  [[nodiscard]] const std::vector<const Object*>& of(const Object& object) const;

 private:
  std::map<const Object*, std::vector<const Object*>> dependents_;
};

}  // namespace athanor::schema
