#include "schema/compare/families.hpp"

#include <algorithm>

namespace athanor::schema {
namespace {

const Object* table_of_part(const Catalog& catalog, const ObjectId& part) {
  const auto table = catalog.find({ObjectKind::Table, part.schema, "", part.parent});
  return table == catalog.end() ? nullptr : &table->second;
}

/// Is `parent` one of the table's, or is there no such table at all?
bool has_parent(const Catalog& catalog, const ObjectId& part, const ObjectId& parent) {
  const Object* table = table_of_part(catalog, part);
  return table == nullptr ||
         std::find(table->needs.begin(), table->needs.end(), parent) != table->needs.end();
}

}  // namespace

std::vector<const Object*> Families::handing_down(const Catalog& catalog, const Object& column) const {
  std::vector<const Object*> columns;
  const Object* table = column.inherited ? table_of_part(catalog, column.id) : nullptr;
  if (table == nullptr) return columns;
  for (const ObjectId& need : table->needs) {
    if (need.kind != ObjectKind::Table) continue;
    const auto found = catalog.find({ObjectKind::Column, need.schema, need.name, column.id.name});
    if (found != catalog.end()) columns.push_back(&found->second);
  }
  return columns;
}

std::set<const Object*> Families::with_ancestors(const Catalog& catalog, const Object& table) {
  std::set<const Object*> found{&table};
  std::vector<const Object*> open{&table};
  while (!open.empty()) {
    const Object* next = open.back();
    open.pop_back();
    for (const ObjectId& need : next->needs) {
      const auto parent = need.kind == ObjectKind::Table ? catalog.find(need) : catalog.end();
      if (parent != catalog.end() && found.insert(&parent->second).second) open.push_back(&parent->second);
    }
  }
  return found;
}

bool Families::handed_down(const Catalog& catalog, const Object& column,
                           const std::set<const Object*>& among) const {
  const auto from = handing_down(catalog, column);
  return std::any_of(from.begin(), from.end(), [&](const Object* theirs) {
    const ObjectId parent{ObjectKind::Table, theirs->id.schema, "", theirs->id.parent};
    return among.contains(theirs) && has_parent(before_, column.id, parent) &&
           has_parent(after_, column.id, parent);
  });
}

}  // namespace athanor::schema
