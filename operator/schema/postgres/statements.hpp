// The pieces that render() puts together; one file for each.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "schema/compare/change_plan.hpp"

namespace athanor::schema {

using Statements = std::vector<std::string>;

[[nodiscard]] Statements create_statements(const Action& action, const Catalog& after);
[[nodiscard]] Statements adopt_statements(const Action& action, const Catalog& after);
/// DETACH or NO INHERIT from the parents that a table has no more, or in another way.
[[nodiscard]] Statements leave_statements(const Object& before, const Object& after);
/// ATTACH or INHERIT.
[[nodiscard]] Statements join_statements(const Object& before, const Object& after);
[[nodiscard]] Statements drop_statements(const Object& object, const Catalog& before);
[[nodiscard]] Statements alter_statements(const Action& action, const Catalog& before, const Catalog& after);

/// CREATE TYPE or DOMAIN, without what belongs to it.
/// @param parts columns of a composite type, constraints of a domain
[[nodiscard]] std::string create_type(const Object& type, const std::vector<const Object*>& parts);
/// name type COLLATE … DEFAULT … as in CREATE TABLE. @param default_value nullptr: none
[[nodiscard]] std::string column_definition(const Object& column, const Object* default_value);
/// Of this table alone, since each table of a family has a default of its own.
[[nodiscard]] std::string set_default(const Object& default_value);
[[nodiscard]] std::string drop_default(const ObjectId& column);
/// SET STORAGE, COMPRESSION, STATISTICS and options of a table's column, where they differ; of this table
/// alone.
/// @param before what the column has already; nullptr: what its type has
void append_column_settings(Statements& to, const Object& column, const Object* before);
/// `a=1, b=2`, one by one.
[[nodiscard]] std::vector<std::string> options_of(std::string_view list);
/// SET and RESET of storage parameters.
[[nodiscard]] Statements option_statements(const std::string& alter, std::string_view before,
                                           std::string_view after);
/// ENABLE or DISABLE of a trigger, rule or event trigger.
[[nodiscard]] std::string switch_statement(const Object& object);
/// REPLICA IDENTITY of a table, other than by an index that is not there yet.
[[nodiscard]] std::string replica_identity(const Object& table);
/// A view's or rule's definition without the semicolon at its end.
[[nodiscard]] std::string_view without_semicolon(std::string_view text);

/// COMMENT ON. @param comment empty: none any more
[[nodiscard]] std::string comment_statement(const Object& object, std::string_view comment);
/// GRANT and REVOKE from one list of privileges to another.
[[nodiscard]] Statements privilege_statements(const Object& object, std::string_view before,
                                              std::string_view after);
/// Both, for an object that was just made.
void append_annotations(Statements& to, const Object& object);

}  // namespace athanor::schema
