// Statements that can't run in a transaction, and what the catalog tells of one that was interrupted
// (design section 7, point 4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/sql_script.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

enum class BareKind {
  CreateIndex,      ///< CREATE INDEX CONCURRENTLY
  DropIndex,        ///< DROP INDEX CONCURRENTLY
  ReindexIndex,     ///< REINDEX INDEX CONCURRENTLY
  ReindexTable,     ///< REINDEX TABLE CONCURRENTLY
  ReindexAll,       ///< REINDEX SCHEMA, DATABASE or SYSTEM
  Repeatable,       ///< VACUUM and its kind: running it twice is as good as once
  DetachPartition,  ///< ALTER TABLE ... DETACH PARTITION ... CONCURRENTLY
  Other,            ///< nothing can be told of it afterwards
};

struct BareStatement {
  BareKind kind = BareKind::Other;
  std::string index;        ///< as written; empty for a CREATE INDEX without a name
  std::string table;        ///< as written, CREATE INDEX, REINDEX TABLE and DETACH PARTITION only
  std::string schema{};     ///< as written, REINDEX SCHEMA only
  std::string partition{};  ///< as written, DETACH PARTITION only

  /// Running it again is safe once what it left behind is dropped.
  [[nodiscard]] bool reindexes() const {
    return kind == BareKind::ReindexIndex || kind == BareKind::ReindexTable || kind == BareKind::ReindexAll;
  }
  /// Whether it was begun has to be noted beforehand, since nobody can tell afterwards.
  [[nodiscard]] bool needs_mark() const {
    return kind == BareKind::Other || kind == BareKind::DetachPartition;
  }
};

/// One row with one cell, `t` or `f`: the first half of a DETACH PARTITION ... CONCURRENTLY is in, and the
/// second is not.
[[nodiscard]] std::string detach_pending_sql(const ports::Database& database, const BareStatement& statement);

/// Reads the head of a Bare statement.
[[nodiscard]] BareStatement read_bare(const Statement& statement);

/// An SQL expression for the oid of the index that `statement` names: NULL if there is none, or if it names
/// none.
[[nodiscard]] std::string index_oid_sql(const ports::Database& database, const BareStatement& statement);

/// What the catalog says of the index that a statement names, and of the tables that it works on.
struct IndexFacts {
  std::optional<std::int64_t> oid;
  bool valid = false;
  bool busy = false;  ///< another backend holds the lock that building or dropping takes
};

/// One row for parse_index_facts().
[[nodiscard]] std::string index_facts_sql(const ports::Database& database, const BareStatement& statement);
[[nodiscard]] IndexFacts parse_index_facts(const ports::Rows& rows);

enum class Verdict {
  Done,           ///< it is in: go on with the next
  Run,            ///< it is not in, or may be run again
  DropAndRun,     ///< it left an invalid index that this run began: drop that, then run it
  DropLeftovers,  ///< REINDEX: drop what it left behind, then run it
  StillRunning,   ///< a backend is still at it: wait
  Unknown,        ///< the catalog can't tell
};

/// REQUIRES: the statement was begun, as far as anybody knows
/// @param index_before oid of the index before the statement was first run; nullopt: there was none
[[nodiscard]] Verdict judge(BareKind kind, const IndexFacts& facts, std::optional<std::int64_t> index_before);

/// The qualified name of an index, by its oid.
[[nodiscard]] std::string index_name_sql(std::int64_t oid);

/// The qualified names of invalid indexes that an interrupted REINDEX ... CONCURRENTLY left, one a row.
[[nodiscard]] std::string reindex_leftovers_sql(const ports::Database& database,
                                                const BareStatement& statement);

}  // namespace athanor::engine
