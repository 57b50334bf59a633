// From what differs to what to do, in an order in which it can be done.
#pragma once

#include <vector>

#include "schema/compare/difference.hpp"

namespace athanor::schema {

/// What a dialect can change in place, and what stands in the way of a change.
class DialectRules {
 public:
  virtual ~DialectRules() = default;
  /// False: the object has to be dropped and created again.
  [[nodiscard]] virtual bool in_place(const Difference& difference) const = 0;
  /// Must `dependent`, which needs the object, be out of the way while it is changed in place?
  [[nodiscard]] virtual bool disturbs(const Difference& difference, const Object& dependent) const = 0;
  /// Is `dependent` changed along with the object, as the columns of a type are when the type is made anew?
  /// Then what needs them is asked about as if their type changed.
  [[nodiscard]] virtual bool carries(const Difference& difference, const Object& dependent) const = 0;
  /// Does a change of this fact of a table's column reach the tables that inherit it?
  [[nodiscard]] virtual bool descends(Fact fact) const = 0;
  /// Is it by this fact that a table has parents?
  [[nodiscard]] virtual bool joins(Fact fact) const = 0;
  /// Does it change `whole`, of which the object is a part, for all that use that?
  [[nodiscard]] virtual bool changes_whole(const Difference& difference, const Object& whole) const = 0;
  /// Would something that stands add to what is made (or made anew in place) meanwhile, as default privileges
  /// do?
  [[nodiscard]] virtual bool colours(const Object& standing, const Difference& made) const = 0;
  /// A name in the object's schema that something takes which the object brings along; empty: none.
  [[nodiscard]] virtual std::string brings(const Object& object) const = 0;
  /// Does the change take away from a part what it has of its own and has to be told again?
  [[nodiscard]] virtual bool takes_from(const Difference& difference, const Object& part) const = 0;
  /// Does the statement that creates `whole` bring `part` along?
  [[nodiscard]] virtual bool created_within(const Object& part, const Object& whole) const = 0;
};

struct Action {
  /// Own: give a sequence to its column, once both are there. Adopt: a column has come from a parent table:
  /// what it has of its own.
  /// Leave and Join: a table's parents, before and after its columns change.
  enum class Kind { Drop, Create, Alter, Own, Adopt, Leave, Join };
  Kind kind = Kind::Create;
  const Object* before = nullptr;  ///< Drop, Alter, Leave and Join
  const Object* after = nullptr;   ///< the others
  std::vector<Fact> facts;         ///< Alter, Leave and Join: what differs
  /// Create: what comes with it, in order; those parts have no action of their own. Alter: what is changed
  /// along with it (DialectRules::carries), as it was before, and stays what it is.
  std::vector<const Object*> parts;
};

/// What takes a database from `before` to `after`.
///
/// Each action comes after those that it needs: a thing is dropped after what uses it, made after what it
/// uses, and changed after what uses it no longer has been dropped. What is dropped only to be made again
/// takes along what depends on it. Parts that vanish with their table have no action. Points into the
/// catalogs.
[[nodiscard]] std::vector<Action> plan_changes(const Catalog& before, const Catalog& after,
                                               const DialectRules& rules);

}  // namespace athanor::schema
