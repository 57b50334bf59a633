// The rules that look at one statement at a time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/sql_script.hpp"
#include "schema/known_tables.hpp"
#include "schema/lint_rules.hpp"
#include "schema/statement_shape.hpp"

namespace athanor::schema {

/// Is told of a finding.
/// @param severity nullopt: the rule's own
using Report =
    std::function<void(std::string_view rule, std::string message, std::optional<Severity> severity)>;

/// What a statement is judged against.
struct Surroundings {
  const KnownTables& tables;  ///< as the statements before it have left them
  bool in_transaction = true;
};

/// What keeps a statement from running at all, in upgrade and downgrade sections alike.
void check_kind(const Statement& statement, const StatementShape& shape, bool in_transaction,
                const Report& report);
/// What the shape of a statement of an upgrade section tells.
void check_shape(const StatementShape& shape, const Surroundings& around, const Report& report);
/// `destroys-data`, for what no other rule names.
void check_destruction(const Statement& statement, const StatementShape& shape, const Surroundings& around,
                       const Report& report);

/// ALTER TABLE's part of check_shape().
void check_alter_table(const AlterTable& alter, const Surroundings& around, const Report& report);

}  // namespace athanor::schema
