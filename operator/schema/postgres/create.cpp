#include "schema/postgres/create_table.hpp"
#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {
namespace {

std::string definition(const Object& object) {
  std::string_view text = without_semicolon(object.fact(Fact::Definition));
  while (text.ends_with('\n')) text.remove_suffix(1);
  return std::string(text);
}

std::string with_options(const Object& object) {
  const auto options = object.fact(Fact::Options);
  return options.empty() ? "" : " WITH (" + std::string(options) + ")";
}

std::string create_sequence(const Object& sequence) {
  const auto fact = [&](Fact which) { return std::string(sequence.fact(which)); };
  return (fact(Fact::Persistence).empty() ? "CREATE SEQUENCE " : "CREATE UNLOGGED SEQUENCE ") +
         qualified(sequence.id) + " AS " + fact(Fact::Type) + " START WITH " + fact(Fact::Start) +
         " INCREMENT BY " + fact(Fact::Increment) + " MINVALUE " + fact(Fact::Minimum) + " MAXVALUE " +
         fact(Fact::Maximum) + (fact(Fact::Cache).empty() ? "" : " CACHE " + fact(Fact::Cache)) +
         (fact(Fact::Cycle).empty() ? "" : " CYCLE");
}

std::string create_policy(const Object& policy) {
  const auto fact = [&](Fact which) { return std::string(policy.fact(which)); };
  return "CREATE POLICY " + policy.id.name + " ON " + table_of(policy.id) +
         (fact(Fact::Permissive).empty() ? "" : " AS RESTRICTIVE") + " FOR " + fact(Fact::Command) + " TO " +
         fact(Fact::Roles) + (fact(Fact::Using).empty() ? "" : " USING (" + fact(Fact::Using) + ")") +
         (fact(Fact::Check).empty() ? "" : " WITH CHECK (" + fact(Fact::Check) + ")");
}

std::string create_event_trigger(const Object& trigger) {
  const auto tags = trigger.fact(Fact::Tags);
  return "CREATE EVENT TRIGGER " + trigger.id.name + " ON " + std::string(trigger.fact(Fact::Event)) +
         (tags.empty() ? "" : " WHEN TAG IN (" + std::string(tags) + ")") + " EXECUTE FUNCTION " +
         std::string(trigger.fact(Fact::Function)) + "()";
}

std::string create_part(const Object& part, const Action& action, const Catalog& after) {
  const ObjectId& id = part.id;
  switch (id.kind) {
    case ObjectKind::Column: {
      if (after.contains({ObjectKind::Composite, id.schema, "", id.parent}))
        return "ALTER TYPE " + table_of(id) + " ADD ATTRIBUTE " + column_definition(part, nullptr);
      const Object* value = nullptr;
      for (const Object* within : action.parts) value = within;
      return "ALTER TABLE " + table_of(id) + " ADD COLUMN " + column_definition(part, value);
    }
    case ObjectKind::Default:
      return set_default(part);
    case ObjectKind::Constraint:
      return (part.fact(Fact::OwnedBy) == "domain" ? "ALTER DOMAIN " : "ALTER TABLE ") + table_of(id) +
             " ADD CONSTRAINT " + id.name + ' ' + std::string(part.fact(Fact::Definition));
    default:
      return definition(part);
  }
}

/// A table may name an index as its replica identity; only now is it there.
void append_replica_identity(Statements& to, const Object& index, const Catalog& after) {
  const auto table = after.find({ObjectKind::Table, index.id.schema, "", index.id.parent});
  if (table != after.end() && table->second.fact(Fact::ReplicaIdentity) == "USING INDEX " + index.id.name)
    to.push_back(replica_identity(table->second));
}

std::string create_whole(const Object& object, const Action& action) {
  const std::string name = qualified(object.id);
  switch (object.id.kind) {
    case ObjectKind::Schema:
      return "CREATE SCHEMA " + name;
    case ObjectKind::Extension:
      return "CREATE EXTENSION " + name + " WITH SCHEMA " + std::string(object.fact(Fact::Options));
    case ObjectKind::Sequence:
      return create_sequence(object);
    case ObjectKind::Aggregate:
      return "CREATE AGGREGATE " + name + " (" + definition(object) + ")";
    case ObjectKind::Operator:
      return "CREATE OPERATOR " + name.substr(0, name.find(" (")) + " (" + definition(object) + ")";
    case ObjectKind::View:
      return "CREATE VIEW " + name + with_options(object) + " AS\n" + definition(object);
    case ObjectKind::MaterializedView: {
      const auto method = object.fact(Fact::AccessMethod);
      return "CREATE MATERIALIZED VIEW " + name + (method.empty() ? "" : " USING " + std::string(method)) +
             with_options(object) + " AS\n" + definition(object);
    }
    case ObjectKind::Policy:
      return create_policy(object);
    case ObjectKind::EventTrigger:
      return create_event_trigger(object);
    case ObjectKind::Enum:
    case ObjectKind::Range:
    case ObjectKind::Composite:
    case ObjectKind::Domain:
      return create_type(object, action.parts);
    default:
      return definition(object);
  }
}

bool is_annotated_with_parts(ObjectKind kind) {
  return kind == ObjectKind::Table || kind == ObjectKind::Composite || kind == ObjectKind::Domain;
}

}  // namespace

