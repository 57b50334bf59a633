// What an alteration takes along: columns of a type that is made anew, or of one whose attribute changes.
#pragma once

#include <set>
#include <vector>

#include "schema/compare/dependents.hpp"
#include "schema/compare/replacements.hpp"

namespace athanor::schema {

struct Carried {
  std::vector<const Object*> staying;  ///< changed along, or in need of being told again what they had
  std::vector<const Object*> dropped;  ///< before it comes to that
  std::set<const Object*> wholes;      ///< composite types that change by one of their attributes
};

class CarriedSearch {
 public:
  CarriedSearch(const Catalog& before, const Catalog& after, const DialectRules& rules,
                const Replacements& work)
      : before_(before), after_(after), rules_(rules), work_(work), dependents_(before) {}

  /// All of them of the catalog before.
  [[nodiscard]] Carried by(const Difference& difference) const;

 private:
  void collect(const Difference& difference, Carried& found, std::set<const Object*>& seen) const;
  [[nodiscard]] bool stays(const Object& object) const;

  const Catalog& before_;
  const Catalog& after_;
  const DialectRules& rules_;
  const Replacements& work_;
  Dependents dependents_;
};

}  // namespace athanor::schema
