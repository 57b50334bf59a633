#include "core/planner.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "core/history_check.hpp"
#include "core/revision_query.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

Decision hold(Decision decision, Error error) {
  decision.action = Action::Hold;
  decision.hold = std::move(error);
  return decision;
}

/// A verdict on the set of revisions: final only once the set has stopped changing.
Decision hold_on_inputs(Decision decision, const Observation& observation, Error error) {
  const auto& judged = observation.judged;
  // A long message was cut when it was told.
  const bool again = judged && judged->reason == error.reason && error.message.starts_with(judged->message);
  decision.settling = !observation.inputs_settled && !again && error.kind == ErrorKind::Terminal;
  if (decision.settling) error.kind = ErrorKind::Transient;
  return hold(std::move(decision), std::move(error));
}

Drift in_sync(std::size_t without_act = 0) {
  std::string message = "The database's history is the set's.";
  if (without_act > 0) {
    message += " " + std::to_string(without_act) +
               " applied revision(s) aren't in the ledger: whether they were edited isn't known.";
  }
  return {ConditionStatus::False, "InSync", std::move(message), {}};
}

Drift drifted(std::string reason, std::string message, std::vector<std::string> revisions) {
  return {ConditionStatus::True, std::move(reason), std::move(message), std::move(revisions)};
}

/// Revisions that were applied once, as far as anybody knows: the ledger, which a downgrade by other means
/// leaves as it is; the last check; and what was found lost before.
std::unordered_set<std::string> once_applied(const RevisionGraph& graph, const Observation& observation) {
  const DatabaseState& database = *observation.database;
  std::unordered_set<std::string> once;
  for (const auto& [revision, act] : database.applied) once.insert(revision);
  if (observation.same_spec) {
    const auto before = applied_revisions(graph, observation.last_known_rows);
    if (before) {
      for (const auto index : *before) once.insert(graph.at(index).id);
    }
  }
  // Another spec may name another database. One that stands where the last one stood is the same.
  const bool same_database = observation.same_spec || (!database.version_rows.empty() &&
                                                       database.version_rows == observation.last_known_rows);
  if (same_database) once.insert(observation.known_lost.begin(), observation.known_lost.end());
  return once;
}

/// Pending revisions that were applied already: somebody took the database back.
Drift behind_or_in_sync(const RevisionGraph& graph, const Observation& observation, const Plan& plan) {
  const auto once = once_applied(graph, observation);
  std::vector<std::string> lost;
  for (const auto& step : plan.steps) {
    if (step.direction == Direction::Upgrade && once.contains(step.revision)) lost.push_back(step.revision);
  }
  if (lost.empty()) return in_sync();
  return drifted("DatabaseBehind",
                 "Revision " + join_words(lost) +
                     " was applied and is no longer: the database was taken back from outside (a restored "
                     "backup, a downgrade by hand).",
                 lost);
}

/// The set could be read, the database could not: what was pending at the last known rows is still worth
/// telling.
Decision without_database(const Observation& observation, Decision decision) {
  decision.current = observation.last_known_rows;
  const RevisionGraph& graph = *observation.inputs->graph;
  if (const auto target = resolve_target(graph, observation.wanted.target)) {
    decision.targets = target->revisions;
    auto plan = plan_upgrade(graph, observation.last_known_rows, *target);
    decision.plan_known = plan && observation.last_rows_known;
    if (decision.plan_known) decision.plan = std::move(*plan);
  }
  decision.drift.message = observation.database.error().message;
  return hold(std::move(decision), observation.database.error());
}

/// The target lies behind the database, and nothing may be undone: whether it could be is not asked.
Decision deny_downgrade(const Observation& observation, Decision decision,
                        const std::vector<std::string>& ahead, const std::string& why,
                        const std::string& way_out) {
  const std::string message = "The database is ahead of the target " + observation.wanted.target +
                              (ahead.empty() ? "" : " by revision " + join_words(ahead)) + ", and " + why;
  decision.drift = drifted("DatabaseAhead", message, ahead);
  return hold(std::move(decision), {ErrorKind::Blocked, "DowngradeDenied", message + way_out, {}});
}

/// What lies above a target that is none to go back to: a label, or the beginning of an id. Either may mean
/// another revision once a file has gone.
std::optional<std::vector<std::string>> above_vague(const Observation& observation, const Target& target) {
  if (target.revisions.size() != 1) return std::nullopt;
  const auto downgrade =
      plan_downgrade(*observation.inputs->graph, observation.database->version_rows, target);
  std::vector<std::string> above;
  if (!downgrade) return downgrade.error().reason == "Irreversible" ? std::optional(above) : std::nullopt;
  for (const auto& step : downgrade->steps) above.push_back(step.revision);
  return above.empty() ? std::nullopt : std::optional(above);
}

/// An explicit target with nothing to apply: what lies above it is undone where the policy says so.
Decision plan_back(const Observation& observation, Decision decision, const Target& target) {
  auto downgrade = plan_downgrade(*observation.inputs->graph, decision.current, target);
  if (downgrade)
    *downgrade = unfinished_first(*observation.inputs->graph, *observation.database, std::move(*downgrade));
  const bool ahead = downgrade ? !downgrade->empty() : downgrade.error().reason == "Irreversible";
  if (ahead && observation.wanted.policy.downgrade == Policy::Downgrade::Deny) {
    std::vector<std::string> revisions;
    if (downgrade) {
      for (const auto& step : downgrade->steps) revisions.push_back(step.revision);
    }
    return deny_downgrade(observation, std::move(decision), revisions, "policy.downgrade is Deny.",
                          " Set policy.downgrade to Allow to undo it, or move the target.");
  }
  if (!downgrade) return hold_on_inputs(std::move(decision), observation, downgrade.error());
  decision.action = downgrade->empty() ? Action::None : Action::Migrate;
  decision.plan = std::move(*downgrade);
  return decision;
}

