#include "schema/postgres/postgres_rules.hpp"

#include <algorithm>
#include <string>

namespace athanor::schema {
namespace {

bool has(const std::vector<Fact>& facts, Fact fact) {
  return std::find(facts.begin(), facts.end(), fact) != facts.end();
}

/// Do all that differ stand among `alterable`, or are they of the kind that any object may change?
bool only(const std::vector<Fact>& facts, std::initializer_list<Fact> alterable) {
  return std::all_of(facts.begin(), facts.end(), [&](Fact fact) {
    return fact == Fact::Comment || fact == Fact::Privileges ||
           std::find(alterable.begin(), alterable.end(), fact) != alterable.end();
  });
}

/// What CREATE OR REPLACE FUNCTION leaves alone: names, types and defaults of arguments, and the result.
std::string_view signature(const Object& function) {
  const std::string_view text = function.fact(Fact::Definition);
  return text.substr(0, text.find("\n LANGUAGE "));
}

/// What ALTER DEFAULT PRIVILEGES calls the kind; a column may bring a sequence.
std::string_view default_privileges_of(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Schema:
      return "SCHEMAS";
    case ObjectKind::Enum:
    case ObjectKind::Range:
    case ObjectKind::Composite:
    case ObjectKind::Domain:
      return "TYPES";
    case ObjectKind::Sequence:
    case ObjectKind::Column:
      return "SEQUENCES";
    case ObjectKind::Function:
    case ObjectKind::Procedure:
    case ObjectKind::Aggregate:
      return "FUNCTIONS";
    case ObjectKind::Table:
    case ObjectKind::View:
    case ObjectKind::MaterializedView:
      return "TABLES";
    default:
      return "NOTHING";
  }
}

}  // namespace

bool changes_type(const Difference& difference) {
  return difference.id().kind == ObjectKind::Column &&
         (has(difference.facts, Fact::Type) || has(difference.facts, Fact::Collation));
}

std::vector<std::string> quoted_values(std::string_view list) {
  std::vector<std::string> values;
  for (std::size_t at = 0; at < list.size();) {
    // An E in front where the label holds a backslash.
    std::size_t end = list.find('\'', at) + 1;
    while (end < list.size() && (list[end] != '\'' || (end + 1 < list.size() && list[end + 1] == '\''))) {
      end += list[end] == '\'' ? 2 : 1;
    }
    values.emplace_back(list.substr(at, end + 1 - at));
    at = end + 3;  // the quote, the comma, the space
  }
  return values;
}

bool only_adds_values(const Object& before, const Object& after) {
  const auto old_values = quoted_values(before.fact(Fact::Values));
  const auto new_values = quoted_values(after.fact(Fact::Values));
  std::size_t found = 0;
  for (const std::string& value : new_values) {
    if (found < old_values.size() && old_values[found] == value) ++found;
  }
  return found == old_values.size();
}

bool rebuilds_type(const Difference& difference) {
  switch (difference.id().kind) {
    case ObjectKind::Enum:
      return has(difference.facts, Fact::Values) && !only_adds_values(*difference.before, *difference.after);
    case ObjectKind::Range:
      return has(difference.facts, Fact::Definition) || has(difference.facts, Fact::Multirange);
    case ObjectKind::Composite:
      return has(difference.facts, Fact::Type);  // one of its attributes is of another
    case ObjectKind::Domain:
      return has(difference.facts, Fact::Type) || has(difference.facts, Fact::Collation);
    default:
      return false;
  }
}

bool only_validates(const Difference& difference) {
  if (difference.id().kind != ObjectKind::Constraint || !only(difference.facts, {Fact::Definition}))
    return false;
  return std::string(difference.before->fact(Fact::Definition)) ==
         std::string(difference.after->fact(Fact::Definition)) + " NOT VALID";
}

bool PostgresRules::in_place(const Difference& difference) const {
  const auto& facts = difference.facts;
  switch (difference.id().kind) {
    case ObjectKind::Schema:
    case ObjectKind::Extension:
    case ObjectKind::Enum:
    case ObjectKind::Range:
    case ObjectKind::Composite:
    case ObjectKind::Domain:
    case ObjectKind::Sequence:
    case ObjectKind::Default:
    case ObjectKind::DefaultPrivileges:
      return true;
    case ObjectKind::Function:
    case ObjectKind::Procedure:
      return signature(*difference.before) == signature(*difference.after);
    case ObjectKind::Table:
      return !has(facts, Fact::PartitionKey);
    // A generated column can become a plain one, but not the other way round.
    case ObjectKind::Column:
      return !has(facts, Fact::Generated) || difference.after->fact(Fact::Generated).empty();
    case ObjectKind::Constraint:
      return only(facts, {}) || only_validates(difference);
    case ObjectKind::View:
    case ObjectKind::MaterializedView:
      return only(facts, {Fact::Options});
    case ObjectKind::Policy:
      return only(facts, {Fact::Roles});
    case ObjectKind::Trigger:
    case ObjectKind::Rule:
    case ObjectKind::EventTrigger:
      return only(facts, {Fact::Enabled});
    case ObjectKind::Aggregate:
    case ObjectKind::Operator:
    case ObjectKind::Index:
      return only(facts, {});
  }
  return false;
}

