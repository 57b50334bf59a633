// From a decision, and what came of it, to conditions. No side effects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/conditions.hpp"
#include "core/planner.hpp"
#include "core/result.hpp"

namespace athanor {

/// Failed checks in a row after which an unreachable database costs an environment its Ready (design section
/// 8).
inline constexpr std::uint32_t kFailedChecksUntilNotReady = 3;

enum class Phase {
  Running,  ///< the plan is being run now
  Settled,  ///< nothing is being run
};

struct Verdict {
  Phase phase = Phase::Settled;
  /// Why the environment is not where it should be: the decision's hold, or the run's failure.
  std::optional<Error> failure;
  /// `failure` says that the database or its credentials could not be reached: what was true may still be.
  bool database_unreachable = false;
  std::uint32_t failed_checks = 0;  ///< in a row, this one included
  bool pending = false;             ///< revisions are known to be pending
  std::string summary;  ///< for Ready=True: where the database stands; for Running: what is being applied
  Drift drift;
};

/// Ready, Reconciling, Stalled and Drifted, in this order, with kstatus meanings.
/// @param previous conditions, whose last_transition_time stays where the status does
/// @param now RFC 3339
[[nodiscard]] std::vector<Condition> next_conditions(std::vector<Condition> previous, const Verdict& verdict,
                                                     std::int64_t generation, std::string_view now);

}  // namespace athanor
