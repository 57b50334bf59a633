// The MigrationEnvironment that goes with a bundle's ConfigMaps.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/bundle/config_maps.hpp"
#include "core/result.hpp"
#include "engine/settings.hpp"

namespace athanor::cli {

struct EnvironmentOptions {
  std::string name;
  ObjectFrame frame;
  std::string secret;  ///< where the database's URL stands; the URL itself is never written
  std::string secret_key;
  std::vector<std::string> config_maps;
  std::string digest;                  ///< empty: any set is taken
  engine::VersionTable version_table;  ///< written where it is not Alembic's own
};

/// @return Terminal `TooManyConfigMaps` beyond what an environment may list
[[nodiscard]] Result<nlohmann::ordered_json> environment_manifest(const EnvironmentOptions& options);

}  // namespace athanor::cli
