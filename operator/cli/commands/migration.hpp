// What `upgrade` and `downgrade` have in common: look, plan, run, and look again if somebody was faster.
#pragma once

#include <string>

#include "cli/commands/command.hpp"
#include "cli/commands/database_session.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/history.hpp"
#include "core/policy.hpp"
#include "core/revision.hpp"
#include "core/revision_query.hpp"
#include "core/traversal.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

struct MigrationOptions {
  std::string target;
  bool sql = false;
  SessionOptions session;
  Policy::EditedRevision edited = Policy::EditedRevision::Fail;
};

/// --take-over, --lock-timeout, --statement-timeout and --allow-edited.
void add_migration_options(CLI::App& command, MigrationOptions& options);

/// The target that a person wrote, against where the database is.
/// @param command in which it was written, for what to type instead: "athanor upgrade"
[[nodiscard]] Result<Target> target_of(const RevisionGraph& graph, Direction direction,
                                       const std::vector<std::string>& rows, const std::string& expression,
                                       const TypedCommand& command);

/// What may run, as checked before every run: owner, history, a half-done revision.
/// @return as check_owner(), check_history(), plan_upgrade(), plan_downgrade(), check_unfinished()
[[nodiscard]] Result<Plan> plan_migration(const RevisionGraph& graph, const DatabaseState& state,
                                          const engine::Settings& settings, Direction direction,
                                          const Target& target, Policy::EditedRevision edited);

/// Runs it, against the database or (--sql) on paper.
[[nodiscard]] Result<int> run_migration(const MigrationOptions& options, Direction direction, World& world,
                                        const CommonOptions& common);

}  // namespace athanor::cli
