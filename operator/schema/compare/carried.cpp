#include "schema/compare/carried.hpp"

#include <algorithm>

namespace athanor::schema {

Carried CarriedSearch::by(const Difference& difference) const {
  Carried found;
  std::set<const Object*> seen;
  const Object* whole = whole_of(before_, *difference.before);
  const bool of_whole = whole != nullptr && rules_.changes_whole(difference, *whole);
  if (of_whole) found.wholes.insert(whole);
  collect(of_whole ? Difference{whole, whole, {Fact::Type}} : difference, found, seen);
  for (const Object* part : dependents_.of(*difference.before)) {
    if (rules_.takes_from(difference, *part) && stays(*part)) found.staying.push_back(part);
  }
  return found;
}

/// Columns of its type, and those of a type that one of its columns is in.
void CarriedSearch::collect(const Difference& difference, Carried& found,
                            std::set<const Object*>& seen) const {
  if (!seen.insert(difference.before).second) return;
  for (const Object* dependent : dependents_.of(*difference.before)) {
    const Object* whole = whole_of(before_, *dependent);
    if (whole == difference.before || !rules_.carries(difference, *dependent)) continue;
    auto& list = stays(*dependent) ? found.staying : found.dropped;
    if (std::find(list.begin(), list.end(), dependent) == list.end()) list.push_back(dependent);
    const Difference as_if{dependent, dependent, {Fact::Type}};
    if (!stays(*dependent) || whole == nullptr || !rules_.changes_whole(as_if, *whole)) continue;
    found.wholes.insert(whole);
    collect({whole, whole, {Fact::Type}}, found, seen);
  }
}

bool CarriedSearch::stays(const Object& object) const {
  return !work_.dropped.contains(&object) && after_.contains(object.id);
}

}  // namespace athanor::schema
