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
  /// Does the statement that creates `whole` bring `part` along?
  [[nodiscard]] virtual bool created_within(const Object& part, const Object& whole) const = 0;
};

struct Action {
  enum class Kind { Drop, Create, Alter, Own };  ///< Own: give a sequence to its column, once both are there
  Kind kind = Kind::Create;
  const Object* before = nullptr;  ///< Drop and Alter
  const Object* after = nullptr;   ///< the others
  std::vector<Fact> facts;         ///< Alter: what differs
  std::vector<const Object*>
      parts;  ///< Create: what comes with it, in order; those parts have no action of their own
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
