#include "schema/compare/change_plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "schema/compare/carried.hpp"
#include "schema/compare/company.hpp"
#include "schema/compare/dependents.hpp"
#include "schema/compare/families.hpp"
#include "schema/compare/replacements.hpp"

namespace athanor::schema {
namespace {

using Node = std::size_t;

/// Relations, types and what is built on an index share one space of names in their schema.
std::pair<std::string, std::string> shared_name(const ObjectId& id) {
  return {id.schema, id.name};
}

class Planner {
 public:
  Planner(const Catalog& before, const Catalog& after, const DialectRules& rules)
      : before_(before),
        after_(after),
        rules_(rules),
        work_(find_replacements(before, after, rules)),
        families_(before, after),
        company_(before, after, rules, work_),
        carried_(before, after, rules, work_) {}

  std::vector<Action> run() {
    add_drops();
    add_creations();
    add_alterations();
    add_owners();
    edges_.resize(actions_.size());
    connect_drops();
    connect_carried();
    connect_moves();
    connect_makings();
    connect_same_names();
    connect_colours();
    return sorted();
  }

 private:
  /// Of a table from its parents to others.
  struct Move {
    const Object* before;
    const Object* after;
    Node leave;
    Node join;
  };

  Node add(Action action) {
    actions_.push_back(std::move(action));
    return actions_.size() - 1;
  }

  void add_drops() {
    for (const Object* object : work_.dropped) {
      const Object* whole = whole_of(before_, *object);
      const bool vanishes =
          whole != nullptr && work_.dropped.contains(whole) && !company_.goes_first(*object);
      if (vanishes || families_.handed_down(before_, *object, work_.dropped)) {
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

  void add_creations() {
    std::map<const Object*, std::vector<const Object*>> parts;
    for (const Object* object : work_.made) {
      const Object* whole = object->id.kind == ObjectKind::Sequence ? nullptr : whole_of(after_, *object);
      if (whole != nullptr && company_.comes_within(*object, *whole)) {
        within_[object] = whole;
        parts[whole].push_back(object);
      } else {
        making_[object] = 0;
      }
    }
    for (auto& [object, node] : making_) {
      const bool adopted = families_.handed_down(after_, *object, work_.made);
      node = add({adopted ? Action::Kind::Adopt : Action::Kind::Create,
                  nullptr,
                  object,
                  {},
                  collect(parts, object)});
    }
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
      std::vector<Fact> facts = difference.facts;
      if (families_.handed_down(before_, *object, altered))
        std::erase_if(facts, [&](Fact fact) { return rules_.descends(fact); });
      const auto joining =
          std::stable_partition(facts.begin(), facts.end(), [&](Fact fact) { return !rules_.joins(fact); });
      add_moves(difference, {joining, facts.end()});
      facts.erase(joining, facts.end());
      if (facts.empty()) continue;
      Carried carried = carried_.by(difference);
      const Node node =
          add({Action::Kind::Alter, object, difference.after, std::move(facts), carried.staying});
      for (const Object* whole : carried.wholes) changed_wholes_.emplace(whole, object);
      carrying_[node] = std::move(carried);
      making_[difference.after] = node;
      altering_[object] = node;
    }
  }

  /// A table leaves a parent before its columns change, and joins another one after that.
  void add_moves(const Difference& difference, const std::vector<Fact>& facts) {
    if (facts.empty()) return;
    moving_.push_back({difference.before, difference.after,
                       add({Action::Kind::Leave, difference.before, difference.after, facts, {}}),
                       add({Action::Kind::Join, difference.before, difference.after, facts, {}})});
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
          follow_changes_of(*need, own);
        } else {
          follow(altered->second, gone);
        }
      }
    }
  }

  /// `first` comes before what is done to the object, or to its parts where that counts as much.
  void follow_changes_of(const Object& object, std::optional<Node> first) {
    if (const auto changed = altering_.find(&object); changed != altering_.end())
      follow(first, changed->second);
    const auto [begin, end] = changed_wholes_.equal_range(&object);
    for (auto at = begin; at != end; ++at) {
      if (const auto changed = altering_.find(at->second); changed != altering_.end())
        follow(first, changed->second);
    }
  }

  /// What happens to the parents' columns must not reach the table as long as it is, or is not yet, theirs.
  void connect_moves() {
    if (moving_.empty()) return;
    const Dependents before(before_);
    const Dependents after(after_);
    for (const Move& move : moving_) {
      follow(move.leave, move.join);
      for (const Object* table : families_.with_ancestors(before_, *move.before)) {
        if (table != move.before) follow(move.leave, dropped_by(table));
        for (const Object* part : before.of(*table)) {
          if (whole_of(before_, *part) != table) continue;
          follow(move.leave, dropped_by(part));
          if (const auto altered = altering_.find(part); altered != altering_.end())
            follow(move.leave, altered->second);
        }
      }
      for (const Object* table : families_.with_ancestors(after_, *move.after)) {
        follow(made_by(table), move.join);
        for (const Object* part : after.of(*table)) {
          if (whole_of(after_, *part) == table) follow(made_by(part), move.join);
        }
      }
    }
  }

