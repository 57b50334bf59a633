// A table's parts in a catalog, and how they are written.
#pragma once

#include <string>
#include <vector>

#include "schema/model/catalog.hpp"

namespace athanor::schema {

/// Parts of one kind, as they stand in the table; those that stand nowhere, by name.
[[nodiscard]] std::vector<const Object*> parts_of(const Catalog& catalog, const ObjectId& table,
                                                  ObjectKind kind);

/// nullptr where there is none.
[[nodiscard]] const Object* find_object(const Catalog& catalog, const ObjectId& id);

/// The name as it was written. REQUIRES: not a constraint, which may have none.
[[nodiscard]] std::string spelled(const Object& object);
/// The same of the table or view that a part belongs to.
[[nodiscard]] std::string spelled_parent(const Catalog& catalog, const Object& part);

/// `name TYPE COLLATE … NOT NULL DEFAULT …`, without the constraints that are objects.
[[nodiscard]] std::string column_text(const Catalog& catalog, const Object& column);

/// CONSTRAINT with the name, if it has one, and the definition.
[[nodiscard]] std::string constraint_text(const Object& constraint);

/// Can ADD COLUMN take such a default? CURRENT_TIMESTAMP and expressions are no values that it could put into
/// rows that are there.
[[nodiscard]] bool is_constant(std::string_view default_definition);

/// CREATE TABLE, or CREATE VIRTUAL TABLE.
/// @param name as which it is made, as SQL writes it
[[nodiscard]] std::string create_table_text(const Catalog& catalog, const Object& table,
                                            const std::string& name);

}  // namespace athanor::schema
