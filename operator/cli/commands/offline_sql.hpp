// Migrations on paper: the SQL that upgrade or downgrade would run, for somebody else to run (Alembic's
// offline mode).
#pragma once

#include <string>
#include <vector>

#include "cli/commands/project_graph.hpp"
#include "cli/terminal/console.hpp"
#include "core/revision.hpp"
#include "core/traversal.hpp"
#include "engine/settings.hpp"
#include "ports/database.hpp"

namespace athanor::cli {

/// Whether --sql goes with what else was typed.
/// @return `WrongUsage` for --sql with --json, and for a range without --sql
[[nodiscard]] Result<void> check_paper(bool sql, const std::vector<std::string>& targets,
                                       const CommonOptions& common);

/// @param range `TO`, which starts from base, or `FROM:TO`; a downgrade needs both
/// @return Terminal `InvalidTarget` and its kind, with the command that would do what was meant; as
/// engine::check_statements() for what would not be run from here either, and nothing is printed then
[[nodiscard]] Result<int> print_offline(const ProjectGraph& project, Direction direction,
                                        const std::string& range, ports::Dialect dialect, Console& console);

/// The same for stamp.
/// @param targets each `TO` or `FROM:TO`; all of the same FROM
/// @param purge the table is emptied first
[[nodiscard]] Result<int> print_offline_stamp(const ProjectGraph& project,
                                              const std::vector<std::string>& targets, bool purge,
                                              Console& console);

/// The plan as SQL: each revision a transaction with its version rows, `transaction: off` outside of one. The
/// version table is created where the plan starts from base, and dropped where it ends there. The ledger is
/// not written: of what is run so, it knows nothing.
[[nodiscard]] std::string offline_sql(const RevisionGraph& graph, const Plan& plan, ports::Dialect dialect,
                                      const engine::VersionTable& version_table);

}  // namespace athanor::cli
