// What a step finds under the lock, and whether it goes on from there. No side effects.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/sql_script.hpp"
#include "engine/ledger.hpp"
#include "engine/owner_guard.hpp"
#include "engine/settings.hpp"
#include "engine/step_work.hpp"

namespace athanor::engine {

enum class StartKind {
  Fresh,      ///< the database is where the plan starts from
  Resume,     ///< the same, and this very revision was begun statement by statement
  AlreadyIn,  ///< a step whose COMMIT was in doubt is in
};

struct Start {
  StartKind kind = StartKind::Fresh;
  Ownership ownership = Ownership::Ours;
};

/// @param in_doubt the reply to this step's COMMIT was lost before
/// @return Terminal `DatabaseOwnedElsewhere`; Terminal `InterruptedRevision` if another revision was begun
/// and
///   not finished; Terminal `InterruptedRevisionEdited` if this one was, with a text whose done part differs;
///   Conflict `VersionMoved` if the version rows are not those that the step was planned from
[[nodiscard]] Result<Start> decide_start(const View& view, const StepWork& work, const Settings& settings,
                                         bool in_doubt);

/// Names what the first `count` statements say, for telling whether they are still the same.
[[nodiscard]] std::string done_checksum(const std::vector<Statement>& statements, std::size_t count);

/// Conflict `VersionMoved`, saying which rows were expected and found.
[[nodiscard]] Error version_moved(const std::vector<std::string>& expected,
                                  const std::vector<std::string>& found);

}  // namespace athanor::engine
