#include "controller/reconciler.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "api/familiar_object.hpp"
#include "controller/adoption.hpp"
#include "controller/announcer.hpp"
#include "controller/environment_metrics.hpp"
#include "controller/run_reporter.hpp"
#include "controller/time_text.hpp"
#include "core/backoff.hpp"
#include "runtime/packed_text.hpp"

namespace athanor::controller {
namespace {

/// Transient failures: the first retry comes soon, the cap is design section 9's.
constexpr ports::Millis kRetryBase{1'000};
constexpr ports::Millis kRetryCap{5 * 60 * 1'000};
/// After a conflict or a doubtful commit the next look follows at once, but never in a busy loop.
constexpr ports::Millis kLookAgain{50};
constexpr double kJitter = 0.2;
/// Environments that were made together are not checked together for ever.
constexpr double kIntervalJitter = 0.1;
constexpr std::string_view kHowToRetry =
    " It is not run again until a revision, the spec, a Secret or ConfigMap of its connection, or the "
    "annotation "
    "athanor.dev/reconcile-at changes.";

/// The database could not be read, for a reason that may pass by itself: server, network, credentials or
/// their Secret.
bool is_outage(const Result<DatabaseState>& database) {
  return !database && database.error().kind == ErrorKind::Transient;
}

std::string annotation(const ports::ObjectMeta& meta, std::string_view name) {
  const auto found = meta.annotations.find(name);
  return found == meta.annotations.end() ? std::string() : found->second;
}

/// `wait`, shortened by a part of it.
ports::Millis sooner(ports::Millis wait, double part) {
  return wait - ports::Millis(static_cast<std::int64_t>(static_cast<double>(wait.count()) * part));
}

ports::LogLevel level_of(const Error& failure) {
  const bool expected = failure.kind == ErrorKind::Blocked || failure.reason == "Stopped";
  return expected ? ports::LogLevel::Info : ports::LogLevel::Warning;
}

}  // namespace

/// What one pass over one environment works with, from the look-up to the status write.
struct Reconciler::Pass {
  std::shared_ptr<const ports::WatchedObject> object;
  std::shared_ptr<EnvironmentMemory> memory;
  api::Spec spec;
  api::Status previous;
  Report report;
  ports::Millis check_again{0};  ///< when all is well

  [[nodiscard]] const ports::ObjectMeta& meta() const { return object->meta; }
  [[nodiscard]] Subject subject() const { return {object->meta, spec, previous}; }

  /// Notes how the database came to be this environment's.
  void owned(engine::Ownership ownership) {
    if (ownership == engine::Ownership::TakenOver)
      report.take_over = annotation(meta(), api::kTakeOverAnnotation);
  }
};

Reconciler::Reconciler(ReconcilerPorts ports, OperatorIdentity identity)
    : ports_(std::move(ports)), identity_(std::move(identity)) {}

runtime::ReconcileResult Reconciler::reconcile(const ports::ObjectKey& key, std::stop_token stop,
                                               std::stop_token cancel) {
  Pass pass;
  pass.object = ports_.lookup(key);
  if (!pass.object || pass.object->meta.deleting) return forget(key);
  pass.memory = memories_.of(key, pass.meta().uid);
  recall_status(pass);
  pass.report.generation = pass.meta().generation;
  pass.report.reconcile_at = annotation(pass.meta(), api::kReconcileAtAnnotation);
  const std::string& taken = pass.previous.last_handled_take_over;
  if (taken == annotation(pass.meta(), api::kTakeOverAnnotation)) pass.report.take_over = taken;

  auto spec = api::decode_spec(pass.object->json);
  if (!spec) {
    pass.report.decision.current = pass.previous.current_revisions;
    pass.report.decision.drift.message = spec.error().message;
    pass.report.decision.drift.revisions = known_lost(pass.previous);
    pass.report.failure = std::move(spec.error());
    pass.check_again = api::Spec{}.drift_interval;
    return conclude(pass);
  }
  pass.spec = std::move(*spec);
  pass.check_again = pass.spec.drift_interval;
  if (!std::exchange(pass.memory->counters_made, true)) {
    create_counters(ports_.metrics, key, pass.spec.policy);
  }
  Observed observed = observe(pass.subject(), ports_.world, identity_, *pass.memory, cancel);
  if (observed.inputs_changed && pass.memory->set->ignored_keys > 0) {
    ports_.log.write(ports::LogLevel::Info, "ConfigMap keys that end in neither .sql nor .sql.gz are ignored",
                     {{"namespace", key.ns},
                      {"name", key.name},
                      {"count", std::to_string(pass.memory->set->ignored_keys)}});
  }
  pass.report.decision = decide(observed.observation);
  if (wants_adoption(pass.spec, observed.observation, pass.report.decision) &&
      adopt_database(pass, observed, stop, cancel)) {
    observed = observe(pass.subject(), ports_.world, identity_, *pass.memory, cancel);
    pass.report.decision = decide(observed.observation);
  }
  if (observed.observation.inputs) {
    pass.report.digest = observed.observation.inputs->digest;
    pass.report.destructive_by_step =
        pass.memory->destruction.of(pass.report.decision.plan, *observed.observation.inputs);
  }
  pass.report.failure = pass.report.decision.hold;
  pass.report.database_unreachable = is_outage(observed.observation.database);
  if (!observed.observation.database) {
    const Error& error = observed.observation.database.error();
    if (observed.is_of_database(error)) pass.report.database_error = error;
  } else if (observed.observation.ownership) {  // another owner's history is not this environment's to tell
    const DatabaseState& database = *observed.observation.database;
    pass.report.ledger_acts = database.latest;
    pass.report.another_database =
        !observed.observation.same_spec && database.latest.empty() && database.version_rows.empty();
  }
  pass.memory->failed_checks = pass.report.database_unreachable ? pass.memory->failed_checks + 1 : 0;
  pass.report.failed_checks = pass.memory->failed_checks;
  if (pass.report.decision.settling) {
    pass.check_again = std::max(kLookAgain, kInputsQuietFor - observed.inputs_quiet_for);
  }
  if (!observed.connection->unresolved) {
    ports_.metrics.observe("athanor_drift_check_duration_seconds", {},
                           static_cast<double>(observed.database_took.count()) / 1000.0);
  }
  carry_out(pass, observed, std::move(stop), std::move(cancel));
  return conclude(pass);
}

/// What was last worked out: the store's, unless the watch has not brought it yet.
void Reconciler::recall_status(Pass& pass) {
  std::string& packed = pass.memory->unseen_status;
  pass.previous = api::decode_status(pass.object->json);
  if (packed.empty()) return;
  const std::string unseen = runtime::unpack_text(packed, api::kFamiliarObject);
  if (unseen == api::encode_status_patch(pass.previous)) {
    packed = std::string();  // its memory too
  } else {
    pass.previous = api::decode_status(unseen);
  }
}

runtime::ReconcileResult Reconciler::forget(const ports::ObjectKey& key) {
  ports_.metrics.forget_environment(key);
  if (memories_.forget(key)) {
    ports_.log.write(ports::LogLevel::Info, "environment deleted; its database is left alone",
                     {{"namespace", key.ns}, {"name", key.name}});
  }
  return {};
}

/// Does what was decided, and fills in the rest of the report.
void Reconciler::carry_out(Pass& pass, Observed& observed, std::stop_token stop, std::stop_token cancel) {
  const Decision& decision = pass.report.decision;
  if (decision.action == Action::Migrate) {
    run_plan(pass, observed, std::move(stop), std::move(cancel));
    return;
  }
  if (decision.action == Action::None) {
    claim(pass, observed, std::move(stop), cancel);
    return;
  }
  // A verdict on the set is remembered by the set, a run's failure goes on being remembered by what it ran
  // for.
  if (!pass.report.failure || pass.report.failure->kind != ErrorKind::Terminal) return;
  pass.report.inputs_hash = pass.report.failure == observed.observation.remembered
                                ? pass.previous.failed_run->inputs_hash
                                : inputs_hash(pass.subject(), pass.memory->set->fingerprint);
}

/// @return whether the database stands elsewhere now
bool Reconciler::adopt_database(Pass& pass, const Observed& observed, std::stop_token stop,
                                const std::stop_token& cancel) {
  auto adopted = adopt(*pass.spec.adopt, observed, std::move(stop), cancel);
  if (!adopted) {
    const Error& error = adopted.error();
    if (error.reason != kAdoptionMismatch && observed.is_of_database(error))
      pass.report.database_error = error;
    pass.report.decision =
        hold_unadopted(std::move(pass.report.decision), observed.observation, std::move(adopted.error()));
    return false;
  }
  ports_.events.record(adoption_event(pass.meta(), adopted->adoption));
  pass.owned(adopted->claim.ownership);
  if (auto event = ownership_event(pass.meta(), adopted->claim.ownership, adopted->claim.previous_owner))
    ports_.events.record(*event);
  return true;
}

/// Records this environment as the owner of a database that has nothing to run, unless it stands there
/// already.
void Reconciler::claim(Pass& pass, Observed& observed, std::stop_token stop, const std::stop_token& cancel) {
  if (pass.spec.suspend) return;  // checked, and left as it is
  Owner self = observed.settings.self;
  self.server = observed.observation.database->server;
  const auto& recorded = observed.observation.database->owner;
  if (engine::ownership_of(recorded, self, observed.settings.take_over) == engine::Ownership::Ours) {
    pass.memory->unrecorded_owner.clear();
    return;
  }
  const auto claimed = observed.migrator->claim(std::move(stop), cancel);
  if (!claimed && claimed.error().reason == "PermissionDenied") {
    tell_unrecorded_owner(pass, claimed.error());
    return;
  }
  if (!claimed) {
    pass.report.failure = claimed.error();
    if (observed.is_of_database(claimed.error())) pass.report.database_error = claimed.error();
    return;
  }
  pass.memory->unrecorded_owner.clear();
  pass.owned(claimed->ownership);
  if (auto event = ownership_event(pass.meta(), claimed->ownership, claimed->previous_owner))
    ports_.events.record(*event);
}

/// A ledger that can't be written must not make a database unusable (design section 6): what is up to date is
/// Ready without it.
void Reconciler::tell_unrecorded_owner(Pass& pass, const Error& error) {
  if (std::exchange(pass.memory->unrecorded_owner, error.message) == error.message) return;
  ports_.log.write(
      ports::LogLevel::Warning,
      "the database is up to date, and its owner is not recorded: another environment that is "
      "pointed at it by mistake is not refused",
      {{"namespace", pass.meta().key.ns}, {"name", pass.meta().key.name}, {"error", error.message}});
}

/// Status, gauges and events of a run that is going on.
void Reconciler::tell_running(Pass& pass, const std::string& running, const engine::Outcome& so_far) {
  Report report = pass.report;
  report.phase = Phase::Running;
  report.running = running;
  report.outcome = so_far;
  report.failure.reset();
  report.now = rfc3339(ports_.world.clock.wall_now());
  const api::Status status = next_status(pass.previous, report);
  set_gauges(pass.meta().key, status);
  if (!write_status(pass, status)) return;
  // What is applied is announced once all of it is.
  for (const auto& event : events_between(pass.meta(), pass.previous, status, std::nullopt)) {
    ports_.events.record(event);
  }
  pass.previous.conditions = status.conditions;
  pass.previous.drift = status.drift;
}

void Reconciler::run_plan(Pass& pass, Observed& observed, std::stop_token stop, std::stop_token cancel) {
  RunRegistry::Run run(runs_, pass.meta().key);
  // The watch may have seen a change between this pass's look-up and the registration of its run.
  const auto latest = ports_.lookup(pass.meta().key);
  if (!latest || latest->meta.uid != pass.meta().uid || latest->meta.generation != pass.meta().generation) {
    run.source().request_stop();
  }
  const std::stop_callback stops(stop, [&run] { run.source().request_stop(); });
  engine::Outcome outcome;
  {
    RunReporter reporter(pass.meta().key, pass.report.decision.plan.rows_before, ports_.world.clock,
                         ports_.log, ports_.metrics,
                         [this, &pass](const std::string& running, const engine::Outcome& so_far) {
                           tell_running(pass, running, so_far);
                         });
    outcome = observed.migrator->run(*observed.observation.inputs->graph, pass.report.decision.plan, reporter,
                                     run.source().get_token(), std::move(cancel));
  }
  // Not before the reporter's thread has ended: it reads the report.
  if (auto event = ownership_event(pass.meta(), outcome.ownership, outcome.previous_owner))
    ports_.events.record(*event);
  pass.owned(outcome.ownership);
  pass.report.failure = outcome.failure;
  if (outcome.failure && outcome.failure->reason != "Stopped" && observed.is_of_database(*outcome.failure)) {
    pass.report.database_error = outcome.failure;
  }
  if (outcome.failure && outcome.failure->kind == ErrorKind::Terminal) {
    pass.report.inputs_hash =
        run_hash(pass.subject(), pass.report.digest, outcome.rows, observed.connection->versions);
    pass.report.failure->message += kHowToRetry;
  }
  // Drift that the run has mended is seen to be mended at once, not at the next check.
  const bool drifted = pass.report.decision.drift.status == ConditionStatus::True;
  if (!outcome.failure && drifted) pass.check_again = kLookAgain;
  pass.report.outcome = std::move(outcome);
}

/// Status, events, metrics, log, and when to look again.
runtime::ReconcileResult Reconciler::conclude(Pass& pass) {
  pass.report.now = rfc3339(ports_.world.clock.wall_now());
  const api::Status status = next_status(pass.previous, pass.report);
  for (const auto& event : events_between(pass.meta(), pass.previous, status, pass.report.outcome)) {
    ports_.events.record(event);
  }
  const bool new_failure =
      pass.report.failure &&
      (!pass.previous.failure || pass.previous.failure->message != pass.report.failure->message);
  if (new_failure) {
    ports_.log.write(level_of(*pass.report.failure), "environment is not where it should be",
                     {{"namespace", pass.meta().key.ns},
                      {"name", pass.meta().key.name},
                      {"kind", std::string(to_string(pass.report.failure->kind))},
                      {"reason", pass.report.failure->reason},
                      {"error", pass.report.failure->message}});
  }
  set_gauges(pass.meta().key, status);
  count_pass(ports_.metrics, pass.meta().key, pass.report);
  const Result<void> written = write_status(pass, status);
  return next_check(pass, written);
}

/// The API server has just this status: the watch has brought it, or it was written and the watch has brought
/// nothing else since. What another process wrote meanwhile is written over.
bool Reconciler::is_written(const Pass& pass, const std::string& patch) const {
  const EnvironmentMemory& memory = *pass.memory;
  if (memory.unseen_status.empty())
    return patch == api::encode_status_patch(api::decode_status(pass.object->json));
  const std::string& shown = pass.meta().resource_version;
  return memory.status_written && runtime::pack_text(patch, api::kFamiliarObject) == memory.unseen_status &&
         (shown == memory.version_before || shown == memory.version_written);
}

/// Whether the watch still shows the object of this pass.
bool Reconciler::is_there(const Pass& pass) const {
  const auto latest = ports_.lookup(pass.meta().key);
  return latest && latest->meta.uid == pass.meta().uid;
}

/// Sends the status unless the API server has just this already. Failing is no loss: the memory keeps it for
/// the next try.
Result<void> Reconciler::write_status(Pass& pass, const api::Status& status) {
  EnvironmentMemory& memory = *pass.memory;
  const std::string patch = api::encode_status_patch(status);
  if (is_written(pass, patch)) return {};
  memory.unseen_status = runtime::pack_text(patch, api::kFamiliarObject);
  auto version = ports_.world.client.patch_status(pass.meta().key, pass.meta().uid, patch);
  memory.status_written = version.has_value();
  memory.version_before = pass.meta().resource_version;
  memory.version_written = version.value_or("");
  if (version) return {};
  // A Conflict may be another's write at the same time, or an object made anew: the next pass sees which.
  // One that the watch still shows was refused by somebody who does not know it (yet): it is tried again.
  if (version.error().reason == "NotFound" && !is_there(pass)) return {};
  ports_.log.write(ports::LogLevel::Warning, "status could not be written; it is tried again",
                   {{"namespace", pass.meta().key.ns},
                    {"name", pass.meta().key.name},
                    {"error", version.error().message}});
  return fail(std::move(version.error()));
}

void Reconciler::set_gauges(const ports::ObjectKey& key, const api::Status& status) {
  ports_.metrics.set_environment(key, gauges_of(status, ports_.world.clock.wall_now()));
}

runtime::ReconcileResult Reconciler::next_check(Pass& pass, const Result<void>& written) {
  EnvironmentMemory& memory = *pass.memory;
  const auto& failure = pass.report.failure;
  const bool transient =
      (failure && failure->kind == ErrorKind::Transient && !pass.report.decision.settling) || !written;
  const double uniform = ports_.world.randomness.uniform();
  if (transient) {
    const auto wait = exponential_backoff(kRetryBase, memory.failures++, kRetryCap);
    return {.requeue_after = std::min(jittered(wait, kJitter, uniform), kRetryCap), .failed = true};
  }
  if (failure && (failure->kind == ErrorKind::Conflict || failure->kind == ErrorKind::InDoubt)) {
    const auto wait = exponential_backoff(kLookAgain, memory.failures++, kRetryCap);
    return {.requeue_after = std::min(jittered(wait, kJitter, uniform), kRetryCap), .failed = true};
  }
  memory.failures = 0;
  const bool failed = failure && failure->kind == ErrorKind::Terminal;
  if (pass.report.decision.settling) return {.requeue_after = pass.check_again, .failed = failed};
  return {.requeue_after = sooner(pass.check_again, kIntervalJitter * uniform), .failed = failed};
}

}  // namespace athanor::controller