std::string_view without_semicolon(std::string_view text) {
  while (text.ends_with(';') || text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::string create_type(const Object& type, const std::vector<const Object*>& parts) {
  const std::string name = qualified(type.id);
  const auto fact = [&](Fact which) { return std::string(type.fact(which)); };
  switch (type.id.kind) {
    case ObjectKind::Enum:
      return "CREATE TYPE " + name + " AS ENUM (" + fact(Fact::Values) + ")";
    case ObjectKind::Range: {
      const std::string multirange = fact(Fact::Multirange);
      return "CREATE TYPE " + name + " AS RANGE (" + fact(Fact::Definition) +
             (multirange.empty() ? "" : ", multirange_type_name = " + type.id.schema + '.' + multirange) +
             ")";
    }
    case ObjectKind::Composite: {
      std::string columns;
      for (const Object* part : parts)
        columns += (columns.empty() ? "" : ", ") + column_definition(*part, nullptr);
      return "CREATE TYPE " + name + " AS (" + columns + ")";
    }
    default:
      break;
  }
  std::string text = "CREATE DOMAIN " + name + " AS " + fact(Fact::Type);
  if (!fact(Fact::Collation).empty()) text += " COLLATE " + fact(Fact::Collation);
  if (!fact(Fact::Default).empty()) text += " DEFAULT " + fact(Fact::Default);
  if (!fact(Fact::NotNull).empty()) text += " NOT NULL";
  for (const Object* part : parts)
    text += " CONSTRAINT " + part->id.name + ' ' + std::string(part->fact(Fact::Definition));
  return text;
}

std::string switch_statement(const Object& object) {
  const ObjectId& id = object.id;
  const std::string state(object.fact(Fact::Enabled).empty() ? "ENABLE" : object.fact(Fact::Enabled));
  if (id.kind == ObjectKind::EventTrigger) return "ALTER EVENT TRIGGER " + id.name + ' ' + state;
  return "ALTER TABLE " + table_of(id) + ' ' + state + ' ' + std::string(keyword(id.kind)) + ' ' + id.name;
}

Statements adopt_statements(const Action& action, const Catalog& after) {
  Statements statements;
  append_own(statements, *action.after, after, false);
  append_annotations(statements, *action.after);
  return statements;
}

Statements create_statements(const Action& action, const Catalog& after) {
  const Object& object = *action.after;
  Statements statements;
  switch (object.id.kind) {
    case ObjectKind::DefaultPrivileges:
      break;
    case ObjectKind::Table:
      statements = create_table(action, after);
      break;
    case ObjectKind::Column:
    case ObjectKind::Default:
    case ObjectKind::Constraint:
    case ObjectKind::Index:
      statements.push_back(create_part(object, action, after));
      break;
    default:
      statements.push_back(create_whole(object, action));
  }
  if (object.id.kind == ObjectKind::Index || object.id.kind == ObjectKind::Constraint)
    append_replica_identity(statements, object, after);
  if (!object.fact(Fact::Enabled).empty()) statements.push_back(switch_statement(object));
  if (object.id.kind == ObjectKind::Column) append_column_settings(statements, object, nullptr);
  append_annotations(statements, object);
  for (const Object* part : action.parts) {
    if (is_annotated_with_parts(object.id.kind)) append_annotations(statements, *part);
    if (part->id.kind == ObjectKind::Constraint) append_replica_identity(statements, *part, after);
  }
  return statements;
}

}  // namespace athanor::schema
