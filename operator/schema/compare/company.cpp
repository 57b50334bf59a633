#include "schema/compare/company.hpp"

#include <algorithm>

#include "schema/compare/dependents.hpp"

namespace athanor::schema {

/// Does something that goes as well stand on `whole`, by way of others that go?
bool Company::stands_on(const Object& object, const Object& whole, std::set<const Object*>& seen) const {
  if (&object == &whole) return true;
  if (!work_.dropped.contains(&object) || !seen.insert(&object).second) return false;
  const auto needs = needs_of(before_, object);
  return std::any_of(needs.begin(), needs.end(),
                     [&](const Object* next) { return stands_on(*next, whole, seen); });
}

bool Company::goes_first(const Object& part) const {
  const auto table = before_.find({ObjectKind::Table, part.id.schema, "", part.id.parent});
  if (table == before_.end()) return false;
  const bool foreign_key = part.fact(Fact::Kind) == "foreign key";
  std::set<const Object*> seen;
  for (const ObjectId& id : part.needs) {
    const auto need = before_.find(id);
    if (need == before_.end() || id.parent == part.id.parent || !work_.dropped.contains(&need->second))
      continue;
    if (foreign_key || (&need->second != &table->second && stands_on(need->second, table->second, seen)))
      return true;
  }
  return false;
}

/// Would a part that comes with its whole have to wait for something that waits for the whole?
bool Company::waits_for(const Object& need, const Object& whole, std::set<const Object*>& seen) const {
  if (&need == &whole) return true;
  if (!work_.made.contains(&need) || !seen.insert(&need).second) return false;
  const auto needs = needs_of(after_, need);
  return std::any_of(needs.begin(), needs.end(),
                     [&](const Object* next) { return waits_for(*next, whole, seen); });
}

/// Is the default of an inherited column the one that its parents' has as it comes to the table?
bool Company::comes_from_parent(const Object& value, const Object& column) const {
  if (value.id.kind != ObjectKind::Default) return true;
  const auto from = families_.handing_down(after_, column);
  return std::all_of(from.begin(), from.end(), [&](const Object* theirs) {
    const auto their_value =
        after_.find({ObjectKind::Default, theirs->id.schema, theirs->id.parent, theirs->id.name});
    if (their_value == after_.end() || changed_facts(value, their_value->second) != std::vector<Fact>{})
      return false;
    if (work_.made.contains(theirs)) return comes_within(their_value->second, *theirs);
    const auto old_value = before_.find(their_value->first);
    return old_value != before_.end() && !work_.dropped.contains(&old_value->second) &&
           !work_.altered.contains(&old_value->second);
  });
}

bool Company::comes_within(const Object& part, const Object& whole) const {
  if (!work_.made.contains(&whole) || !rules_.created_within(part, whole)) return false;
  if (whole.inherited && !comes_from_parent(part, whole)) return false;
  // A default stands within a column, and with it within a table.
  const Object* table = whole_of(after_, whole);
  std::set<const Object*> seen;
  std::set<const Object*> seen_by_table;
  for (const Object* need : needs_of(after_, part)) {
    if (need == &whole || need->id.parent == whole.id.name || need->id.parent == whole.id.parent) continue;
    if (waits_for(*need, whole, seen)) return false;
    if (table != nullptr && waits_for(*need, *table, seen_by_table)) return false;
  }
  return true;
}

}  // namespace athanor::schema
