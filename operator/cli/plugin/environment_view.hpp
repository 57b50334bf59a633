// One MigrationEnvironment as the API server has it, read for a person.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "api/migration_environment.hpp"
#include "cli/plugin/plugin_world.hpp"
#include "core/result.hpp"
#include "ports/objects.hpp"

namespace athanor::cli {

struct EnvironmentView {
  ports::ObjectMeta meta;
  Result<api::Spec> spec;
  api::Status status;
  nlohmann::ordered_json json;  ///< the whole object

  /// Also of a spec that is wrong elsewhere.
  [[nodiscard]] bool suspended() const;
  /// The operator has looked at the spec as it is now.
  [[nodiscard]] bool observed() const { return status.observed_generation == meta.generation; }
  /// Ready=True, and for the spec as it is now.
  [[nodiscard]] bool ready() const;
};

[[nodiscard]] EnvironmentView view_of(const ports::WatchedObject& object);

/// Reads the one that the options name.
/// @return as ports::EnvironmentClient, with errors as explained() tells them
[[nodiscard]] Result<EnvironmentView> read_environment(PluginWorld& world, const std::string& name);

/// The API server's error in words for whoever typed the command: an environment that is not there is told
/// from a cluster that knows of none.
[[nodiscard]] Error explained(Error error, const ports::ObjectKey& key);

/// `kubectl athanor VERB NAME -n NAMESPACE`, for people to paste.
[[nodiscard]] std::string command_for(const char* verb, const ports::ObjectKey& key);

}  // namespace athanor::cli