  /// What is carried along is changed on its own account after that, and with the type that it had.
  void connect_carried() {
    for (const auto& [node, carried] : carrying_) {
      for (const Object* object : carried.dropped) follow(dropped_by(object), node);
      for (const Object* object : carried.staying) {
        if (const auto altered = altering_.find(object); altered != altering_.end())
          follow(node, altered->second);
      }
    }
  }

  void connect_makings() {
    const auto connect = [&](const Object* object, Node node) {
      for (const Object* need : needs_of(after_, *object)) {
        follow(made_by(need), node);
        follow_parts_of(*need, *object, node);
      }
    };
    for (const auto& [object, node] : making_) connect(object, node);
    for (const auto& [part, whole] : within_) {
      if (const auto node = made_by(part)) connect(part, *node);
    }
    // What a column has of its own, and the table that brings it along, come after what it gets from its
    // parents.
    for (const auto& [id, object] : after_) {
      for (const Object* theirs : families_.handing_down(after_, object)) {
        const auto node = making_.find(&object);
        const auto own =
            node != making_.end() ? std::optional<Node>(node->second) : made_by(whole_of(after_, object));
        if (node != making_.end() || work_.made.contains(whole_of(after_, object)))
          follow(made_by(theirs), own);
      }
    }
    for (const auto& [sequence, node] : owning_) {
      follow(made_by(sequence), node);
      follow(made_by(whole_of(after_, *sequence)), node);
    }
  }

  /// What takes a type comes after the changes of its attributes.
  void follow_parts_of(const Object& need, const Object& object, Node node) {
    const auto old_need = before_.find(need.id);
    if (old_need == before_.end() || whole_of(after_, object) == &need) return;
    const auto [begin, end] = changed_wholes_.equal_range(&old_need->second);
    for (auto at = begin; at != end; ++at) {
      if (const auto changed = altering_.find(at->second); changed != altering_.end())
        follow(changed->second, node);
    }
  }

  /// What would add to the things that are made comes once they are.
  void connect_colours() {
    for (const auto& [standing, node] : making_) {
      if (standing->id.kind != ObjectKind::DefaultPrivileges) continue;
      for (const auto& [object, before_it] : making_) {
        if (rules_.colours(*standing, {nullptr, object, {}})) follow(before_it, node);
      }
    }
  }

  /// What takes a name comes after what gives it up; a table has one primary key at a time.
  void connect_same_names() {
    using Name = std::pair<std::string, std::string>;
    std::multimap<Name, Node> given_up;
    const auto give_up = [&](const Name& name, std::optional<Node> node) {
      if (node && !name.second.empty()) given_up.emplace(name, *node);
    };
    const auto take = [&](const Name& name, std::optional<Node> node) {
      const auto [first, last] = given_up.equal_range(name);
      for (auto at = first; at != last; ++at) follow(at->second, node);
    };
    const auto brought = [&](const Object& object) { return Name(object.id.schema, rules_.brings(object)); };
    // No name has a space in front: a table has one primary key at a time.
    const auto key = [](const ObjectId& id) { return Name(id.schema, ' ' + id.parent); };
    for (const Object* object : work_.dropped) {
      give_up(shared_name(object->id), dropped_by(object));
      give_up(brought(*object), dropped_by(object));
      if (object->fact(Fact::Kind) == "primary key") give_up(key(object->id), dropped_by(object));
    }
    for (const auto& [object, node] : altering_) {
      if (brought(*object) != brought(after_.at(object->id))) give_up(brought(*object), node);
    }
    for (const Object* object : work_.made) {
      take(shared_name(object->id), made_by(object));
      take(brought(*object), made_by(object));
      if (object->fact(Fact::Kind) == "primary key") take(key(object->id), made_by(object));
    }
    for (const auto& [object, node] : altering_) {
      const Object& altered = after_.at(object->id);
      if (brought(*object) != brought(altered)) take(brought(altered), node);
    }
  }

  /// Drops first, from the last kind to the first; then the rest, from the first to the last.
  auto rank(Node node) const {
    const Action& action = actions_[node];
    const ObjectId& id = action.before != nullptr ? action.before->id : action.after->id;
    const int kind = static_cast<int>(id.kind);
    const bool first = action.kind == Action::Kind::Drop || action.kind == Action::Kind::Leave;
    return std::tuple(first ? -kind : 1 + kind, id, node);
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
  Families families_;
  Company company_;
  CarriedSearch carried_;
  std::vector<Action> actions_;
  std::vector<std::set<Node>> edges_;
  std::map<const Object*, Node> dropping_;
  std::set<const Object*> vanishing_;
  std::map<const Object*, Node> making_;  ///< creations and alterations, by the object after
  std::map<const Object*, const Object*> within_;
  std::map<const Object*, Node> altering_;  ///< by the object before
  std::map<const Object*, Node> owning_;
  std::map<Node, Carried> carrying_;
  std::vector<Move> moving_;
  std::multimap<const Object*, const Object*> changed_wholes_;  ///< with the parts whose change is theirs too
};

}  // namespace

std::vector<Action> plan_changes(const Catalog& before, const Catalog& after, const DialectRules& rules) {
  return Planner(before, after, rules).run();
}

}  // namespace athanor::schema
