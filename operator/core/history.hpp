// What a database tells of itself: version rows, the ledger's acts, its owner (design section 6).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/revision.hpp"

namespace athanor {

/// The environment that a database belongs to.
struct Owner {
  std::string name;
  std::string ns;       ///< operator only
  std::string cluster;  ///< operator only; empty: not known, equal to any
  std::string server;   ///< ServerFacts::identity of the server it was recorded on

  /// "shop/staging in cluster 1b2c…" or "staging": what the annotation athanor.dev/take-over has to say is
  /// `ns/name` or `name`.
  [[nodiscard]] std::string describe() const;
  /// `ns/name`, or `name` where there is no namespace.
  [[nodiscard]] std::string short_name() const;

  bool operator==(const Owner&) const = default;
};

/// How a revision that is applied was applied, where the ledger knows.
struct AppliedAct {
  /// Of the upgrade section as it was run, or as it was accepted since; empty: not known.
  std::string checksum;
  std::string at;  ///< by the server's clock, RFC 3339
  std::int64_t duration_ms = 0;
};

/// How long a revision took each way when it was last run, where the ledger knows.
struct PastDurations {
  std::optional<std::int64_t> upgrade_ms;
  std::optional<std::int64_t> downgrade_ms;
};

enum class ActKind {
  Upgrade,
  Downgrade,
  Stamp,   ///< the version rows were moved, and nothing was run
  Adopt,   ///< the same, to where another tool's table said that the database stands
  Accept,  ///< an edited revision's file was taken for what was run
};

/// One act, as the ledger has it.
struct PastAct {
  std::string revision;  ///< of a stamp: the version rows that it left behind, comma-separated; none at base
  ActKind kind = ActKind::Upgrade;
  std::string at;  ///< by the server's clock, RFC 3339
  std::int64_t duration_ms = 0;
};

/// How many of the latest acts a reading brings along: so many that ran something, and so many others at
/// most.
inline constexpr std::size_t kLatestActs = 20;

/// A `transaction: off` revision that was begun and not finished.
struct InterruptedRun {
  std::string revision;
  Direction direction = Direction::Upgrade;
  std::string checksum;
  std::size_t statements_done = 0;
  bool known_not_in = false;  ///< the statement behind those; otherwise that is in doubt
};

/// One reading of a database.
struct DatabaseState {
  bool version_table_exists = false;
  std::vector<std::string> version_rows;  ///< sorted
  bool ledger_exists = false;             ///< false: history is unknown, which is no error
  std::unordered_map<std::string, AppliedAct> applied;
  /// Of revisions that were taken back at some time. What the others took stands in `applied`; asked for with
  /// last_duration_ms().
  std::unordered_map<std::string, PastDurations> taken_back;
  std::vector<PastAct> latest;  ///< newest first
  std::optional<Owner> owner;
  std::optional<InterruptedRun> interrupted;
  std::string server;                        ///< ServerFacts::identity
  std::optional<std::size_t> version_width;  ///< characters that a version row may have; nullopt: any number
  /// SQLite: the file, as long as it isn't there and the first write would make it. Nothing is applied then.
  std::string absent_file;
};

/// How long `revision` took in this direction when it was last run; nullopt where the ledger doesn't know.
[[nodiscard]] std::optional<std::int64_t> last_duration_ms(const DatabaseState& database,
                                                           const std::string& revision, Direction direction);

}  // namespace athanor
