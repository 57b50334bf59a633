#include "schema/postgres/names.hpp"

namespace athanor::schema {

std::string qualified(const ObjectId& id) {
  return id.schema.empty() ? id.name : id.schema + "." + id.name;
}

std::string table_of(const ObjectId& part) {
  return part.schema.empty() ? part.parent : part.schema + "." + part.parent;
}

std::string_view keyword(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::Schema:
      return "SCHEMA";
    case ObjectKind::Extension:
      return "EXTENSION";
    case ObjectKind::Enum:
    case ObjectKind::Range:
    case ObjectKind::Composite:
      return "TYPE";
    case ObjectKind::Domain:
      return "DOMAIN";
    case ObjectKind::Sequence:
      return "SEQUENCE";
    case ObjectKind::Function:
      return "FUNCTION";
    case ObjectKind::Procedure:
      return "PROCEDURE";
    case ObjectKind::Aggregate:
      return "AGGREGATE";
    case ObjectKind::Operator:
      return "OPERATOR";
    case ObjectKind::Table:
      return "TABLE";
    case ObjectKind::Column:
      return "COLUMN";
    case ObjectKind::Default:
      return "DEFAULT";
    case ObjectKind::Constraint:
      return "CONSTRAINT";
    case ObjectKind::Index:
      return "INDEX";
    case ObjectKind::View:
      return "VIEW";
    case ObjectKind::MaterializedView:
      return "MATERIALIZED VIEW";
    case ObjectKind::Rule:
      return "RULE";
    case ObjectKind::Trigger:
      return "TRIGGER";
    case ObjectKind::Policy:
      return "POLICY";
    case ObjectKind::EventTrigger:
      return "EVENT TRIGGER";
    case ObjectKind::DefaultPrivileges:
      return "DEFAULT PRIVILEGES";
  }
  return "";
}

std::string literal(std::string_view text) {
  std::string quoted = text.find('\\') == std::string_view::npos ? "'" : "E'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += c;
    quoted += c;
  }
  return quoted + "'";
}

}  // namespace athanor::schema
