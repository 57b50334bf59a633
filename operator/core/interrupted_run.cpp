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

/// What undoes the rest of a revision and nothing else: back to a parent along its own line.
std::string downgrade_of(const std::string& revision, const RevisionGraph& graph) {
  const auto node = graph.find(revision);
  if (!node) return "athanor downgrade " + revision + "-1";
  const auto parents = graph.parents(*node);
  return "athanor downgrade " + revision + "@" + (parents.empty() ? "base" : graph.at(parents.front()).id);
}

std::string how_to_finish(const InterruptedRun& run, const RevisionGraph& graph, Audience audience) {
  const bool up = run.direction == Direction::Upgrade;
  if (audience == Audience::CommandLine)
    return up ? "athanor upgrade " + run.revision : downgrade_of(run.revision, graph);
  return "give the environment that revision, with `transaction: off`, and a target " +
         std::string(up ? "that includes it" : "below it, with policy.downgrade Allow");
}

/// A repair is for what is in doubt; where the ledger knows, it would be refused.
std::string what_is_known(const InterruptedRun& run) {
  if (run.known_not_in) return "The statement that it stopped at is known not to be in the database.";
  return "Whether the statement that it stopped at is in the database is said with `athanor repair --done " +
         run.revision + "` or `athanor repair --not-done " + run.revision + "`.";
}

}  // namespace

Error interrupted_revision(const InterruptedRun& run, const RevisionGraph& graph, Audience audience) {
  const bool up = run.direction == Direction::Upgrade;
  return {ErrorKind::Terminal, "InterruptedRevision",
          std::string(up ? "Revision " : "The downgrade of revision ") + run.revision +
              " was begun statement by statement and stopped after " + std::to_string(run.statements_done) +
              " of them. It has to be finished before anything else is run: " +
              how_to_finish(run, graph, audience) + "; or finish it by hand and stamp the version table. " +
              what_is_known(run),
          ErrorSite{.revision = run.revision}};
}

}  // namespace athanor
