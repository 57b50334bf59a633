#include "support_kubernetes/api_server.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <thread>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include "adapters/kubernetes/cpprest_transport.hpp"
#include "adapters/system/posix_filesystem.hpp"

namespace athanor::testing {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;
using nlohmann::json;

constexpr auto kStartTimeout = 90s;
constexpr std::size_t kLogTailBytes = 3000;

/// A port that was free a moment ago.
int free_port() {
  const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ::bind(probe, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(probe);
  return ntohs(address.sin_port);
}

/// The folder that holds kube-apiserver, as tests/run.sh found it or tests/tools/control-plane.sh finds it.
fs::path control_plane_folder() {
  if (const char* known = std::getenv("ATHANOR_KUBE_BIN")) return known;
  const std::unique_ptr<FILE, int (*)(FILE*)> output(
      ::popen(ATHANOR_SOURCE_DIR "/tests/tools/control-plane.sh", "r"), ::pclose);
  std::array<char, 4096> line{};
  if (!output || std::fgets(line.data(), line.size(), output.get()) == nullptr) {
    throw std::runtime_error("no kube-apiserver: tests/tools/control-plane.sh names none");
  }
  const std::string path = line.data();
  return path.substr(0, path.find('\n'));
}

void put(const fs::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

/// Asks until the answer is a success. @param diagnose told when it is too late; @param alive checked each
/// time
void wait_for_success(const kubernetes::TransportOptions& options, const std::string& target,
                      const std::function<bool()>& alive, const std::function<std::string()>& diagnose) {
  const system::PosixFilesystem files;
  const auto transport = kubernetes::CpprestTransport::create(options, files);
  if (!transport) throw std::runtime_error(transport.error().message);
  const auto deadline = std::chrono::steady_clock::now() + kStartTimeout;
  while (std::chrono::steady_clock::now() < deadline && alive()) {
    const auto answer = (*transport)->send({"GET", target, {}, ""});
    if (answer && answer->status == 200) return;
    std::this_thread::sleep_for(100ms);
  }
  throw std::runtime_error(diagnose());
}

}  // namespace

ApiServer::ApiServer(const fs::path& folder)
    : folder_(fs::absolute(folder)),
      etcd_port_(free_port()),
      api_port_(free_port()),
      authority_(make_authority("test-ca")) {
  fs::remove_all(folder_);
  fs::create_directories(folder_);
  write_credentials();
  write_kubeconfig();
  start_etcd();
  start_api_server();
}

ApiServer::~ApiServer() {
  api_server_.end(SIGKILL);
  etcd_.end(SIGKILL);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

kubernetes::ClusterConfig ApiServer::config(const std::string& context) const {
  kubernetes::ClusterConfigRequest request;
  request.kubeconfig = kubeconfig();
  request.context = context;
  auto loaded = kubernetes::load_cluster_config(request, system::PosixFilesystem());
  if (!loaded) throw std::runtime_error(loaded.error().message);
  return std::move(*loaded);
}

std::string ApiServer::url() const {
  return fmt::format("https://127.0.0.1:{}", api_port_);
}

void ApiServer::kill_api_server() {
  api_server_.end(SIGKILL);
}

void ApiServer::start_api_server() {
  api_server_ = ChildProcess(
      {.command = {(control_plane_folder() / "kube-apiserver").string(),
                   fmt::format("--etcd-servers=http://127.0.0.1:{}", etcd_port_), "--bind-address=127.0.0.1",
                   "--advertise-address=127.0.0.1", fmt::format("--secure-port={}", api_port_),
                   "--tls-cert-file=server.crt", "--tls-private-key-file=server.key",
                   "--client-ca-file=ca.crt", "--service-account-issuer=https://kubernetes.default.svc",
                   "--service-account-signing-key-file=tokens.key", "--service-account-key-file=tokens.pub",
                   "--token-auth-file=tokens.csv", "--authorization-mode=RBAC",
                   "--service-cluster-ip-range=203.0.113.0/24",
                   // Waits for a controller that nobody runs here.
                   "--disable-admission-plugins=ServiceAccount", "--endpoint-reconciler-type=none"},
       .output = folder_ / "kube-apiserver.log",
       .directory = folder_});
  wait_until_ready();
}

void ApiServer::compact_etcd() {
  const system::PosixFilesystem files;
  kubernetes::TransportOptions options;
  options.server = fmt::format("http://127.0.0.1:{}", etcd_port_);
  const auto transport = kubernetes::CpprestTransport::create(options, files)
                             .value()
                             ->send({"POST",
                                     "/v3/kv/range",
                                     {{"Content-Type", "application/json"}},
                                     R"({"key":"Lw==","limit":1})"});
  const auto revision = json::parse(transport.value().body).at("header").at("revision").get<std::string>();
  const auto compacted = kubernetes::CpprestTransport::create(options, files)
                             .value()
                             ->send({"POST",
                                     "/v3/kv/compaction",
                                     {{"Content-Type", "application/json"}},
                                     json{{"revision", revision}, {"physical", true}}.dump()});
  if (compacted.value().status != 200) throw std::runtime_error("etcd: " + compacted->body);
}

void ApiServer::start_etcd() {
  const std::string client = fmt::format("http://127.0.0.1:{}", etcd_port_);
  const std::string peer = fmt::format("http://127.0.0.1:{}", free_port());
  etcd_ = ChildProcess({.command = {"etcd", "--name=test", "--data-dir=" + (folder_ / "etcd").string(),
                                    "--listen-client-urls=" + client, "--advertise-client-urls=" + client,
                                    "--listen-peer-urls=" + peer, "--initial-advertise-peer-urls=" + peer,
                                    "--initial-cluster=test=" + peer, "--unsafe-no-fsync"},
                        .output = folder_ / "etcd.log",
                        .directory = folder_});
  kubernetes::TransportOptions options;
  options.server = client;
  wait_for_success(
      options, "/health", [this] { return etcd_.running(); },
      [this] { return "etcd doesn't come up:\n" + log_tail("etcd.log"); });
}

void ApiServer::write_credentials() {
  const Certificate server =
      make_certificate(authority_, {"kube-apiserver", "", {"IP:127.0.0.1", "DNS:localhost"}});
  const Certificate admin = make_certificate(authority_, {"admin", "system:masters", {}});
  const Certificate tokens = make_certificate(authority_, {"tokens", "", {}});
  put(folder_ / "ca.crt", authority_.certificate_pem);
  put(folder_ / "server.crt", server.certificate_pem);
  put(folder_ / "server.key", server.key_pem);
  put(folder_ / "admin.crt", admin.certificate_pem);
  put(folder_ / "admin.key", admin.key_pem);
  put(folder_ / "tokens.key", tokens.key_pem);
  put(folder_ / "tokens.pub", public_key_pem(tokens.key_pem));
  put(folder_ / "tokens.csv", fmt::format("{},{},{}\n", kLimitedToken, kLimitedUser, kLimitedUser));
  put(folder_ / "limited.token", std::string(kLimitedToken) + "\n");
}

void ApiServer::write_kubeconfig() const {
  put(kubeconfig(), fmt::format(R"(apiVersion: v1
kind: Config
current-context: admin
clusters:
- name: test
  cluster:
    server: {}
    certificate-authority: ca.crt
users:
- name: admin
  user:
    client-certificate: admin.crt
    client-key: admin.key
- name: limited
  user:
    tokenFile: limited.token
contexts:
- name: admin
  context:
    cluster: test
    user: admin
- name: limited
  context:
    cluster: test
    user: limited
    namespace: shop
)",
                                url()));
}

void ApiServer::wait_until_ready() {
  kubernetes::TransportOptions options;
  options.server = url();
  options.tls = config("admin").tls;
  wait_for_success(
      options, "/readyz", [this] { return api_server_.running(); },
      [this] { return "kube-apiserver doesn't come up:\n" + log_tail("kube-apiserver.log"); });
}

std::string ApiServer::log_tail(const std::string& name) const {
  std::ifstream file(folder_ / name);
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() <= kLogTailBytes ? all : all.substr(all.size() - kLogTailBytes);
}

}  // namespace athanor::testing
