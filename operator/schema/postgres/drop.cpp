#include "schema/postgres/names.hpp"
#include "schema/postgres/statements.hpp"

namespace athanor::schema {

Statements drop_statements(const Object& object, const Catalog& before) {
  const ObjectId& id = object.id;
  switch (id.kind) {
    case ObjectKind::DefaultPrivileges:
      return privilege_statements(object, object.fact(Fact::Privileges), "");
    case ObjectKind::Column:
      if (before.contains({ObjectKind::Composite, id.schema, "", id.parent}))
        return {"ALTER TYPE " + table_of(id) + " DROP ATTRIBUTE " + id.name};
      return {"ALTER TABLE " + table_of(id) + " DROP COLUMN " + id.name};
    case ObjectKind::Default:
      return {drop_default(id)};
    case ObjectKind::Constraint:
      return {(object.fact(Fact::OwnedBy) == "domain" ? "ALTER DOMAIN " : "ALTER TABLE ") + table_of(id) +
              " DROP CONSTRAINT " + id.name};
    case ObjectKind::Trigger:
    case ObjectKind::Rule:
    case ObjectKind::Policy:
      return {"DROP " + std::string(keyword(id.kind)) + ' ' + id.name + " ON " + table_of(id)};
    default:
      return {"DROP " + std::string(keyword(id.kind)) + ' ' + qualified(id)};
  }
}

}  // namespace athanor::schema
