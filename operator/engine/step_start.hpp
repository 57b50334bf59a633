// What a step finds under the lock, and whether it goes on from there. No side effects.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  Resume,     ///< the same, and this very revision was begun statement by statement, maybe with none done
  AlreadyIn,  ///< a step whose COMMIT was in doubt is in
};

struct Start {
  StartKind kind = StartKind::Fresh;
  Ownership ownership = Ownership::Ours;
  /// The ledger's place of a run that was never finished and is over all the same: the version table was
  /// moved past it by hand. It is closed with this act.
  std::optional<std::int64_t> overtaken;
};

/// How this environment stands to the owner that the ledger records.
/// @return Terminal `DatabaseOwnedElsewhere`
[[nodiscard]] Result<Ownership> guard_owner(const View& view, const Settings& settings);

/// @param in_doubt the reply to this step's COMMIT was lost before
/// @return Terminal `DatabaseOwnedElsewhere`; Terminal `InterruptedRevision` if another revision was begun
/// and
///   not finished; Terminal `InterruptedRevisionEdited` if this one was, with a text whose done part differs;
///   Conflict `VersionMoved` if the version rows are not those that the step was planned from
[[nodiscard]] Result<Start> decide_start(const View& view, const StepWork& work, const Settings& settings,
                                         bool in_doubt);

/// Names what statements say, for telling whether they are still the same: those that `before` names, and one
/// more. `before` is empty for none.
[[nodiscard]] std::string done_checksum(std::string_view before, const Statement& statement);
/// The same for the first `count` statements.
[[nodiscard]] std::string done_checksum(const std::vector<Statement>& statements, std::size_t count);

/// Conflict `VersionMoved`, saying which rows were expected and found.
[[nodiscard]] Error version_moved(const std::vector<std::string>& expected,
                                  const std::vector<std::string>& found);

}  // namespace athanor::engine