/// The way from the rows to the target.
Decision plan_for(const Observation& observation, Decision decision, const Target& target) {
  const RevisionGraph& graph = *observation.inputs->graph;
  auto upgrade = plan_upgrade(graph, decision.current, target);
  if (!upgrade) return hold_on_inputs(std::move(decision), observation, upgrade.error());
  decision.plan = unfinished_first(graph, *observation.database, std::move(*upgrade));
  decision.plan_known = true;
  if (decision.plan.empty() && target.is_explicit) return plan_back(observation, std::move(decision), target);
  const auto above = decision.plan.empty() ? above_vague(observation, target) : std::nullopt;
  if (above) {
    return deny_downgrade(observation, std::move(decision), *above,
                          "only a revision's whole id, or base, may be gone back to.",
                          " Write the whole id, or label@head for the end of a branch.");
  }
  if (decision.drift.status != ConditionStatus::True) {
    Drift behind = behind_or_in_sync(graph, observation, decision.plan);
    if (behind.status == ConditionStatus::True) decision.drift = std::move(behind);
  }
  decision.action = decision.plan.empty() ? Action::None : Action::Migrate;
  return decision;
}

/// History and target against a database that could be read.
Decision with_database(const Observation& observation, Decision decision) {
  const RevisionGraph& graph = *observation.inputs->graph;
  const DatabaseState& database = *observation.database;
  decision.current = database.version_rows;
  const auto target = resolve_target(graph, observation.wanted.target);
  if (target) decision.targets = target->revisions;
  if (!observation.ownership) {
    decision.drift.message = observation.ownership.error().message;
    return hold(std::move(decision), observation.ownership.error());
  }
  if (const auto unknown = unknown_rows(graph, database.version_rows); !unknown.empty()) {
    const Error error = unknown_revision(database, unknown);
    decision.drift = drifted("UnknownRevision", error.message, unknown);
    return hold_on_inputs(std::move(decision), observation, error);
  }
  decision.drift = in_sync();
  const auto applied = applied_revisions(graph, database.version_rows);
  if (!applied) return hold_on_inputs(std::move(decision), observation, applied.error());
  decision.drift =
      in_sync(static_cast<std::size_t>(std::count_if(applied->begin(), applied->end(), [&](auto index) {
        return !database.applied.contains(graph.at(index).id);
      })));
  if (const auto edited = edited_revisions(graph, database, *applied); !edited.empty()) {
    const Error error = edited_revision(graph, edited);
    std::vector<std::string> ids;
    for (const auto index : edited) ids.push_back(graph.at(index).id);
    decision.drift = drifted("HistoryEdited", error.message, ids);
    if (observation.wanted.policy.edited_revision == Policy::EditedRevision::Fail) {
      return hold_on_inputs(std::move(decision), observation, error);
    }
  }
  if (!target) return hold_on_inputs(std::move(decision), observation, target.error());
  return plan_for(observation, std::move(decision), *target);
}

/// What may keep a plan that is otherwise fine from being run now.
Decision gate(const Observation& observation, Decision decision) {
  if (decision.action == Action::Hold) return decision;
  auto finishes =
      check_unfinished(*observation.inputs->graph, *observation.database, decision.plan, Audience::Operator);
  if (!finishes) return hold(std::move(decision), std::move(finishes.error()));
  if (decision.action != Action::Migrate) return decision;
  if (observation.wanted.suspended) {
    const std::size_t count = decision.plan.steps.size();
    return hold(std::move(decision),
                {ErrorKind::Blocked,
                 "Suspended",
                 std::to_string(count) + " revision(s) pending, and spec.suspend is true.",
                 {}});
  }
  if (observation.remembered) return hold(std::move(decision), *observation.remembered);
  return decision;
}

}  // namespace

Decision decide(const Observation& observation) {
  Decision decision;
  decision.current = observation.database ? observation.database->version_rows : observation.last_known_rows;
  decision.drift.revisions = observation.known_lost;  // as long as nobody can look
  if (!observation.inputs) {
    decision.drift.message = observation.inputs.error().message;
    return hold_on_inputs(std::move(decision), observation, observation.inputs.error());
  }
  decision = observation.database ? with_database(observation, std::move(decision))
                                  : without_database(observation, std::move(decision));
  const std::string& wanted = observation.wanted.digest;
  if (!wanted.empty() && wanted != observation.inputs->digest) {
    // Told before anything that the wrong set may be blamed for, and never acted on.
    return hold(
        std::move(decision),
        {ErrorKind::Blocked,
         "DigestMismatch",
         "spec.revisions.digest is " + wanted + ", but the ConfigMaps hold " + observation.inputs->digest +
             ". Nothing is applied until they agree (a GitOps tool may still be writing them).",
         {}});
  }
  return gate(observation, std::move(decision));
}

}  // namespace athanor
