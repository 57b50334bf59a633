// A person's way to the API server: kubeconfig, context and namespace as kubectl takes them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/kubernetes/api_caller.hpp"
#include "adapters/kubernetes/cpprest_transport.hpp"
#include "adapters/kubernetes/rest_client.hpp"
#include "adapters/kubernetes/token_source.hpp"
#include "cli/plugin/plugin_world.hpp"
#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

class ClusterSession {
 public:
  /// @param clock, files outlive the session
  /// @return Terminal `InvalidKubeConfig`, `NoClusterConfig`, and the transport's own errors
  [[nodiscard]] static Result<std::unique_ptr<ClusterSession>> open(const PluginOptions& options,
                                                                    ports::Clock& clock,
                                                                    const ports::Filesystem& files);

  [[nodiscard]] kubernetes::RestClient& client() { return client_; }
  /// Pages of a LIST, put together.
  [[nodiscard]] Result<std::vector<ports::WatchedObject>> list(kubernetes::WatchedKind kind,
                                                               const std::string& ns);
  [[nodiscard]] const std::string& ns() const { return ns_; }

 private:
  using TransportPtr = std::unique_ptr<kubernetes::CpprestTransport>;

  ClusterSession(TransportPtr transport, kubernetes::TokenSettings token, std::string ns, ports::Clock& clock,
                 const ports::Filesystem& files);

  TransportPtr transport_;
  kubernetes::TokenSource tokens_;
  kubernetes::ApiCaller caller_;
  kubernetes::RestClient client_;
  std::string ns_;
};

}  // namespace athanor::cli
