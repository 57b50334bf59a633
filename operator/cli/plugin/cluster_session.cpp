#include "cli/plugin/cluster_session.hpp"

#include <iterator>
#include <utility>

#include "adapters/kubernetes/api_watch_source.hpp"
#include "adapters/kubernetes/kube_config.hpp"
#include "cli/version.hpp"

namespace athanor::cli {
namespace {

constexpr std::size_t kPageObjects = 500;

}  // namespace

Result<std::unique_ptr<ClusterSession>> ClusterSession::open(const PluginOptions& options,
                                                             ports::Clock& clock,
                                                             const ports::Filesystem& files) {
  kubernetes::ClusterConfigRequest request;
  request.kubeconfig = options.kubeconfig;
  request.context = options.context;
  auto config = kubernetes::load_cluster_config(request, files);
  if (!config) return fail(std::move(config.error()));
  kubernetes::TransportOptions transport_options;
  transport_options.server = config->server;
  transport_options.tls = config->tls;
  transport_options.user_agent = "athanor-kubectl/" + std::string(kVersion);
  auto transport = kubernetes::CpprestTransport::create(std::move(transport_options), files);
  if (!transport) return fail(std::move(transport.error()));
  return std::unique_ptr<ClusterSession>(
      new ClusterSession(std::move(*transport), std::move(config->token),
                         options.ns.empty() ? std::move(config->ns) : options.ns, clock, files));
}

ClusterSession::ClusterSession(TransportPtr transport, kubernetes::TokenSettings token, std::string ns,
                               ports::Clock& clock, const ports::Filesystem& files)
    : transport_(std::move(transport)),
      tokens_(std::move(token), files, clock),
      caller_(*transport_, tokens_, clock, nullptr),
      client_(caller_),
      ns_(std::move(ns)) {}

Result<std::vector<ports::WatchedObject>> ClusterSession::list(kubernetes::WatchedKind kind,
                                                               const std::string& ns) {
  kubernetes::ApiWatchSource source(caller_, kind, ns);
  std::vector<ports::WatchedObject> objects;
  std::string next;
  do {
    auto page = source.list(kPageObjects, next, {});
    if (!page) return fail(std::move(page.error()));
    std::move(page->items.begin(), page->items.end(), std::back_inserter(objects));
    next = std::move(page->continue_token);
  } while (!next.empty());
  return objects;
}

}  // namespace athanor::cli
