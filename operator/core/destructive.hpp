// What a statement destroys that no downgrade can bring back. Told from its tokens, for the reason that
// core/sql_classify.hpp gives.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/revision.hpp"
#include "core/sql_script.hpp"

namespace athanor {

/// What rows, values or whole objects full of them are gone once the statement is in, in a few words with the
/// names as written: "drops table orders", "drops column users.email". nullopt: nothing that the text shows.
///
/// Destructive are:
/// - DROP TABLE, COLUMN, SCHEMA, DATABASE, SEQUENCE (its position), OWNED; ALTER TYPE ... DROP ATTRIBUTE;
/// - DROP TYPE, DOMAIN, EXTENSION, COLLATION, ACCESS METHOD with CASCADE, which takes columns or tables
/// along;
/// - TRUNCATE; DELETE and UPDATE without WHERE, in a WITH too: an UPDATE overwrites what stood there, and
///   whether its column is new and empty one statement does not tell;
/// - a change of a column's type to one that by itself holds less than its family does: date, time, real,
///   numeric(p, s), timestamp(p); and, behind USING, which casts without complaint, a text or bit string of
///   bounded length. The server refuses whatever else doesn't fit.
///
/// Not destructive is what keeps the rows (renames, DETACH PARTITION, DROP CONSTRAINT), what can be made
/// again from them (indexes, views, materialized views), what stands elsewhere (foreign tables,
/// subscriptions), and DELETE or UPDATE with WHERE, which are a matter of judgement. What a DO block or a
/// function does isn't seen.
[[nodiscard]] std::optional<std::string> destructive_effect(const Statement& statement);

/// A statement, and what it destroys.
struct JudgedStatement {
  Statement statement;
  std::optional<std::string> destroys;  ///< as destructive_effect()
};

/// Each statement of a section with its effect. What a trigger of SQLite does is done later, and by others:
/// the statements of its body, which PostgreSQL's split takes apart, destroy nothing themselves.
[[nodiscard]] std::vector<JudgedStatement> judge_statements(std::vector<Statement> statements);

[[nodiscard]] std::size_t count_destructive(const std::vector<JudgedStatement>& statements);
/// The same of a section. One that PostgreSQL's scanner refuses (another dialect, or an open quote) has none
/// that can be told.
[[nodiscard]] std::size_t count_destructive(const SqlSection& section);

}  // namespace athanor
