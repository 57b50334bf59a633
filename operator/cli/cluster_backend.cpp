#include <algorithm>
#include <deque>
#include <utility>

#include "adapters/kubernetes/api_caller.hpp"
#include "adapters/kubernetes/api_watch_source.hpp"
#include "adapters/kubernetes/cpprest_transport.hpp"
#include "adapters/kubernetes/kube_config.hpp"
#include "adapters/kubernetes/rest_client.hpp"
#include "adapters/kubernetes/token_source.hpp"
#include "cli/backend.hpp"
#include "cli/version.hpp"

namespace athanor::cli {
namespace {

using TransportPtr = std::unique_ptr<kubernetes::CpprestTransport>;

/// One way to the API server.
struct Line {
  Line(TransportPtr made, kubernetes::TokenSource& tokens, const BackendPorts& ports)
      : transport(std::move(made)),
        caller(*transport, tokens, ports.clock, &ports.metrics),
        client(caller, ports.hurry) {}

  TransportPtr transport;
  kubernetes::ApiCaller caller;
  kubernetes::RestClient client;
};

/// What to watch: each namespace once, since two reflectors must not fill one store with the same objects.
/// @return {""} for all of them
std::vector<std::string> watched_namespaces(std::vector<std::string> named) {
  if (named.empty() || std::ranges::find(named, "") != named.end()) return {""};
  std::ranges::sort(named);
  named.erase(std::ranges::unique(named).begin(), named.end());
  return named;
}

class ClusterBackend final : public Backend {
 public:
  ClusterBackend(kubernetes::ClusterConfig config, TransportPtr transport, TransportPtr lease_transport,
                 const std::vector<std::string>& namespaces, const BackendPorts& ports)
      : home_(std::move(config.ns)),
        origin_(std::move(config.origin)),
        tokens_(std::move(config.token), ports.files, ports.clock),
        line_(std::move(transport), tokens_, ports),
        lease_line_(std::move(lease_transport), tokens_, ports) {
    using Kind = kubernetes::WatchedKind;
    for (const std::string& ns : watched_namespaces(namespaces)) {
      sources_.push_back(
          {ns, {line_.caller, Kind::MigrationEnvironment, ns}, {line_.caller, Kind::ConfigMap, ns}});
    }
  }

  ports::ResourceClient& client() override { return line_.client; }
  ports::ResourceClient& lease_client() override { return lease_line_.client; }

  std::vector<controller::WatchedNamespace> watches() override {
    std::vector<controller::WatchedNamespace> watches;
    for (auto& source : sources_) watches.push_back({source.ns, source.environments, source.config_maps});
    return watches;
  }

  std::string home() const override { return home_; }
  std::string origin() const override { return origin_; }

 private:
  struct Sources {
    std::string ns;
    kubernetes::ApiWatchSource environments;
    kubernetes::ApiWatchSource config_maps;
  };

  std::string home_;
  std::string origin_;
  kubernetes::TokenSource tokens_;
  Line line_;
  Line lease_line_;
  std::deque<Sources> sources_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_cluster_backend(const OperatorOptions& options,
                                                      const BackendPorts& ports) {
  kubernetes::ClusterConfigRequest request;
  request.kubeconfig = options.kubeconfig;
  request.context = options.context;
  auto config = kubernetes::load_cluster_config(request, ports.files);
  if (!config) return fail(std::move(config.error()));
  kubernetes::TransportOptions transport_options;
  transport_options.server = config->server;
  transport_options.tls = config->tls;
  transport_options.user_agent = "athanor/" + std::string(kVersion);
  transport_options.hurry = ports.hurry;
  auto transport = kubernetes::CpprestTransport::create(transport_options, ports.files);
  if (!transport) return fail(std::move(transport.error()));
  auto lease_transport =
      kubernetes::CpprestTransport::create(kubernetes::for_lease(std::move(transport_options)), ports.files);
  if (!lease_transport) return fail(std::move(lease_transport.error()));
  return std::make_unique<ClusterBackend>(std::move(*config), std::move(*transport),
                                          std::move(*lease_transport), options.namespaces, ports);
}

}  // namespace athanor::cli
