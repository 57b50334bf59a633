// What PostgreSQL changes in place, and what it wants out of the way.
#pragma once

#include "schema/compare/change_plan.hpp"

namespace athanor::schema {

class PostgresRules final : public DialectRules {
 public:
  [[nodiscard]] bool in_place(const Difference& difference) const override;
  [[nodiscard]] bool disturbs(const Difference& difference, const Object& dependent) const override;
  [[nodiscard]] bool carries(const Difference& difference, const Object& dependent) const override;
  [[nodiscard]] bool descends(Fact fact) const override;
  [[nodiscard]] bool joins(Fact fact) const override;
  [[nodiscard]] bool changes_whole(const Difference& difference, const Object& whole) const override;
  [[nodiscard]] bool colours(const Object& standing, const Difference& made) const override;
  [[nodiscard]] std::string brings(const Object& object) const override;
  [[nodiscard]] bool takes_from(const Difference& difference, const Object& part) const override;
  [[nodiscard]] bool created_within(const Object& part, const Object& whole) const override;
};

/// True where a type has to be made anew under its name, its columns moved over, and the old one dropped: a
/// value that is gone or moved, another base type.
[[nodiscard]] bool rebuilds_type(const Difference& difference);

/// True for a column or attribute that gets another type or collation.
[[nodiscard]] bool changes_type(const Difference& difference);

/// True where the definition of a constraint differs in that it is not valid yet.
[[nodiscard]] bool only_validates(const Difference& difference);

/// Is every one of the enum's values there afterwards, in the same order?
[[nodiscard]] bool only_adds_values(const Object& before, const Object& after);

/// 'a', 'b''c' as it stands in a fact, one by one, quotes included.
[[nodiscard]] std::vector<std::string> quoted_values(std::string_view list);

}  // namespace athanor::schema
