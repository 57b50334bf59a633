#include <utility>

#include "adapters/manifests/standalone_cluster.hpp"
#include "cli/backend.hpp"

namespace athanor::cli {
namespace {

class StandaloneBackend final : public Backend {
 public:
  StandaloneBackend(std::unique_ptr<manifests::StandaloneCluster> cluster, std::string origin)
      : cluster_(std::move(cluster)), origin_(std::move(origin)) {
    cluster_->start();
  }

  ports::ResourceClient& client() override { return cluster_->client(); }
  std::vector<controller::WatchedNamespace> watches() override {
    return {{"", cluster_->environments(), cluster_->config_maps()}};
  }
  std::string home() const override { return "default"; }
  std::string origin() const override { return origin_; }

 private:
  std::unique_ptr<manifests::StandaloneCluster> cluster_;
  std::string origin_;
};

}  // namespace

Result<std::unique_ptr<Backend>> make_standalone_backend(const OperatorOptions& options,
                                                         const BackendPorts& ports) {
  auto cluster = manifests::StandaloneCluster::open({options.manifests, options.state_dir},
                                                    {ports.files, ports.clock, ports.randomness, ports.log});
  if (!cluster) return fail(std::move(cluster.error()));
  return std::make_unique<StandaloneBackend>(std::move(*cluster), "manifests in " + options.manifests);
}

}  // namespace athanor::cli
