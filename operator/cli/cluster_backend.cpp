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

class ClusterBackend final : public Backend {
 public:
  ClusterBackend(kubernetes::ClusterConfig config, std::unique_ptr<kubernetes::CpprestTransport> transport,
                 std::vector<std::string> namespaces, const BackendPorts& ports)
      : home_(std::move(config.ns)),
        origin_(std::move(config.origin)),
        transport_(std::move(transport)),
        tokens_(std::move(config.token), ports.files, ports.clock),
        caller_(*transport_, tokens_, ports.clock, &ports.metrics),
        client_(caller_) {
    if (namespaces.empty()) namespaces.emplace_back();  // all
    using Kind = kubernetes::WatchedKind;
    for (auto& ns : namespaces) {
      sources_.push_back({ns, {caller_, Kind::MigrationEnvironment, ns}, {caller_, Kind::ConfigMap, ns}});
    }
  }

  ports::ResourceClient& client() override { return client_; }

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
  std::unique_ptr<kubernetes::CpprestTransport> transport_;
  kubernetes::TokenSource tokens_;
  kubernetes::ApiCaller caller_;
  kubernetes::RestClient client_;
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
  auto transport = kubernetes::CpprestTransport::create(std::move(transport_options), ports.files);
  if (!transport) return fail(std::move(transport.error()));
  return std::make_unique<ClusterBackend>(std::move(*config), std::move(*transport), options.namespaces,
                                          ports);
}

}  // namespace athanor::cli
