// Does a database's history agree with a set of revisions? The checks that come before any plan, for the
// operator and the command line alike. No side effects.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/audience.hpp"
#include "core/history.hpp"
#include "core/policy.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/traversal.hpp"

namespace athanor {

/// Version rows that the set does not have, in their order.
[[nodiscard]] std::vector<std::string> unknown_rows(const RevisionGraph& graph,
                                                    const std::vector<std::string>& rows);

/// Terminal `UnknownRevision`: what the ledger knows of the first of them, and what to do.
/// REQUIRES: `unknown` is not empty
[[nodiscard]] Error unknown_revision(const DatabaseState& database, const std::vector<std::string>& unknown,
                                     Audience audience = Audience::Operator);

/// Applied revisions whose upgrade section is not what was run, in topological order.
/// @param applied as from applied_revisions()
[[nodiscard]] std::vector<RevisionGraph::Index> edited_revisions(
    const RevisionGraph& graph, const DatabaseState& database,
    const std::vector<RevisionGraph::Index>& applied);

/// Terminal `EditedRevision`, which names the first of them, and the ways out.
/// REQUIRES: `edited` is not empty
[[nodiscard]] Error edited_revision(const RevisionGraph& graph,
                                    const std::vector<RevisionGraph::Index>& edited,
                                    Audience audience = Audience::Operator);

/// The half-done revision that has to be finished before anything else; nullopt too where the version table
/// was moved past it.
[[nodiscard]] std::optional<InterruptedRun> unfinished_run(const RevisionGraph& graph,
                                                           const DatabaseState& database);

/// `plan` with the half-done revision first, as begin_with().
[[nodiscard]] Plan unfinished_first(const RevisionGraph& graph, const DatabaseState& database, Plan plan);

/// @return Terminal `InterruptedRevision` if a revision stands half done and `plan` does not begin with it
[[nodiscard]] Result<void> check_unfinished(const RevisionGraph& graph, const DatabaseState& database,
                                            const Plan& plan, Audience audience);

/// Unknown rows and edited revisions in one: what has to hold before a plan is made.
/// @return Terminal `UnknownRevision`, `EditedRevision`
[[nodiscard]] Result<void> check_history(const RevisionGraph& graph, const DatabaseState& database,
                                         Policy::EditedRevision policy, Audience audience);

}  // namespace athanor
