#include "controller/observe.hpp"

#include <utility>

#include "core/digest.hpp"

namespace athanor::controller {
namespace {

std::string annotation(const ports::ObjectMeta& meta, std::string_view name) {
  const auto found = meta.annotations.find(name);
  return found == meta.annotations.end() ? std::string() : found->second;
}

engine::Settings settings_for(const Subject& subject, const OperatorIdentity& identity,
                              const std::string& digest) {
  const api::Spec& spec = subject.spec;
  engine::Settings settings;
  settings.version_table = {spec.version_table, spec.version_table_schema};
  settings.transaction.search_path = spec.database.schema;
  settings.transaction.role = spec.database.role;
  settings.transaction.lock_timeout = spec.policy.lock_timeout;
  settings.transaction.statement_timeout = spec.policy.statement_timeout;
  settings.self = {subject.meta.key.name, subject.meta.key.ns, identity.cluster, ""};
  // Left behind, the annotation would disarm the guard for good.
  const std::string take_over = annotation(subject.meta, api::kTakeOverAnnotation);
  if (take_over != subject.previous.last_handled_take_over) settings.take_over = take_over;
  settings.digest = digest;
  settings.by = "operator " + subject.meta.key.to_string();
  return settings;
}

/// Reads the set and keeps account of how long it has been the same.
void observe_revisions(const Subject& subject, const ObserverPorts& world, EnvironmentMemory& memory,
                       Observed& observed) {
  const auto before =
      std::exchange(memory.set, world.revisions.read(subject.meta.key.ns, subject.spec.revisions));
  const ports::MonoTime now = world.clock.now();
  observed.inputs_changed = !before || before->fingerprint != memory.set->fingerprint;
  if (observed.inputs_changed) memory.inputs_since = now;
  observed.inputs_quiet_for = std::chrono::duration_cast<ports::Millis>(now - memory.inputs_since);
  observed.observation.inputs = memory.set->inputs;

  const bool judged_before = subject.previous.failure && subject.previous.failure->inputs_hash ==
                                                             inputs_hash(subject, memory.set->fingerprint);
  const bool complete = memory.set->inputs && !subject.spec.revisions.digest.empty() &&
                        memory.set->inputs->digest == subject.spec.revisions.digest;
  observed.observation.inputs_settled =
      judged_before || complete || observed.inputs_quiet_for >= kInputsQuietFor;
}

engine::Connect connect_with(const Subject& subject, const ObserverPorts& world, bool standalone,
                             std::shared_ptr<ConnectionInputs> inputs) {
  // Every connection reads the Secret again: a password that was mended there is used at the next try.
  return
      [database = subject.spec.database, ns = subject.meta.key.ns,
       references = ReferencePorts{world.client, world.config_maps}, &connector = world.connector, standalone,
       inputs = std::move(inputs)](std::stop_token cancel) -> Result<std::unique_ptr<ports::Database>> {
        auto connection = resolve_connection(database, ns, references, standalone, inputs->versions);
        inputs->unresolved = connection ? std::nullopt : std::optional(connection.error());
        if (!connection) return fail(std::move(connection.error()));
        return connector.connect(*connection, std::move(cancel));
      };
}

std::optional<Error> remembered_failure(const Subject& subject, const std::string& hash) {
  const auto& failure = subject.previous.failed_run;
  if (!failure || failure->inputs_hash != hash) return std::nullopt;
  return Error{ErrorKind::Terminal, failure->reason, failure->message,
               ErrorSite{failure->revision, failure->file, static_cast<std::size_t>(failure->line),
                         failure->sqlstate}};
}

Result<void> check_owner(const DatabaseState& database, const Subject& subject,
                         const engine::Settings& settings) {
  auto ours = engine::check_owner(database, settings);
  const std::string& handled = subject.previous.last_handled_take_over;
  if (!ours && !handled.empty() && handled == annotation(subject.meta, api::kTakeOverAnnotation)) {
    ours.error().message +=
        " The annotation has the value that it was acted on with before. To say it again, take the "
        "annotation "
        "off and set it once status.lastHandledTakeOver is gone.";
  }
  return ours;
}

/// The verdict that the environment stalled on.
std::optional<Error> standing_verdict(const api::Status& previous) {
  const Condition* stalled = find_condition(previous.conditions, "Stalled");
  if (!previous.failure || stalled == nullptr || stalled->status != ConditionStatus::True)
    return std::nullopt;
  return Error{ErrorKind::Terminal, previous.failure->reason, previous.failure->message};
}

void recall_last_check(const Subject& subject, Observation& observation) {
  const api::Status& previous = subject.previous;
  observation.judged = standing_verdict(previous);
  observation.last_known_rows = previous.current_revisions;
  // A list that is as long as it may be was cut.
  observation.last_rows_known =
      !previous.observed_digest.empty() && previous.current_revisions.size() < api::kMaxRevisionsListed;
  observation.same_spec = previous.observed_generation == subject.meta.generation;
  observation.known_lost = known_lost(previous);
}

}  // namespace

Wanted wanted_of(const api::Spec& spec) {
  Policy policy;
  if (spec.policy.downgrade == api::PolicySpec::Downgrade::Allow) policy.downgrade = Policy::Downgrade::Allow;
  if (spec.policy.edited_revision == api::PolicySpec::EditedRevision::Warn)
    policy.edited_revision = Policy::EditedRevision::Warn;
  return {spec.target, spec.revisions.digest, policy, spec.suspend};
}

std::vector<std::string> known_lost(const api::Status& previous) {
  const auto& drift = previous.drift;
  const bool lost = drift && (drift->reason == "DatabaseBehind" || drift->reason == "CheckFailed");
  return lost ? drift->revisions : std::vector<std::string>();
}

std::string run_hash(const Subject& subject, const std::string& digest, const std::vector<std::string>& rows,
                     const ReadVersions& versions) {
  std::string inputs = std::to_string(subject.meta.generation) + "\n" + digest + "\n" +
                       annotation(subject.meta, api::kReconcileAtAnnotation) + "\n" +
                       annotation(subject.meta, api::kTakeOverAnnotation);
  for (const auto& row : rows) inputs += "\n" + row;
  for (const auto& [object, version] : versions) inputs += "\n" + object + " " + version;
  return "run:" + sha256_hex(inputs);
}

std::string inputs_hash(const Subject& subject, const std::string& fingerprint) {
  return "set:" + sha256_hex(std::to_string(subject.meta.generation) + "\n" + fingerprint);
}

Observed observe(const Subject& subject, const ObserverPorts& world, const OperatorIdentity& identity,
                 EnvironmentMemory& memory, const std::stop_token& cancel) {
  Observed observed;
  Observation& observation = observed.observation;
  observation.wanted = wanted_of(subject.spec);
  recall_last_check(subject, observation);
  observe_revisions(subject, world, memory, observed);

  const std::string digest = observation.inputs ? observation.inputs->digest : std::string();
  observed.settings = settings_for(subject, identity, digest);
  const auto connection = std::make_shared<ConnectionInputs>();
  observed.connection = connection;
  observed.migrator =
      std::make_unique<engine::Migrator>(connect_with(subject, world, identity.standalone, connection),
                                         observed.settings, world.clock, world.randomness);
  const ports::MonoTime start = world.clock.now();
  observation.database = observed.migrator->read_state(cancel);
  observed.database_took = std::chrono::duration_cast<ports::Millis>(world.clock.now() - start);
  if (!observation.database) return observed;
  observation.ownership = check_owner(*observation.database, subject, observed.settings);
  observation.remembered = remembered_failure(
      subject, run_hash(subject, digest, observation.database->version_rows, connection->versions));
  return observed;
}

}  // namespace athanor::controller
