#include <algorithm>
#include <charconv>
#include <cstdint>

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

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

/// A sequence may stand outside of the bounds that it gets: it is moved to the nearest one; without a number
/// in common it starts again.
void append_bounds(Statements& statements, std::string& options, const Object& before, const Object& after) {
  const auto minimum = number(after.fact(Fact::Minimum));
  const auto maximum = number(after.fact(Fact::Maximum));
  const auto old_minimum = number(before.fact(Fact::Minimum));
  const auto old_maximum = number(before.fact(Fact::Maximum));
  if (minimum <= old_minimum && maximum >= old_maximum) return;
  const auto low = std::max(minimum, old_minimum);
  const auto high = std::min(maximum, old_maximum);
  if (low > high) {
    options += " RESTART";
    return;
  }
  const std::string name = qualified(after.id);
  const std::string within = std::to_string(low) + " AND " + std::to_string(high);
  statements.push_back("SELECT pg_catalog.setval(" + literal(name) + ", LEAST(GREATEST(last_value, " +
                       std::to_string(low) + "), " + std::to_string(high) +
                       "), is_called AND last_value BETWEEN " + within + ") FROM " + name);
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
  if (!options.empty()) {
    append_bounds(statements, options, *action.before, sequence);
    statements.push_back(alter + options);
  }
  return statements;
}

Statements alter_table(const Object& before, const Object& after, Fact fact) {
  const std::string alter = "ALTER TABLE " + qualified(after.id);
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
    default:
      return {};
  }
}

bool is_partitioned(const Catalog& catalog, const ObjectId& column) {
  const auto table = catalog.find({ObjectKind::Table, column.schema, "", column.parent});
  return table != catalog.end() && !table->second.fact(Fact::PartitionKey).empty();
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
    append(rebuild_type(action, before));
    append_annotations(statements, object);
    return statements;
  }
  if (object.id.kind == ObjectKind::Column) {
    if (!after.contains({ObjectKind::Composite, object.id.schema, "", object.id.parent}))
      append(alter_column(difference, is_partitioned(after, object.id)));
    else if (changes_type(difference))
      append(alter_attribute(action, before));
  }
  if (object.id.kind == ObjectKind::Sequence) append(alter_sequence(action));
  for (const Fact fact : action.facts) {
    if (fact == Fact::Comment) {
      statements.push_back(comment_statement(object, object.fact(fact)));
    } else if (fact == Fact::Privileges) {
      append(privilege_statements(object, action.before->fact(fact), object.fact(fact)));
      for (const Object* part : action.parts)
        append(privilege_statements(*part, "", part->fact(Fact::Privileges)));
    } else if (object.id.kind != ObjectKind::Column) {
      append(alter_one(action, fact));
    }
  }
  return statements;
}

}  // namespace athanor::schema
