#include "schema/compare/dependents.hpp"

#include <algorithm>

namespace athanor::schema {
namespace {

const Object* find(const Catalog& catalog, const ObjectId& id) {
  const auto found = catalog.find(id);
  return found == catalog.end() ? nullptr : &found->second;
}

}  // namespace

const Object* whole_of(const Catalog& catalog, const Object& object) {
  const ObjectId& id = object.id;
  if (id.kind == ObjectKind::Sequence) {
    for (const ObjectId& need : object.needs) {
      if (need.kind == ObjectKind::Column) return find(catalog, need);
    }
    return nullptr;
  }
  if (id.parent.empty()) return nullptr;
  if (id.kind == ObjectKind::Default) {
    return find(catalog, {ObjectKind::Column, id.schema, id.parent, id.name});
  }
  for (const ObjectKind kind : {ObjectKind::Table, ObjectKind::View, ObjectKind::MaterializedView,
                                ObjectKind::Composite, ObjectKind::Domain}) {
    if (const Object* whole = find(catalog, {kind, id.schema, "", id.parent})) return whole;
  }
  return nullptr;
}

std::vector<const Object*> needs_of(const Catalog& catalog, const Object& object) {
  std::vector<const Object*> needs;
  const bool sequence = object.id.kind == ObjectKind::Sequence;
  for (const ObjectId& id : object.needs) {
    if (sequence && id.kind == ObjectKind::Column) continue;
    if (const Object* need = find(catalog, id)) needs.push_back(need);
  }
  if (!object.id.schema.empty()) {
    if (const Object* schema = find(catalog, {ObjectKind::Schema, "", "", object.id.schema}))
      needs.push_back(schema);
  }
  if (const Object* whole = sequence ? nullptr : whole_of(catalog, object)) needs.push_back(whole);
  std::sort(needs.begin(), needs.end());
  needs.erase(std::unique(needs.begin(), needs.end()), needs.end());
  return needs;
}

Dependents::Dependents(const Catalog& catalog) {
  for (const auto& [id, object] : catalog) {
    for (const Object* need : needs_of(catalog, object)) dependents_[need].push_back(&object);
  }
}

const std::vector<const Object*>& Dependents::of(const Object& object) const {
  static const std::vector<const Object*> kNone;
  const auto found = dependents_.find(&object);
  return found == dependents_.end() ? kNone : found->second;
}

}  // namespace athanor::schema
