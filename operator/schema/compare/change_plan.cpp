#include "schema/compare/change_plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "schema/compare/dependents.hpp"
#include "schema/compare/replacements.hpp"

namespace athanor::schema {
namespace {

using Node = std::size_t;

/// Tables that hand their columns down to this one.
std::vector<const Object*> parents_of(const Catalog& catalog, const ObjectId& column) {
  std::vector<const Object*> parents;
  const auto table = catalog.find({ObjectKind::Table, column.schema, "", column.parent});
  if (table == catalog.end()) return parents;
  for (const ObjectId& need : table->second.needs) {
    const auto parent = need.kind == ObjectKind::Table ? catalog.find(need) : catalog.end();
    if (parent != catalog.end()) parents.push_back(&parent->second);
  }
  return parents;
}

/// Relations, types and what is built on an index share one space of names in their schema.
std::pair<std::string, std::string> shared_name(const ObjectId& id) {
  return {id.schema, id.name};
}

class Planner {
 public:
  Planner(const Catalog& before, const Catalog& after, const DialectRules& rules)
      : before_(before), after_(after), rules_(rules), work_(find_replacements(before, after, rules)) {}

  std::vector<Action> run() {
    add_drops();
    add_creations();
    add_alterations();
    add_owners();
    edges_.resize(actions_.size());
    connect_drops();
    connect_makings();
    connect_same_names();
    return sorted();
  }

 private:
  Node add(Action action) {
    actions_.push_back(std::move(action));
    return actions_.size() - 1;
  }

  /// Does something that goes as well stand on `whole`, by way of others that go?
  bool stands_on(const Object& object, const Object& whole, std::set<const Object*>& seen) const {
    if (&object == &whole) return true;
    if (!work_.dropped.contains(&object) || !seen.insert(&object).second) return false;
    const auto needs = needs_of(before_, object);
    return std::any_of(needs.begin(), needs.end(),
                       [&](const Object* next) { return stands_on(*next, whole, seen); });
  }

