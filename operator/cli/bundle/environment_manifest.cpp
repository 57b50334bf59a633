#include "cli/bundle/environment_manifest.hpp"

#include <fmt/format.h>

namespace athanor::cli {
namespace {

/// maxItems of spec.revisions.configMaps.
constexpr std::size_t kMaxConfigMaps = 256;

nlohmann::ordered_json version_table_of(const engine::VersionTable& table) {
  nlohmann::ordered_json written{{"name", table.name}};
  if (!table.schema.empty()) written["schema"] = table.schema;
  return written;
}

}  // namespace

Result<nlohmann::ordered_json> environment_manifest(const EnvironmentOptions& options) {
  if (options.config_maps.size() > kMaxConfigMaps) {
    return fail(ErrorKind::Terminal, "TooManyConfigMaps",
                fmt::format("the revisions make {} ConfigMaps, and an environment lists {} at most. Bundle "
                            "with --gzip, or with --max-size 1MiB for kubectl apply --server-side.",
                            options.config_maps.size(), kMaxConfigMaps));
  }
  auto listed = nlohmann::ordered_json::array();
  for (const std::string& name : options.config_maps)
    listed.push_back(nlohmann::ordered_json{{"name", name}});
  nlohmann::ordered_json revisions{{"configMaps", listed}};
  if (!options.digest.empty()) revisions["digest"] = options.digest;
  const nlohmann::ordered_json secret{{"key", options.secret_key}, {"name", options.secret}};
  nlohmann::ordered_json spec;
  spec["database"]["urlFrom"]["secretKeyRef"] = secret;
  spec["revisions"] = std::move(revisions);
  const engine::VersionTable usual;
  if (options.version_table.name != usual.name || options.version_table.schema != usual.schema)
    spec["versionTable"] = version_table_of(options.version_table);
  return nlohmann::ordered_json{{"apiVersion", "athanor.dev/v1alpha1"},
                                {"kind", "MigrationEnvironment"},
                                {"metadata", metadata_of(options.name, options.frame)},
                                {"spec", std::move(spec)}};
}

}  // namespace athanor::cli
