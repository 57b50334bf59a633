// From a set of revision files to the ConfigMaps that carry it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "cli/bundle/bundle_set.hpp"
#include "cli/bundle/manifest_size.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// What all objects of a bundle have in common.
struct ObjectFrame {
  std::string ns;                             ///< empty: none is written
  std::map<std::string, std::string> labels;  ///< beside `app.kubernetes.io/managed-by`
};

struct ConfigMapOptions {
  std::string name;  ///< of the first; see numbered_name()
  ObjectFrame frame;
  bool gzip = false;                              ///< binaryData with `.gz` behind each key
  std::size_t max_bytes = kDefaultManifestBytes;  ///< of each manifest, see ManifestSize
};

struct ConfigMapManifest {
  std::string name;
  nlohmann::ordered_json object;
  std::size_t files = 0;
  ManifestSize size;  ///< at most a few bytes more than it has
};

/// Fills one ConfigMap after another in the order of the set, so that the same set always splits alike, and
/// a set that got longer at its end splits alike up to there.
/// @return at least one; Terminal `RevisionTooLarge` for a file that goes into none, with the ways out;
/// Terminal `InvalidName`
[[nodiscard]] Result<std::vector<ConfigMapManifest>> config_maps(const BundleSet& set,
                                                                 const ConfigMapOptions& options);

/// `metadata` of an object of a bundle.
[[nodiscard]] nlohmann::ordered_json metadata_of(const std::string& name, const ObjectFrame& frame);

}  // namespace athanor::cli
