// Where the API server is and who we are: kubeconfig files, or the service account of a pod.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "adapters/kubernetes/tls_settings.hpp"
#include "adapters/kubernetes/token_source.hpp"
#include "core/result.hpp"
#include "ports/filesystem.hpp"

namespace athanor::kubernetes {

/// How to reach a cluster. Nothing of it may be printed but `server`, `ns` and `origin`.
struct ClusterConfig {
  std::string server;  ///< URL
  TlsSettings tls;
  TokenSettings token;
  std::string ns;      ///< namespace of the context or of the pod; "default" if none is set
  std::string origin;  ///< for people: `context "prod" of /home/me/.kube/config`, or "service account"

  bool operator==(const ClusterConfig&) const = default;
};

/// The value of an environment variable; nullopt if it isn't set.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads this process's environment.
[[nodiscard]] EnvironmentLookup process_environment();

/// What decides where the configuration comes from.
struct ClusterConfigRequest {
  std::filesystem::path kubeconfig;  ///< --kubeconfig; empty: not given
  std::string context;               ///< --context; empty: current-context
  EnvironmentLookup environment = process_environment();
  std::filesystem::path service_account_folder = "/var/run/secrets/kubernetes.io/serviceaccount";
};

/// In this order: --kubeconfig; the files of $KUBECONFIG, merged as kubectl does (of two entries of one name
/// the first counts, missing files are passed over); a pod's service account, unless a context is asked for;
/// ~/.kube/config.
/// @return Terminal `InvalidKubeConfig`, naming file, context or user, and field; Transient `FileMissing` or
///   `FileUnreadable`; Terminal `NoClusterConfig` if there is none of them
[[nodiscard]] Result<ClusterConfig> load_cluster_config(const ClusterConfigRequest& request,
                                                        const ports::Filesystem& files);

}  // namespace athanor::kubernetes