  /// Must a part go before its table does? A foreign key between two tables that both go would keep them from
  /// going, and so would a default that calls a function which takes the table's row.
  bool goes_first(const Object& part) const {
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

  bool handed_down(const Catalog& catalog, const Object& object, const std::set<const Object*>& among) const {
    if (!object.inherited) return false;
    const auto parents = parents_of(catalog, object.id);
    return std::any_of(parents.begin(), parents.end(), [&](const Object* parent) {
      const auto column =
          catalog.find({ObjectKind::Column, object.id.schema, parent->id.name, object.id.name});
      return column != catalog.end() && among.contains(&column->second);
    });
  }

  void add_drops() {
    for (const Object* object : work_.dropped) {
      const Object* whole = whole_of(before_, *object);
      const bool vanishes = whole != nullptr && work_.dropped.contains(whole) && !goes_first(*object);
      if (vanishes || handed_down(before_, *object, work_.dropped)) {
        vanishing_.insert(object);
        continue;
      }
      dropping_[object] = add({Action::Kind::Drop, object, nullptr, {}, {}});
    }
  }

  /// The action that an object goes or is dropped by; nullopt where nothing is done about it.
  std::optional<Node> dropped_by(const Object* object) const {
    for (; object != nullptr; object = whole_of(before_, *object)) {
      if (const auto found = dropping_.find(object); found != dropping_.end()) return found->second;
      if (!vanishing_.contains(object)) return std::nullopt;
    }
    return std::nullopt;
  }

  /// Would a part that comes with its whole have to wait for something that waits for the whole?
  bool waits_for(const Object& need, const Object& whole, std::set<const Object*>& seen) const {
    if (&need == &whole) return true;
    if (!work_.made.contains(&need) || !seen.insert(&need).second) return false;
    const auto needs = needs_of(after_, need);
    return std::any_of(needs.begin(), needs.end(),
                       [&](const Object* next) { return waits_for(*next, whole, seen); });
  }

  bool comes_within(const Object& part, const Object& whole) const {
    if (!work_.made.contains(&whole) || !rules_.created_within(part, whole)) return false;
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

  void add_creations() {
    std::map<const Object*, std::vector<const Object*>> parts;
    for (const Object* object : work_.made) {
      const Object* whole = object->id.kind == ObjectKind::Sequence ? nullptr : whole_of(after_, *object);
      if (whole != nullptr && comes_within(*object, *whole)) {
        within_[object] = whole;
        parts[whole].push_back(object);
      } else if (!handed_down(after_, *object, work_.made)) {
        making_[object] = 0;
      }
    }
    for (auto& [object, node] : making_)
      node = add({Action::Kind::Create, nullptr, object, {}, collect(parts, object)});
  }

  /// Parts, and parts of parts: a table's columns with their defaults.
  static std::vector<const Object*> collect(std::map<const Object*, std::vector<const Object*>>& parts,
                                            const Object* whole) {
    std::vector<const Object*> all = parts[whole];
    for (const Object* part : parts[whole]) {
      const auto below = collect(parts, part);
      all.insert(all.end(), below.begin(), below.end());
    }
    std::sort(all.begin(), all.end(), [](const Object* a, const Object* b) {
      return std::tie(a->id.kind, a->position, a->id) < std::tie(b->id.kind, b->position, b->id);
    });
    return all;
  }

  void add_alterations() {
    std::set<const Object*> altered;
    for (const auto& [object, difference] : work_.altered) altered.insert(object);
    for (const auto& [object, difference] : work_.altered) {
      if (handed_down(before_, *object, altered)) continue;
      const Node node = add({Action::Kind::Alter, object, difference.after, difference.facts, {}});
      making_[difference.after] = node;
      altering_[object] = node;
    }
  }

  void add_owners() {
    for (const auto& [id, object] : after_) {
      if (id.kind != ObjectKind::Sequence || object.fact(Fact::OwnedBy).empty()) continue;
      const auto there = before_.find(id);
      const bool new_owner = there == before_.end() ||
                             there->second.fact(Fact::OwnedBy) != object.fact(Fact::OwnedBy) ||
                             work_.made.contains(&object);
      if (new_owner) owning_[&object] = add({Action::Kind::Own, nullptr, &object, {}, {}});
    }
  }

  std::optional<Node> made_by(const Object* object) const {
    for (auto at = within_.find(object); at != within_.end(); at = within_.find(object)) object = at->second;
    const auto found = making_.find(object);
    return found == making_.end() ? std::nullopt : std::optional<Node>(found->second);
  }

  void follow(std::optional<Node> first, std::optional<Node> then) {
    if (first && then && *first != *then) edges_[*first].insert(*then);
  }

  void connect_drops() {
    for (const auto& [id, object] : before_) {
      const auto own = dropped_by(&object);
      const auto altered = altering_.find(&object);
      if (!own && altered == altering_.end()) continue;
      for (const Object* need : needs_of(before_, object)) {
        const auto gone = dropped_by(need);
        if (own) {
          follow(own, gone);
          const auto changed = altering_.find(need);
          if (changed != altering_.end()) follow(own, changed->second);
        } else {
          follow(altered->second, gone);
        }
      }
    }
  }

  void connect_makings() {
    const auto connect = [&](const Object* object, Node node) {
      for (const Object* need : needs_of(after_, *object)) follow(made_by(need), node);
    };
    for (const auto& [object, node] : making_) connect(object, node);
    for (const auto& [part, whole] : within_) {
      if (const auto node = made_by(part)) connect(part, *node);
    }
    for (const auto& [sequence, node] : owning_) {
      follow(made_by(sequence), node);
      follow(made_by(whole_of(after_, *sequence)), node);
    }
  }

  /// What takes a name comes after what gives it up; a table has one primary key at a time.
  void connect_same_names() {
    std::multimap<std::pair<std::string, std::string>, Node> given_up;
    std::map<std::pair<std::string, std::string>, Node> keys;
    for (const Object* object : work_.dropped) {
      const auto node = dropped_by(object);
      if (!node) continue;
      given_up.emplace(shared_name(object->id), *node);
      if (object->fact(Fact::Kind) == "primary key") keys[{object->id.schema, object->id.parent}] = *node;
    }
    for (const Object* object : work_.made) {
      const auto [first, last] = given_up.equal_range(shared_name(object->id));
      for (auto at = first; at != last; ++at) follow(at->second, made_by(object));
      if (object->fact(Fact::Kind) != "primary key") continue;
      const auto key = keys.find({object->id.schema, object->id.parent});
      if (key != keys.end()) follow(key->second, made_by(object));
    }
  }

  /// Drops first, from the last kind to the first; then the rest, from the first to the last.
  auto rank(Node node) const {
    const Action& action = actions_[node];
    const ObjectId& id = action.kind == Action::Kind::Drop ? action.before->id : action.after->id;
    const int kind = static_cast<int>(id.kind);
    return std::tuple(action.kind == Action::Kind::Drop ? -kind : 1 + kind, id, node);
  }

  std::vector<Action> sorted() {
    std::vector<std::size_t> waits(actions_.size(), 0);
    for (const auto& after : edges_) {
      for (const Node node : after) ++waits[node];
    }
    std::set<decltype(rank(0))> ready;
    std::set<decltype(rank(0))> blocked;
    for (Node node = 0; node < actions_.size(); ++node)
      (waits[node] == 0 ? ready : blocked).insert(rank(node));
    std::vector<Action> order;
    while (!ready.empty() || !blocked.empty()) {
      // A ring: whoever applies the plan is told by the database. The first of them is as good as any.
      auto& from = ready.empty() ? blocked : ready;
      const Node node = std::get<2>(*from.begin());
      from.erase(from.begin());
      order.push_back(std::move(actions_[node]));
      for (const Node next : edges_[node]) {
        if (--waits[next] == 0 && blocked.erase(rank(next)) > 0) ready.insert(rank(next));
      }
    }
    return order;
  }

  const Catalog& before_;
  const Catalog& after_;
  const DialectRules& rules_;
  Replacements work_;
  std::vector<Action> actions_;
  std::vector<std::set<Node>> edges_;
  std::map<const Object*, Node> dropping_;
  std::set<const Object*> vanishing_;
  std::map<const Object*, Node> making_;  ///< creations and alterations, by the object after
  std::map<const Object*, const Object*> within_;
  std::map<const Object*, Node> altering_;  ///< by the object before
  std::map<const Object*, Node> owning_;
};

}  // namespace

std::vector<Action> plan_changes(const Catalog& before, const Catalog& after, const DialectRules& rules) {
  return Planner(before, after, rules).run();
}

}  // namespace athanor::schema
