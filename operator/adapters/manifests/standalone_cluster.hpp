// Standalone mode (design section 11): a folder of YAML manifests in place of an API server.
#pragma once

#include <filesystem>
#include <memory>

#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/filesystem.hpp"
#include "ports/log.hpp"
#include "ports/randomness.hpp"
#include "ports/resource_client.hpp"
#include "ports/watch_source.hpp"

namespace athanor::manifests {

struct StandaloneOptions {
  std::filesystem::path manifests;  ///< read with all folders below it, and watched
  std::filesystem::path state;      ///< status and events are written to it; made if it isn't there. It may
                                    ///< lie among the manifests, the manifests may not lie in it
};

/// What a cluster is made with; all of it outlives the cluster.
struct StandalonePorts {
  ports::Filesystem& files;
  ports::Clock& clock;
  ports::Randomness& randomness;
  ports::Log& log;
};

/// Serves the manifests through the same ports as a cluster. Thread-safe but for scan() and start().
class StandaloneCluster {
 public:
  /// Reads what is there; waits up to 2 s for files that were written just now, since they may be half there.
  /// Files that can't be understood are logged, not errors.
  /// @return Terminal `ManifestsUnreadable`, `FoldersOverlap`, `StateUnwritable`, or `StateInUse`, naming the
  /// folder and what to do
  [[nodiscard]] static Result<std::unique_ptr<StandaloneCluster>> open(const StandaloneOptions& options,
                                                                       const StandalonePorts& ports);
  ~StandaloneCluster();
  StandaloneCluster(const StandaloneCluster&) = delete;
  StandaloneCluster& operator=(const StandaloneCluster&) = delete;

  /// MigrationEnvironments, whole, of all namespaces.
  [[nodiscard]] ports::WatchSource& environments();
  /// ConfigMaps, metadata only, of all namespaces.
  [[nodiscard]] ports::WatchSource& config_maps();
  [[nodiscard]] ports::ResourceClient& client();

  /// Reads again what changed. Not while start()'s thread runs.
  void scan();
  /// Begins to watch the folder on a thread of its own, which ends with this.
  void start();

 private:
  struct Parts;
  explicit StandaloneCluster(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace athanor::manifests
