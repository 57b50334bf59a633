#include "core/history_check.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/interrupted_run.hpp"
#include "core/words.hpp"

namespace athanor {

std::vector<std::string> unknown_rows(const RevisionGraph& graph, const std::vector<std::string>& rows) {
  std::vector<std::string> unknown;
  std::copy_if(rows.begin(), rows.end(), std::back_inserter(unknown),
               [&graph](const std::string& row) { return !graph.find(row); });
  return unknown;
}

Error unknown_revision(const DatabaseState& database, const std::vector<std::string>& unknown,
                       Audience audience) {
  const bool cluster = audience == Audience::Operator;
  std::string message =
      "The database is at revision " + join_words(unknown) +
      (cluster ? ", which the given set does not have" : ", which no revision file here defines") +
      ". Nothing was changed. ";
  const auto known = database.applied.find(unknown.front());
  if (known != database.applied.end()) {
    message += "The ledger says that " + unknown.front() + " was applied at " + known->second.at +
               ": its file has gone from the " + (cluster ? "ConfigMaps" : "versions folder") +
               ". Put it back.";
  } else {
    message += "The ledger does not know it either. Add the revision's file, or ";
    message += cluster ? "stamp the version table."
                       : "say where the database stands with: athanor stamp --purge REVISION";
  }
  return {ErrorKind::Terminal, "UnknownRevision", std::move(message), ErrorSite{.revision = unknown.front()}};
}

std::vector<RevisionGraph::Index> edited_revisions(const RevisionGraph& graph, const DatabaseState& database,
                                                   const std::vector<RevisionGraph::Index>& applied) {
  std::vector<RevisionGraph::Index> edited;
  for (const auto index : applied) {
    const Revision& revision = graph.at(index);
    const auto act = database.applied.find(revision.id);
    if (act == database.applied.end() || act->second.checksum.empty()) continue;
    if (act->second.checksum != revision.upgrade.checksum) edited.push_back(index);
  }
  return edited;
}

Error edited_revision(const RevisionGraph& graph, const std::vector<RevisionGraph::Index>& edited,
                      Audience audience) {
  const Revision& first = graph.at(edited.front());
  const std::string others = edited.size() == 1 ? "" : " and " + std::to_string(edited.size() - 1) + " more";
  std::string message = "Revision " + first.id + " (" + first.source + ")" + others +
                        " is applied, but its upgrade section has been changed since. Restore the file and "
                        "put the change into a new revision";
  message +=
      audience == Audience::Operator ? ", or set policy.editedRevision to Warn" : ", or say --allow-edited";
  message += " to go on with the history as it is";
  message += ". If the database is right as it is, `athanor repair --accept " + first.id +
             "` takes the file as what was run.";
  return {ErrorKind::Terminal, "EditedRevision", std::move(message),
          ErrorSite{.revision = first.id, .file = first.source, .line = first.upgrade.first_line}};
}

std::optional<InterruptedRun> unfinished_run(const RevisionGraph& graph, const DatabaseState& database) {
  if (!database.interrupted) return std::nullopt;
  const bool over = is_overtaken(*database.interrupted, graph, database.version_rows);
  return over ? std::nullopt : database.interrupted;
}

Plan unfinished_first(const RevisionGraph& graph, const DatabaseState& database, Plan plan) {
  const auto run = unfinished_run(graph, database);
  return run ? begin_with(graph, std::move(plan), run->revision, run->direction) : plan;
}

Result<void> check_unfinished(const RevisionGraph& graph, const DatabaseState& database, const Plan& plan,
                              Audience audience) {
  const auto run = unfinished_run(graph, database);
  if (!run) return {};
  const bool comes_first = !plan.empty() && plan.steps.front().revision == run->revision &&
                           plan.steps.front().direction == run->direction;
  if (comes_first) return {};
  return fail(interrupted_revision(*run, graph, audience));
}

Result<void> check_history(const RevisionGraph& graph, const DatabaseState& database,
                           Policy::EditedRevision policy, Audience audience) {
  const auto unknown = unknown_rows(graph, database.version_rows);
  if (!unknown.empty()) return fail(unknown_revision(database, unknown, audience));
  const auto applied = applied_revisions(graph, database.version_rows);
  if (!applied) return fail(applied.error());
  const auto edited = edited_revisions(graph, database, *applied);
  if (!edited.empty() && policy == Policy::EditedRevision::Fail)
    return fail(edited_revision(graph, edited, audience));
  return {};
}

}  // namespace athanor
