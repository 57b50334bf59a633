#include "core/interrupted_run.hpp"

#include <algorithm>

#include "core/traversal.hpp"

namespace athanor {

bool is_overtaken(const InterruptedRun& run, const RevisionGraph& graph,
                  const std::vector<std::string>& rows) {
  const auto applied = applied_revisions(graph, rows);
  if (!applied) return false;
  const bool is_applied = std::any_of(applied->begin(), applied->end(),
                                      [&](auto node) { return graph.at(node).id == run.revision; });
  return is_applied == (run.direction == Direction::Upgrade);
}

namespace {

std::string how_to_finish(const InterruptedRun& run, Audience audience) {
  const bool up = run.direction == Direction::Upgrade;
  if (audience == Audience::CommandLine)
    return up ? "athanor upgrade " + run.revision : "athanor downgrade " + run.revision + "-1";
  return "give the environment that revision, with `transaction: off`, and a target " +
         std::string(up ? "that includes it" : "below it, with policy.downgrade Allow");
}

}  // namespace

Error interrupted_revision(const InterruptedRun& run, Audience audience) {
  const bool up = run.direction == Direction::Upgrade;
  return {ErrorKind::Terminal, "InterruptedRevision",
          std::string(up ? "Revision " : "The downgrade of revision ") + run.revision +
              " was begun statement by statement and stopped after " + std::to_string(run.statements_done) +
              " of them. It has to be finished before anything else is run: " + how_to_finish(run, audience) +
              "; or finish it by hand and stamp the version table. Whether the statement that it stopped at "
              "is in the database is said with `athanor repair --done " +
              run.revision + "` or `athanor repair --not-done " + run.revision + "`.",
          ErrorSite{.revision = run.revision}};
}

}  // namespace athanor
