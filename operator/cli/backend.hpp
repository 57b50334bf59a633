// Where the operator's objects live: an API server, or a folder of manifests.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "cli/operator_options.hpp"
#include "controller/migration_controller.hpp"
#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/filesystem.hpp"
#include "ports/log.hpp"
#include "ports/metrics_sink.hpp"
#include "ports/randomness.hpp"
#include "ports/resource_client.hpp"

namespace athanor::cli {

class Backend {
 public:
  virtual ~Backend() = default;
  [[nodiscard]] virtual ports::ResourceClient& client() = 0;
  /// For leader election, which nothing else may hold up.
  [[nodiscard]] virtual ports::ResourceClient& lease_client() { return client(); }
  /// What to watch; the sources live as long as the backend.
  [[nodiscard]] virtual std::vector<controller::WatchedNamespace> watches() = 0;
  /// The operator's own namespace, for its Lease.
  [[nodiscard]] virtual std::string home() const = 0;
  /// For the log: `context "prod" of /home/me/.kube/config`.
  [[nodiscard]] virtual std::string origin() const = 0;
};

/// What a backend is made with; all of it must outlive the backend.
struct BackendPorts {
  ports::Clock& clock;
  ports::Randomness& randomness;
  ports::Filesystem& files;
  ports::MetricsSink& metrics;
  ports::Log& log;
  /// Once requested, calls are brief, also those under way: the process is ending.
  std::stop_token hurry{};
};

/// An API server, as kubeconfig or service account say.
/// @return Terminal `InvalidKubeConfig`, `NoClusterConfig`, and the transport's own errors
[[nodiscard]] Result<std::unique_ptr<Backend>> make_cluster_backend(const OperatorOptions& options,
                                                                    const BackendPorts& ports);

/// A folder of manifests (design section 11).
[[nodiscard]] Result<std::unique_ptr<Backend>> make_standalone_backend(const OperatorOptions& options,
                                                                       const BackendPorts& ports);

}  // namespace athanor::cli
