// The ledger's entries as values (design section 6), and how they read.
//
// One row per act, appended under the lock, so that the last row tells all that a step must know: the
// layout, the owner, and whether a `transaction: off` revision is open. Nothing here grows with the number of
// revisions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/foreign_history.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// The layout that this athanor writes, and the oldest one whose reader understands it. Changes to the layout
/// add columns only; a change that an older athanor must not ignore raises kLedgerReadableFrom.
inline constexpr int kLedgerLayout = 1;
inline constexpr int kLedgerReadableFrom = 1;

/// What happened, as it stands in the column `act`.
inline constexpr std::string_view kActUpgrade = "upgrade";
inline constexpr std::string_view kActDowngrade = "downgrade";
inline constexpr std::string_view kActClaim = "claim";  ///< the owner was recorded, nothing else
/// The version rows were moved, and nothing was run. Its row has the version rows afterwards as `revision`,
/// comma-separated, and as `parents` the revisions whose acts before it tell nothing of the database any
/// more: one row, however long the history is.
inline constexpr std::string_view kActStamp = "stamp";
/// A stamp to where another tool's table said that the database stands: `adopt:` and the tool's name.
inline constexpr std::string_view kActAdopt = "adopt:";
[[nodiscard]] std::string adopt_act(MigrationTool tool);
/// The file of an edited revision was taken for what was run.
inline constexpr std::string_view kActAccept = "accept";

[[nodiscard]] std::string_view act_of(Direction direction);

/// How far an act got, as it stands in the column `state`.
inline constexpr std::string_view kStateDone = "done";
/// A `transaction: off` revision that was begun; whether its current statement is in is not known.
inline constexpr std::string_view kStateRunning = "running";
/// The same, and its current statement is known not to be in.
inline constexpr std::string_view kStateFailed = "failed";
/// The same, and its current statement, of which nothing can be told afterwards, was begun.
inline constexpr std::string_view kStateStarted = "started";
/// A `transaction: off` revision that was never finished here: the version table was moved past it by hand.
inline constexpr std::string_view kStateOvertaken = "overtaken";

/// The last row comes as one cell, its fields apart by the character made for that (ASCII's unit separator):
/// neither ids nor names of objects may have it.
inline constexpr char kFieldSeparator = '\x1f';
inline constexpr std::size_t kEntryFields = 15;

/// The ledger's last row.
struct LedgerEntry {
  std::int64_t seq = 0;
  std::string act;
  std::string revision;
  std::string state;
  std::string checksum;             ///< of the section that is run
  std::size_t statements_done = 0;  ///< of a `transaction: off` revision
  std::string done_checksum;        ///< over those statements
  std::optional<std::int64_t>
      index_before;  ///< oid of the index that the next statement names, if it existed
  Owner owner;
  std::string at;  ///< RFC 3339, by the server's clock
  std::int64_t duration_ms = 0;

  /// A `transaction: off` revision that was begun and left a part of itself behind.
  [[nodiscard]] bool open() const;
  [[nodiscard]] Direction direction() const;
  /// REQUIRES: open()
  [[nodiscard]] InterruptedRun run() const;
};

/// What a step reads under the lock before it goes on.
struct View {
  std::vector<std::string> rows;  ///< version rows, sorted
  std::optional<LedgerEntry> last;
};

/// The place of the ledger's next row. It comes from the table, not from a sequence: a restored or copied
/// ledger can't fall behind itself, and nobody needs rights on a sequence.
/// REQUIRES: the lock is held since the view was read
[[nodiscard]] std::int64_t next_seq(const View& view);

/// Reads what Bookkeeping::view() returned.
/// @return Terminal `LedgerTooNew` if a newer athanor wrote what this one must not ignore
[[nodiscard]] Result<View> parse_view(const ports::Rows& rows);

/// What is read of a database to plan from.
struct History {
  View view;
  std::unordered_map<std::string, AppliedAct> applied;        ///< the latest act of each revision, by its id
  std::unordered_map<std::string, PastDurations> taken_back;  ///< as DatabaseState has it
  std::vector<PastAct> latest;                                ///< newest first, as kLatestActs says
};

/// Reads what Bookkeeping::history() returned.
/// @return as parse_view()
[[nodiscard]] Result<History> parse_history(const ports::Rows& rows);

/// What a write to the ledger returned.
struct Receipt {
  std::string at;  ///< RFC 3339, by the server's clock
  std::vector<std::string>
      rows;  ///< version rows, sorted: on PostgreSQL from before the write, on SQLite after
  std::int64_t seq = 0;
  std::optional<std::int64_t> index_before;
  /// PostgreSQL: how many of the row changes did not touch exactly one row.
  std::optional<std::size_t> miscounted;
};

/// Reads what the writes of Bookkeeping returned.
/// @return Conflict `VersionMoved` if the row that was to be written is not as this run left it
[[nodiscard]] Result<Receipt> parse_receipt(const ports::Rows& rows);

/// Version rows out of one cell, as Bookkeeping joins them; sorted.
[[nodiscard]] std::vector<std::string> parse_version_rows(const ports::Cell& cell);

}  // namespace athanor::engine
