// A table's way from its parents to others.
#include <algorithm>

#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {
namespace {

/// Parents of the one that the other does not have.
std::vector<std::string> only_of(const Object& one, const Object& other) {
  auto parents = options_of(one.fact(Fact::Inherits));
  const auto others = options_of(other.fact(Fact::Inherits));
  std::erase_if(parents, [&](const std::string& parent) {
    return std::find(others.begin(), others.end(), parent) != others.end();
  });
  return parents;
}

bool moves_partition(const Object& before, const Object& after) {
  return before.fact(Fact::PartitionOf) != after.fact(Fact::PartitionOf) ||
         before.fact(Fact::PartitionBound) != after.fact(Fact::PartitionBound);
}

}  // namespace

Statements leave_statements(const Object& before, const Object& after) {
  Statements statements;
  const std::string parent(before.fact(Fact::PartitionOf));
  if (!parent.empty() && moves_partition(before, after))
    statements.push_back("ALTER TABLE " + parent + " DETACH PARTITION " + qualified(before.id));
  for (const std::string& old_parent : only_of(before, after))
    statements.push_back("ALTER TABLE " + qualified(before.id) + " NO INHERIT " + old_parent);
  return statements;
}

Statements join_statements(const Object& before, const Object& after) {
  Statements statements;
  const std::string parent(after.fact(Fact::PartitionOf));
  if (!parent.empty() && moves_partition(before, after)) {
    statements.push_back("ALTER TABLE " + parent + " ATTACH PARTITION " + qualified(after.id) + ' ' +
                         std::string(after.fact(Fact::PartitionBound)));
  }
  for (const std::string& new_parent : only_of(after, before))
    statements.push_back("ALTER TABLE " + qualified(after.id) + " INHERIT " + new_parent);
  return statements;
}

}  // namespace athanor::schema
