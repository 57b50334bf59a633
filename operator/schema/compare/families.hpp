// Tables that hand their columns down to others: parents and their heirs, partitioned tables and partitions.
#pragma once

#include <set>
#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

class Families {
 public:
  Families(const Catalog& before, const Catalog& after) : before_(before), after_(after) {}

  /// The columns of the parents that a column is inherited from; empty for a table's own.
  /// @param catalog one of the two
  [[nodiscard]] std::vector<const Object*> handing_down(const Catalog& catalog, const Object& column) const;

  /// Does what happens to one of `among` reach this column by itself? Only from a parent that the table has
  /// all the time.
  [[nodiscard]] bool handed_down(const Catalog& catalog, const Object& column,
                                 const std::set<const Object*>& among) const;

  /// The table, its parents, theirs, and so on.
  [[nodiscard]] static std::set<const Object*> with_ancestors(const Catalog& catalog, const Object& table);

 private:
  const Catalog& before_;
  const Catalog& after_;
};

}  // namespace athanor::schema