bool PostgresRules::disturbs(const Difference& difference, const Object& dependent) const {
  const ObjectKind kind = dependent.id.kind;
  if (rebuilds_type(difference)) return !carries(difference, dependent);
  if (!changes_type(difference)) return false;
  switch (kind) {
    case ObjectKind::View:
    case ObjectKind::MaterializedView:
    case ObjectKind::Rule:
    case ObjectKind::Trigger:
    case ObjectKind::Policy:
    case ObjectKind::Function:
    case ObjectKind::Procedure:
    case ObjectKind::Default:
      return true;
    // What has an expression may not mean the same any more; the server makes the others anew by itself.
    case ObjectKind::Column:
      return !dependent.fact(Fact::Generated).empty();
    case ObjectKind::Constraint:
      return dependent.fact(Fact::Kind) != "primary key" && dependent.fact(Fact::Kind) != "unique";
    case ObjectKind::Index:
      return true;
    default:
      return false;
  }
}

bool PostgresRules::carries(const Difference& difference, const Object& dependent) const {
  return rebuilds_type(difference) && dependent.id.kind == ObjectKind::Column &&
         dependent.fact(Fact::Generated).empty();
}

bool PostgresRules::descends(Fact fact) const {
  return fact == Fact::Type || fact == Fact::Collation || fact == Fact::Generated || fact == Fact::Identity;
}

bool PostgresRules::joins(Fact fact) const {
  return fact == Fact::Inherits || fact == Fact::PartitionOf || fact == Fact::PartitionBound;
}

bool PostgresRules::changes_whole(const Difference& difference, const Object& whole) const {
  return whole.id.kind == ObjectKind::Composite && changes_type(difference);
}

bool PostgresRules::colours(const Object& standing, const Difference& made) const {
  if (standing.id.kind != ObjectKind::DefaultPrivileges) return false;
  if (made.before != nullptr && !rebuilds_type(made)) return false;
  const bool extension = made.id().kind == ObjectKind::Extension;
  const auto schema = extension ? made.after->fact(Fact::Options) : std::string_view(made.id().schema);
  if (!standing.id.schema.empty() && standing.id.schema != schema) return false;
  // An extension may bring objects of any kind.
  if (extension) return true;
  return standing.id.name.ends_with(' ' + std::string(default_privileges_of(made.id().kind)));
}

/// An identity has a sequence, named after its table and column.
std::string PostgresRules::brings(const Object& object) const {
  if (object.id.kind != ObjectKind::Column || object.fact(Fact::Identity).empty()) return "";
  const auto bare = [](const std::string& name) {
    return name.starts_with('"') ? name.substr(1, name.size() - 2) : name;
  };
  const std::string name = bare(object.id.parent) + '_' + bare(object.id.name) + "_seq";
  const bool quoted = object.id.parent.starts_with('"') || object.id.name.starts_with('"');
  // A keyword that wants quotes does not any more with something behind it.
  const bool wants_quotes =
      quoted && name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") != std::string::npos;
  return wants_quotes ? '"' + name + '"' : name;
}

/// REVOKE on a table revokes the same on its columns.
bool PostgresRules::takes_from(const Difference& difference, const Object& part) const {
  return difference.id().kind == ObjectKind::Table && has(difference.facts, Fact::Privileges) &&
         part.id.kind == ObjectKind::Column && !part.fact(Fact::Privileges).empty();
}

bool PostgresRules::created_within(const Object& part, const Object& whole) const {
  switch (part.id.kind) {
    case ObjectKind::Column:
      return whole.id.kind == ObjectKind::Table || whole.id.kind == ObjectKind::Composite;
    case ObjectKind::Default:
      return whole.id.kind == ObjectKind::Column && !part.inherited;
    case ObjectKind::Constraint:
      // In CREATE TABLE, NOT VALID would not count.
      return part.fact(Fact::Kind) != "foreign key" && part.fact(Fact::Kind) != "exclude" &&
             !part.fact(Fact::Definition).ends_with(" NOT VALID");
    default:
      return false;
  }
}

}  // namespace athanor::schema
