#include "controller/status_builder.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "core/words.hpp"

namespace athanor::controller {
namespace {

static_assert(kLatestActs >= api::kMaxHistory,
              "a status shows no more of the ledger than a reading brings along");

std::string word(Direction direction) {
  return direction == Direction::Upgrade ? "upgrade" : "downgrade";
}

/// The history is one of what was run; a stamp runs nothing.
std::optional<Direction> direction_of(const PastAct& act) {
  if (act.kind == ActKind::Upgrade) return Direction::Upgrade;
  if (act.kind == ActKind::Downgrade) return Direction::Downgrade;
  return std::nullopt;
}

/// The steps of the plan that are not in yet.
std::vector<std::string> pending_of(const Report& report) {
  const std::size_t done = report.outcome ? report.outcome->applied.size() : 0;
  std::vector<std::string> pending;
  for (std::size_t i = done; i < report.decision.plan.steps.size(); ++i) {
    pending.push_back(report.decision.plan.steps[i].revision);
  }
  return pending;
}

/// Destructive statements of the steps that are not in yet.
std::optional<std::int64_t> pending_destructive(const Report& report) {
  const auto& counts = report.destructive_by_step;
  const std::size_t done = report.outcome ? report.outcome->applied.size() : 0;
  if (!report.decision.plan_known || done >= counts.size()) return std::nullopt;
  return std::accumulate(counts.begin() + static_cast<std::ptrdiff_t>(done), counts.end(), std::int64_t{0});
}

/// The ledger is the truth: what an operator applied that was killed before it could tell stands there.
/// Without a ledger, what was told before stands.
void put_history(api::Status& status, const Report& report) {
  if (report.another_database) {
    status.history.clear();
    status.last_applied.reset();
  }
  if (!report.ledger_acts.empty()) {
    status.history.clear();
    for (const auto& act : report.ledger_acts) {
      const auto direction = direction_of(act);
      if (direction) status.history.push_back({act.revision, word(*direction), act.at, act.duration_ms});
    }
  }
  if (report.outcome) {
    for (const auto& step : report.outcome->applied) {
      status.history.insert(status.history.begin(),
                            {step.revision, word(step.direction), step.at, step.recorded.count()});
    }
  }
  if (status.history.size() > api::kMaxHistory) status.history.resize(api::kMaxHistory);
  if (!status.history.empty()) status.last_applied = status.history.front();
}

api::DriftStatus drift_status(const api::Status& previous, const Drift& drift, const std::string& now) {
  api::DriftStatus next;
  next.reason = drift.reason;
  next.count = static_cast<std::int64_t>(drift.revisions.size());
  next.revisions.assign(drift.revisions.begin(),
                        drift.revisions.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                      drift.revisions.size(), api::kMaxRevisionsListed)));
  next.last_check = now;
  if (!previous.drift) return next;
  // The time moves only when the finding does: an unchanged environment costs no write.
  api::DriftStatus same = next;
  same.last_check = previous.drift->last_check;
  return same == *previous.drift ? same : next;
}

std::optional<api::FailureStatus> failure_status(const api::Status& previous, const Report& report) {
  if (!report.failure) return std::nullopt;
  const Error& error = *report.failure;
  api::FailureStatus next;
  next.reason = error.reason;
  next.message = error.message;
  next.revision = error.site.revision;
  next.file = error.site.file;
  next.line = static_cast<std::int64_t>(error.site.line);
  next.sqlstate = error.site.sqlstate;
  next.inputs_hash = report.inputs_hash;
  const bool goes_on = previous.failure && previous.failure->reason == next.reason;
  next.first_time = goes_on ? previous.failure->first_time : report.now;
  return next;
}

/// A run replaces what is known of the run before it, and so does a database that is where it should be.
std::optional<api::FailureStatus> failed_run(const api::Status& previous,
                                             const std::optional<api::FailureStatus>& failure,
                                             const Report& report) {
  if (report.phase == Phase::Running) return previous.failed_run;
  if (report.outcome) return report.inputs_hash.empty() ? std::nullopt : failure;
  return report.decision.action == Action::None ? std::nullopt : previous.failed_run;
}

std::string standing(const std::vector<std::string>& rows) {
  return rows.empty() ? "base" : join_words(rows);
}

Verdict verdict_of(const api::Status& previous, const Report& report, bool pending) {
  Verdict verdict;
  verdict.phase = report.phase;
  verdict.failure = report.failure;
  // Forgiven is only what says nothing of the set: the same set as before, with nothing pending that is known
  // of.
  verdict.database_unreachable =
      report.database_unreachable && report.decision.plan_known && report.digest == previous.observed_digest;
  verdict.failed_checks = report.failed_checks;
  verdict.pending = pending;
  verdict.drift = report.decision.drift;
  const auto& rows = report.outcome ? report.outcome->rows : report.decision.current;
  verdict.summary = report.phase == Phase::Running
                        ? report.running
                        : fmt::format("The database is at {}, as the target asks; verified.", standing(rows));
  return verdict;
}

}  // namespace

api::Status next_status(const api::Status& previous, const Report& report) {
  api::Status next = previous;
  next.observed_generation = report.generation;
  next.last_handled_reconcile_at = report.reconcile_at;
  next.last_handled_take_over = report.take_over;
  if (!report.digest.empty()) {
    // A set counts as observed once the database was held against it.
    if (!report.database_unreachable) next.observed_digest = report.digest;
    next.target_revisions = report.decision.targets;
  }
  next.current_revisions = report.outcome ? report.outcome->rows : report.decision.current;
  std::vector<std::string> pending = pending_of(report);
  next.pending_count.reset();
  if (report.decision.plan_known) next.pending_count = static_cast<std::int64_t>(pending.size());
  if (pending.size() > api::kMaxPendingListed) pending.resize(api::kMaxPendingListed);
  next.pending_revisions = std::move(pending);
  next.pending_destructive_statements = pending_destructive(report);
  put_history(next, report);
  next.drift = drift_status(previous, report.decision.drift, report.now);
  next.failure = failure_status(previous, report);
  next.failed_run = failed_run(previous, next.failure, report);
  next.conditions =
      next_conditions(previous.conditions, verdict_of(previous, report, next.pending_count.value_or(0) > 0),
                      report.generation, report.now);
  return next;
}

}  // namespace athanor::controller
