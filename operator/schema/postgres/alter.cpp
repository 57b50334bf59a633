#include <algorithm>

#include "schema/postgres/alter_type.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/postgres_rules.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {
namespace {

Statements alter_enum(const Object& before, const Object& after) {
  const auto old_values = quoted_values(before.fact(Fact::Values));
  Statements statements;
  std::string previous;
  for (const std::string& value : quoted_values(after.fact(Fact::Values))) {
    if (std::find(old_values.begin(), old_values.end(), value) == old_values.end()) {
      const std::string place = previous.empty() ? " BEFORE " + old_values.front() : " AFTER " + previous;
      statements.push_back("ALTER TYPE " + qualified(after.id) + " ADD VALUE " + value +
                           (old_values.empty() ? "" : place));
    }
    previous = value;
  }
  return statements;
}

std::string alter_domain(const Object& domain, Fact fact) {
  const std::string alter = "ALTER DOMAIN " + qualified(domain.id);
  const auto value = domain.fact(fact);
  if (fact == Fact::NotNull) return alter + (value.empty() ? " DROP NOT NULL" : " SET NOT NULL");
  return alter + (value.empty() ? " DROP DEFAULT" : " SET DEFAULT " + std::string(value));
}

std::string sequence_option(Fact fact, const std::string& value) {
  switch (fact) {
    case Fact::Type:
      return " AS " + value;
    case Fact::Start:
      return " START WITH " + value;
    case Fact::Increment:
      return " INCREMENT BY " + value;
    case Fact::Minimum:
      return " MINVALUE " + value;
    case Fact::Maximum:
      return " MAXVALUE " + value;
    case Fact::Cache:
      return " CACHE " + (value.empty() ? "1" : value);
    case Fact::Cycle:
      return value.empty() ? " NO CYCLE" : " CYCLE";
    case Fact::OwnedBy:
      return value.empty() ? " OWNED BY NONE" : "";  // else an action of its own
    default:
      return "";
  }
}

/// All options at once: one by one, START could lie outside of MINVALUE and MAXVALUE in between.
Statements alter_sequence(const Action& action) {
  const Object& sequence = *action.after;
  const std::string alter = "ALTER SEQUENCE " + qualified(sequence.id);
  std::string options;
  Statements statements;
  for (const Fact fact : action.facts) {
    const std::string value(sequence.fact(fact));
    options += sequence_option(fact, value);
    if (fact == Fact::Persistence)
      statements.push_back(alter + (value.empty() ? " SET LOGGED" : " SET UNLOGGED"));
  }
  if (!options.empty()) statements.push_back(alter + options);
  return statements;
}

Statements alter_table(const Object& before, const Object& after, Fact fact) {
  const std::string alter = "ALTER TABLE " + qualified(after.id);
  const std::string old_value(before.fact(fact));
  const std::string value(after.fact(fact));
  switch (fact) {
    case Fact::Persistence:
      return {alter + (value.empty() ? " SET LOGGED" : " SET UNLOGGED")};
    case Fact::RowSecurity:
      return {alter + (value.empty() ? " DISABLE" : " ENABLE") + " ROW LEVEL SECURITY"};
    case Fact::ForceRowSecurity:
      return {alter + (value.empty() ? " NO FORCE" : " FORCE") + " ROW LEVEL SECURITY"};
    case Fact::Options:
      return option_statements(alter, before.fact(fact), after.fact(fact));
    case Fact::AccessMethod:
      return {alter + " SET ACCESS METHOD " + (value.empty() ? "heap" : value)};
    case Fact::ReplicaIdentity:
      return {replica_identity(after)};
    case Fact::PartitionBound:
    case Fact::PartitionOf: {
      const std::string parent(before.fact(Fact::PartitionOf));
      const std::string new_parent(after.fact(Fact::PartitionOf));
      // Both facts differ where it moves: done once.
      if (fact == Fact::PartitionOf && before.fact(Fact::PartitionBound) != after.fact(Fact::PartitionBound))
        return {};
      Statements statements;
      if (!parent.empty())
        statements.push_back("ALTER TABLE " + parent + " DETACH PARTITION " + qualified(after.id));
      if (!new_parent.empty())
        statements.push_back("ALTER TABLE " + new_parent + " ATTACH PARTITION " + qualified(after.id) + ' ' +
                             std::string(after.fact(Fact::PartitionBound)));
      return statements;
    }
    case Fact::Inherits: {
      const auto old_parents = options_of(old_value);
      const auto new_parents = options_of(value);
      Statements statements;
      for (const std::string& parent : old_parents) {
        if (std::find(new_parents.begin(), new_parents.end(), parent) == new_parents.end())
          statements.push_back(alter + " NO INHERIT " + parent);
      }
      for (const std::string& parent : new_parents) {
        if (std::find(old_parents.begin(), old_parents.end(), parent) == old_parents.end())
          statements.push_back(alter + " INHERIT " + parent);
      }
      return statements;
    }
    default:
      return {};
  }
}

Statements alter_one(const Action& action, Fact fact) {
  const Object& object = *action.after;
  const std::string value(object.fact(fact));
  switch (object.id.kind) {
    case ObjectKind::Extension:
      return {"ALTER EXTENSION " + object.id.name + " SET SCHEMA " + value};
    case ObjectKind::Enum:
      return alter_enum(*action.before, object);
    case ObjectKind::Domain:
      return {alter_domain(object, fact)};
    case ObjectKind::Function:
    case ObjectKind::Procedure:
      return {std::string(without_semicolon(value))};
    case ObjectKind::Table:
      return alter_table(*action.before, object, fact);
    case ObjectKind::Default:
      return {set_default(object)};
    case ObjectKind::Constraint:
      return {"ALTER TABLE " + table_of(object.id) + " VALIDATE CONSTRAINT " + object.id.name};
    case ObjectKind::View:
    case ObjectKind::MaterializedView:
      return option_statements("ALTER " + std::string(keyword(object.id.kind)) + ' ' + qualified(object.id),
                               action.before->fact(fact), object.fact(fact));
    case ObjectKind::Policy:
      return {"ALTER POLICY " + object.id.name + " ON " + table_of(object.id) + " TO " + value};
    case ObjectKind::Trigger:
    case ObjectKind::Rule:
    case ObjectKind::EventTrigger:
      return {switch_statement(object)};
    default:
      return {};
  }
}

}  // namespace

Statements alter_statements(const Action& action, const Catalog& before, const Catalog& after) {
  const Object& object = *action.after;
  const Difference difference{action.before, action.after, action.facts};
  Statements statements;
  const auto append = [&](const Statements& more) {
    statements.insert(statements.end(), more.begin(), more.end());
  };
  if (rebuilds_type(difference)) {
    append(rebuild_type(*action.before, object, before));
    append_annotations(statements, object);
    return statements;
  }
  if (object.id.kind == ObjectKind::Column) append(alter_column(difference, after));
  if (object.id.kind == ObjectKind::Sequence) append(alter_sequence(action));
  for (const Fact fact : action.facts) {
    if (fact == Fact::Comment) {
      statements.push_back(comment_statement(object, object.fact(fact)));
    } else if (fact == Fact::Privileges) {
      append(privilege_statements(object, action.before->fact(fact), object.fact(fact)));
    } else if (object.id.kind != ObjectKind::Column) {
      append(alter_one(action, fact));
    }
  }
  return statements;
}

}  // namespace athanor::schema
