// The planner: from what was observed to what is to be done. No side effects.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/conditions.hpp"
#include "core/history.hpp"
#include "core/policy.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/traversal.hpp"

namespace athanor {

/// What the environment asks for.
struct Wanted {
  std::string target = "heads";
  std::string digest;  ///< empty: any
  Policy policy;
  bool suspended = false;
};

/// The set of revisions that the environment was given.
struct RevisionInputs {
  std::shared_ptr<const RevisionGraph> graph;
  std::string digest;
};

/// One reading of everything. Each part that could not be read says why.
struct Observation {
  Wanted wanted;
  Result<RevisionInputs> inputs;
  Result<DatabaseState> database;
  /// Whether the database may be touched: the owner guard's word (design section 6).
  Result<void> ownership;
  /// The inputs have been the same for long enough to be judged (design section 4: half-synced sets).
  bool inputs_settled = true;
  /// How exactly these inputs failed before, unless somebody asked for another try since.
  std::optional<Error> remembered;
  /// The verdict on inputs that stands already: the same once more needs no settling.
  std::optional<Error> judged;
  /// Version rows at the last check, for when the database can't be asked.
  std::vector<std::string> last_known_rows;
  /// The database was seen before, and `last_known_rows` are all of its rows.
  bool last_rows_known = false;
  /// The last check was for this very spec, and so of this very database.
  bool same_spec = true;
  /// What the last checks found taken back from outside. A restored backup knows nothing of it, and the
  /// version rows of the last check are those of the backup by now.
  std::vector<std::string> known_lost;
};

/// Revision drift: the database's history against the set's.
struct Drift {
  ConditionStatus status = ConditionStatus::Unknown;
  std::string reason =
      "CheckFailed";  ///< InSync, DatabaseAhead, DatabaseBehind, UnknownRevision, HistoryEdited, CheckFailed
  std::string message;
  std::vector<std::string> revisions;
};

enum class Action {
  None,     ///< the database is where it should be, and that was verified
  Migrate,  ///< run the plan
  Hold,     ///< do nothing, for the reason in `hold`
};

struct Decision {
  Action action = Action::Hold;
  std::optional<Error> hold;
  /// The hold is a verdict on inputs that may still be arriving: look again once they have been quiet.
  bool settling = false;
  Plan plan;  ///< what is pending, whether it may run or not
  bool plan_known =
      false;  ///< false: something kept the plan from being worked out, and `plan` is empty for that
  std::vector<std::string> current;
  std::vector<std::string> targets;
  Drift drift;
};

/// What to do. Checks run in a fixed order: inputs, digest, database, ownership, history, target, plan,
/// policy, suspension, memory; the first that objects decides.
[[nodiscard]] Decision decide(const Observation& observation);

}  // namespace athanor
