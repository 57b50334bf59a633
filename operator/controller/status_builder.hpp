// From what was decided and done to the status that people read. No side effects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/migration_environment.hpp"
#include "core/condition_rules.hpp"
#include "core/planner.hpp"
#include "engine/migrator.hpp"

namespace athanor::controller {

/// Everything that one reconcile has to tell.
struct Report {
  std::int64_t generation = 0;
  std::string now;           ///< RFC 3339, seconds
  std::string digest;        ///< of the set; empty if it could not be read
  std::string reconcile_at;  ///< the annotation's value, now acted on
  std::string take_over;     ///< the same of the annotation take-over, now or before; empty: not acted on
  Phase phase = Phase::Settled;
  std::string running;  ///< Phase::Running: what is being applied
  Decision decision;
  /// Destructive statements of each step of the plan.
  std::vector<std::uint32_t> destructive_by_step;
  /// The ledger's latest acts before the run, newest first; empty if there is no ledger to tell.
  std::vector<PastAct> ledger_acts;
  /// The spec was changed, and the database that it names has no past at all: what was told before is that of
  /// another one.
  bool another_database = false;
  std::optional<engine::Outcome> outcome;  ///< of the run, if there was one
  std::optional<Error> failure;            ///< the decision's hold or the run's failure
  bool database_unreachable = false;
  std::optional<Error>
      database_error;  ///< of reading, claiming or running: what athanor_database_errors_total counts
  std::uint32_t failed_checks = 0;
  std::string inputs_hash;  ///< what the failure is remembered by; empty: it is not remembered
};

/// The status that follows `previous`. Equal to it, to the letter, where nothing has changed.
[[nodiscard]] api::Status next_status(const api::Status& previous, const Report& report);

}  // namespace athanor::controller
