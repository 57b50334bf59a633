// What comes and goes with its whole, and needs no statement of its own.
#pragma once

#include <set>

#include "schema/compare/families.hpp"
#include "schema/compare/replacements.hpp"

namespace athanor::schema {

class Company {
 public:
  Company(const Catalog& before, const Catalog& after, const DialectRules& rules, const Replacements& work)
      : before_(before), after_(after), rules_(rules), work_(work), families_(before, after) {}

  /// Must a part go before its table does? A foreign key between two tables that both go would keep them from
  /// going, and so would a default that calls a function which takes the table's row.
  [[nodiscard]] bool goes_first(const Object& part) const;
  /// Does the statement that creates `whole` bring the part?
  [[nodiscard]] bool comes_within(const Object& part, const Object& whole) const;

 private:
  [[nodiscard]] bool stands_on(const Object& object, const Object& whole,
                               std::set<const Object*>& seen) const;
  [[nodiscard]] bool waits_for(const Object& need, const Object& whole, std::set<const Object*>& seen) const;
  [[nodiscard]] bool comes_from_parent(const Object& value, const Object& column) const;

  const Catalog& before_;
  const Catalog& after_;
  const DialectRules& rules_;
  const Replacements& work_;
  Families families_;
};

}  // namespace athanor::schema
