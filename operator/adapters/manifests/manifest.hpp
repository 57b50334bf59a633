// Kubernetes objects out of a file of YAML.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "ports/objects.hpp"

namespace athanor::manifests {

enum class Kind { Environment, ConfigMap, Secret };
inline constexpr std::size_t kKinds = 3;

/// "MigrationEnvironment", "ConfigMap", "Secret".
[[nodiscard]] std::string_view kind_name(Kind kind);

/// One object, as it stands in its file.
struct Manifest {
  Kind kind = Kind::Environment;
  ports::ObjectKey key;
  ports::StringMap labels;
  ports::StringMap annotations;  ///< without kubectl's last-applied-configuration
  std::string file;
  std::size_t line = 0;  ///< on which its document begins, 1-based

  std::string hash;       ///< of the whole object
  std::string spec_hash;  ///< of an environment's spec
  std::string json;       ///< an environment as JSON, without status
  ports::StringMap data;  ///< of ConfigMap and Secret; base64 already undone
  ports::StringMap binary_data;

  /// "ConfigMap shop/revisions"
  [[nodiscard]] std::string describe() const;
};

using ManifestPtr = std::shared_ptr<const Manifest>;

struct ManifestFile {
  std::vector<ManifestPtr> manifests;
  std::vector<std::string> ignored;   ///< objects of other kinds, for example "apps/v1 Deployment web"
  std::vector<std::string> warnings;  ///< fields of specs that nobody reads
};

/// Reads all documents of one file; `kind: List` is opened. Namespaces that are left out are "default".
/// Pure.
/// @param file named in errors
/// @return Terminal `InvalidManifest` whose message and site name file and line; never a value of a Secret
[[nodiscard]] Result<ManifestFile> parse_manifests(std::string_view text, const std::string& file);

}  // namespace athanor::manifests
