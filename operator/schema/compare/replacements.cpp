#include "schema/compare/replacements.hpp"

#include <algorithm>
#include <utility>

#include "schema/compare/dependents.hpp"

namespace athanor::schema {
namespace {

class Search {
 public:
  Search(const Catalog& before, const Catalog& after, const DialectRules& rules)
      : before_(before), after_(after), rules_(rules), dependents_(before) {
    for (const auto& [id, object] : before) {
      if (id.kind != ObjectKind::Sequence) continue;
      if (const Object* owner = whole_of(before, object)) owned_[owner].push_back(&object);
    }
  }

  Replacements run() {
    for (Difference& difference : compare(before_, after_)) {
      if (difference.before == nullptr) {
        found_.made.insert(difference.after);
      } else if (difference.after == nullptr) {
        drop(*difference.before);
      } else if (!rules_.in_place(difference)) {
        replace(*difference.before);
      } else {
        found_.altered.emplace(difference.before, std::move(difference));
      }
    }
    for (const auto& [object, difference] : found_.altered) waiting_.push_back(difference);
    // Drops clear their dependents out at once; alterations only ask those that they disturb.
    for (const Difference& difference : std::exchange(waiting_, {})) clear_for(difference);
    for (const auto& [id, object] : before_) {
      if (id.kind == ObjectKind::DefaultPrivileges && colours(object)) replace(object);
    }
    for (const Object* object : found_.dropped) found_.altered.erase(object);
    return std::move(found_);
  }

 private:
  bool colours(const Object& standing) const {
    return std::any_of(found_.made.begin(), found_.made.end(),
                       [&](const Object* object) {
                         return rules_.colours(standing, {nullptr, object, {}});
                       }) ||
           std::any_of(found_.altered.begin(), found_.altered.end(),
                       [&](const auto& entry) { return rules_.colours(standing, entry.second); });
  }

  void replace(const Object& object) {
    const auto again = after_.find(object.id);
    if (again != after_.end()) found_.made.insert(&again->second);
    drop(object);
  }

  void drop(const Object& first) {
    std::vector<const Object*> open{&first};
    while (!open.empty()) {
      const Object& object = *open.back();
      open.pop_back();
      if (!found_.dropped.insert(&object).second) continue;
      const auto again = after_.find(object.id);
      if (again != after_.end()) found_.made.insert(&again->second);
      for (const Object* dependent : dependents_.of(object)) open.push_back(dependent);
      if (const auto owned = owned_.find(&object); owned != owned_.end())
        open.insert(open.end(), owned->second.begin(), owned->second.end());
    }
  }

  void clear_for(const Difference& difference) {
    for (const Object* dependent : dependents_.of(*difference.before)) {
      if (found_.dropped.contains(dependent)) continue;
      if (rules_.disturbs(difference, *dependent)) {
        replace(*dependent);
      } else if (rules_.carries(difference, *dependent)) {
        clear_for_carried(*dependent);
      }
    }
    const Object* whole = whole_of(before_, *difference.before);
    if (whole != nullptr && rules_.changes_whole(difference, *whole)) clear_for_carried(*whole);
  }

  /// As if its type changed.
  void clear_for_carried(const Object& object) {
    if (carried_.insert(&object).second) clear_for({&object, &object, {Fact::Type}});
  }

  const Catalog& before_;
  const Catalog& after_;
  const DialectRules& rules_;
  Dependents dependents_;
  std::map<const Object*, std::vector<const Object*>> owned_;
  Replacements found_;
  std::vector<Difference> waiting_;
  std::set<const Object*> carried_;
};

}  // namespace

Replacements find_replacements(const Catalog& before, const Catalog& after, const DialectRules& rules) {
  return Search(before, after, rules).run();
}

}  // namespace athanor::schema
