#include "integration/kubernetes/cluster.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <nlohmann/json.hpp>

namespace athanor::testing {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr const char* kCrdFile = ATHANOR_SOURCE_DIR "/crds/athanor.dev_migrationenvironments.yaml";
constexpr const char* kCrdPath = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
constexpr auto kEstablishTimeout = 30s;

std::optional<ApiServer> shared_server;

/// Ends the servers before main returns, while the HTTP library still lives.
class EndsWithTests : public ::testing::Environment {
 public:
  void TearDown() override { shared_server.reset(); }
};
const ::testing::Environment* const registered =
    ::testing::AddGlobalTestEnvironment(new EndsWithTests);  // GoogleTest owns it

std::unique_ptr<kubernetes::CpprestTransport> connect(const kubernetes::ClusterConfig& config,
                                                      const ports::Filesystem& files) {
  kubernetes::TransportOptions options;
  options.server = config.server;
  options.tls = config.tls;
  auto made = kubernetes::CpprestTransport::create(options, files);
  if (!made) throw std::runtime_error(made.error().message);
  return std::move(*made);
}

void install_crd(Session& session) {
  std::stringstream text;
  text << std::ifstream(kCrdFile).rdbuf();
  const auto posted =
      session.transport->send({"POST", kCrdPath, {{"Content-Type", "application/yaml"}}, text.str()});
  if (posted.value().status != 201) throw std::runtime_error(posted->body);
  const auto deadline = std::chrono::steady_clock::now() + kEstablishTimeout;
  while (std::chrono::steady_clock::now() < deadline) {
    const auto listed =
        session.transport->send({"GET", "/apis/athanor.dev/v1alpha1/migrationenvironments", {}, ""});
    if (listed && listed->status == 200) return;
    std::this_thread::sleep_for(50ms);
  }
  throw std::runtime_error("the CRD is not served");
}

}  // namespace

Session::Session(const kubernetes::ClusterConfig& config)
    : transport(connect(config, files)),
      tokens(config.token, files, clock),
      caller(*transport, tokens, clock, &metrics),
      client(caller) {}

ApiServer& control_plane() {
  if (!shared_server) {
    shared_server.emplace("control-plane");
    Session admin(shared_server->config("admin"));
    install_crd(admin);
  }
  return *shared_server;
}

void ClusterTest::SetUp() {
  admin_ = std::make_unique<Session>(control_plane().config("admin"));
  ns_ = ::testing::UnitTest::GetInstance()->current_test_info()->name();
  std::replace(ns_.begin(), ns_.end(), '_', '-');
  ns_.resize(std::min<std::size_t>(ns_.size(), 60));
  while (ns_.back() == '-') ns_.pop_back();
  create("/api/v1/namespaces", {{"metadata", {{"name", ns_}}}});
}

ports::HttpResponse ClusterTest::send(const std::string& method, const std::string& target,
                                      const std::string& body, const std::string& content_type) {
  // Over a kept connection: tests make hundreds of objects, each of a name that no other has.
  auto answer =
      admin_->transport->send({method, target, {{"Content-Type", content_type}}, body, /*may_repeat=*/true});
  if (!answer) throw std::runtime_error(answer.error().message);
  return std::move(*answer);
}

std::string ClusterTest::create(const std::string& collection, const json& object) {
  const auto answer = send("POST", collection, object.dump());
  if (answer.status != 201) throw std::runtime_error(collection + ": " + answer.body);
  return json::parse(answer.body).at("metadata").at("uid");
}

void ClusterTest::remove(const std::string& path) {
  const auto answer = send("DELETE", path);
  if (answer.status != 200) throw std::runtime_error(path + ": " + answer.body);
}

std::string ClusterTest::environments_path() const {
  return "/apis/athanor.dev/v1alpha1/namespaces/" + ns_ + "/migrationenvironments";
}

std::string ClusterTest::config_maps_path() const {
  return "/api/v1/namespaces/" + ns_ + "/configmaps";
}

std::string ClusterTest::create_environment(const std::string& name) {
  return create(
      environments_path(),
      {{"apiVersion", "athanor.dev/v1alpha1"},
       {"kind", "MigrationEnvironment"},
       {"metadata",
        {{"name", name},
         {"annotations", {{"kubectl.kubernetes.io/last-applied-configuration", "{}"}, {"a", "b"}}}}},
       {"spec",
        {{"database", {{"url", "postgresql://db.example/shop"}}},
         {"revisions", {{"configMaps", json::array({{{"name", "revisions"}}})}}}}}});
}

std::string ClusterTest::create_config_map(const std::string& name) {
  return create(config_maps_path(), {{"metadata", {{"name", name}, {"labels", {{"app", "shop"}}}}},
                                     {"data", {{"1_a.sql", "SELECT 1;"}}}});
}

}  // namespace athanor::testing
