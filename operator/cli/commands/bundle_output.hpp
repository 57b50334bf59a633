// Where the manifests of a bundle go, and what is told of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/bundle/config_maps.hpp"
#include "cli/commands/command.hpp"
#include "core/result.hpp"

namespace athanor::cli {

struct Bundle {
  std::string digest;
  std::vector<ConfigMapManifest> config_maps;
  std::optional<nlohmann::ordered_json> environment;
};

/// Prints the manifests, or writes them where `output` says: into a file, or one file each into a folder. The
/// environment comes last: it finds its ConfigMaps there.
/// @param output empty: standard output
/// @param json one object with the digest and, without `output`, the manifests
/// @return Transient `FileUnwritable`
[[nodiscard]] Result<void> tell_bundle(const Bundle& bundle, const std::string& output, bool json,
                                       const World& world);

}  // namespace athanor::cli
