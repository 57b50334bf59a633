// All the reading of one reconcile, gathered into one Observation (design section 2).
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/migration_environment.hpp"
#include "controller/config_map_reader.hpp"
#include "controller/connection_resolver.hpp"
#include "controller/environment_memory.hpp"
#include "controller/revision_source.hpp"
#include "core/planner.hpp"
#include "engine/migrator.hpp"
#include "ports/clock.hpp"
#include "ports/database.hpp"
#include "ports/randomness.hpp"
#include "ports/resource_client.hpp"

namespace athanor::controller {

/// Design section 4: how long inputs must have been the same before an error in them is a verdict.
inline constexpr std::chrono::seconds kInputsQuietFor{30};

/// What observing needs of the world.
struct ObserverPorts {
  ports::ResourceClient& client;
  ports::DatabaseConnector& connector;
  ports::Clock& clock;
  ports::Randomness& randomness;
  RevisionSource& revisions;
  ConfigMapReader& config_maps;
};

/// What a connection was made from.
struct ConnectionInputs {
  ReadVersions versions;
  std::optional<Error> unresolved;  ///< why the last try never got as far as the database
};

/// Who this operator is.
struct OperatorIdentity {
  std::string cluster;      ///< ResourceClient::cluster_id
  bool standalone = false;  ///< allows sqlite URLs
};

/// What one environment is, as the API server has it and as its owner wants it.
struct Subject {
  const ports::ObjectMeta& meta;
  const api::Spec& spec;
  const api::Status& previous;
};

struct Observed {
  Observation observation;
  engine::Settings settings;
  std::unique_ptr<engine::Migrator> migrator;  ///< with the session that the observation was made through
  bool inputs_changed = false;                 ///< since they were looked at last
  ports::Millis inputs_quiet_for{0};
  ports::Millis database_took{0};
  std::shared_ptr<const ConnectionInputs> connection;  ///< of the migrator's latest connection

  /// Whether a failure is the database's, and not that of the API server or of a Secret.
  [[nodiscard]] bool is_of_database(const Error& error) const { return connection->unresolved != error; }
};

/// Reads revisions, Secret and database of one environment. Changes nothing outside of `memory`.
/// @param cancel: what waits for the database ends soon
[[nodiscard]] Observed observe(const Subject& subject, const ObserverPorts& world,
                               const OperatorIdentity& identity, EnvironmentMemory& memory,
                               const std::stop_token& cancel = {});

/// What a spec asks the planner for.
[[nodiscard]] Wanted wanted_of(const api::Spec& spec);

/// Revisions that the last checks found taken back from outside, an outage since then or not.
[[nodiscard]] std::vector<std::string> known_lost(const api::Status& previous);

/// Names what a run's failure is remembered by: the same hash means that running again would fail the same
/// way.
[[nodiscard]] std::string run_hash(const Subject& subject, const std::string& digest,
                                   const std::vector<std::string>& rows, const ReadVersions& versions);

/// The same for a verdict on the set of revisions itself.
[[nodiscard]] std::string inputs_hash(const Subject& subject, const std::string& fingerprint);

}  // namespace athanor::controller
