// The SQL of the protocol's own reading and writing: version rows and ledger, for both dialects. Only texts
// are made here; the steps decide when they run.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/revision.hpp"
#include "core/traversal.hpp"
#include "engine/ledger.hpp"
#include "engine/places.hpp"
#include "engine/settings.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// What the ledger keeps of an act on a revision.
struct ActRecord {
  std::int64_t seq = 1;  ///< its place in the ledger: next_seq(), under the lock
  std::string_view act;
  std::string_view revision;  ///< empty for a claim; of a stamp: the version rows afterwards
  std::string_view state = kStateDone;
  std::string_view checksum;
  const SqlSection* downgrade = nullptr;  ///< its text is kept with an upgrade; null: irreversible
  /// Of an upgrade: ids, comma-separated. Of a stamp: the revisions whose earlier acts are void, likewise.
  std::string parents;
  std::string depends_on;                 ///< of an upgrade, likewise
  std::chrono::milliseconds duration{0};  ///< so far: what the COMMIT takes that brings it in can't be known
  std::optional<std::int64_t> overtaken{};  ///< place of a run that this act closes
};

/// How far a `transaction: off` revision is.
struct RunProgress {
  std::int64_t seq = 0;  ///< of its row
  std::size_t statements_done = 0;
  std::string done_checksum;
  std::string index_before_sql = "NULL";  ///< expression for the oid of the next statement's index
  std::chrono::milliseconds duration{0};  ///< so far, with what it took before it was interrupted
};

class Bookkeeping {
 public:
  /// The arguments must outlive it.
  Bookkeeping(const ports::Database& database, const Places& places, const Settings& settings)
      : database_(database), places_(places), settings_(settings) {}

  /// Creates the version table, as Alembic does; empty if it is there.
  [[nodiscard]] std::string create_version_table() const;
  /// Creates the ledger, and its schema; empty if they are there.
  [[nodiscard]] std::string create_ledger() const;

  /// One row with version rows and the ledger's last entry, for parse_view().
  [[nodiscard]] std::string view() const;
  /// The same row with one cell more, which has every act that was done, for parse_history().
  [[nodiscard]] std::string history() const;

  /// Changes the version rows and appends an act. Returns one row for parse_receipt().
  [[nodiscard]] std::string append(const ActRecord& record, const std::vector<RowChange>& changes = {}) const;

  /// Appends the intent of a `transaction: off` revision; returns as append().
  [[nodiscard]] std::string begin_run(const ActRecord& record, std::string_view index_before_sql) const;
  /// Takes an open run up again, with the section as it is now; returns as append().
  /// @param index_before_sql empty: as it was noted before
  [[nodiscard]] std::string resume_run(std::int64_t seq, const ActRecord& record,
                                       std::string_view index_before_sql) const;
  /// Notes that a statement is done, if none was noted since; returns as append().
  [[nodiscard]] std::string note_progress(const RunProgress& progress) const;
  /// Notes that the current statement, of which nothing can be told afterwards, is about to be run; returns
  /// as append().
  [[nodiscard]] std::string note_started(std::int64_t seq) const;
  /// Notes that the current statement is known not to be in; returns as append().
  [[nodiscard]] std::string note_failure(std::int64_t seq) const;
  /// Changes the version rows and closes a run; returns as append().
  [[nodiscard]] std::string finish_run(std::int64_t seq, std::chrono::milliseconds duration,
                                       const std::vector<RowChange>& changes) const;
  /// Notes that a statement is in of which that was in doubt, and the next one not; returns as append().
  [[nodiscard]] std::string mark_done(std::int64_t seq, std::size_t statements_done,
                                      std::string_view done_checksum) const;
  /// Moves an open run to the place behind its own.
  [[nodiscard]] std::string move_run(std::int64_t seq) const;
  /// Makes this environment the owner in the last row, which is an open run's; returns as append().
  [[nodiscard]] std::string reown_run(std::int64_t seq) const;

 private:
  [[nodiscard]] std::string insert(const ActRecord& record, std::string_view statements_done,
                                   std::string_view index_before_sql) const;
  [[nodiscard]] std::string update_run(std::int64_t seq, std::string_view assignments,
                                       std::string_view condition = {},
                                       const std::vector<RowChange>& changes = {}) const;
  [[nodiscard]] std::string change_row(const RowChange& change) const;
  [[nodiscard]] std::string write(const std::vector<RowChange>& changes, const std::string& ledger_write,
                                  std::optional<std::int64_t> overtaken = {}) const;
  [[nodiscard]] std::string_view joining() const;
  [[nodiscard]] std::string joined_rows() const;
  [[nodiscard]] std::string last_entry() const;
  [[nodiscard]] std::string done_acts() const;
  [[nodiscard]] std::string now() const;
  [[nodiscard]] std::string time_text(std::string_view column) const;
  [[nodiscard]] std::string owner_assignments() const;
  [[nodiscard]] bool postgres() const { return places_.dialect == ports::Dialect::PostgreSql; }
  [[nodiscard]] std::string text(std::string_view value) const;

  const ports::Database& database_;
  const Places& places_;
  const Settings& settings_;
};

}  // namespace athanor::engine
