// A real control plane: etcd and kube-apiserver, which authorizes with RBAC.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "adapters/kubernetes/kube_config.hpp"
#include "support/child_process.hpp"
#include "support_kubernetes/certificates.hpp"

namespace athanor::testing {

/// Runs on free ports of loopback; ended, and its data deleted, by the destructor. Starting takes 5 to 20 s.
/// Every failure is a std::runtime_error that holds the end of the server's log.
class ApiServer {
 public:
  /// A user that RBAC knows nothing of until a test grants it something.
  static constexpr const char* kLimitedUser = "limited";
  static constexpr const char* kLimitedToken = "limited-user-token";

  /// @param folder for data and logs; made, and emptied if it is there
  explicit ApiServer(const std::filesystem::path& folder);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  /// A kubeconfig with the contexts `admin` (client certificate of system:masters; current) and `limited`
  /// (token).
  [[nodiscard]] std::filesystem::path kubeconfig() const { return folder_ / "kubeconfig"; }
  [[nodiscard]] kubernetes::ClusterConfig config(const std::string& context) const;
  [[nodiscard]] std::string url() const;

  /// kill -9: watches break without a word.
  void kill_api_server();
  /// On the same port as before; returns once it is ready.
  void start_api_server();
  /// Makes etcd forget all past revisions: what goes on from one gets 410.
  void compact_etcd();

 private:
  void start_etcd();
  void write_credentials();
  void write_kubeconfig() const;
  void wait_until_ready();
  [[nodiscard]] std::string log_tail(const std::string& name) const;

  std::filesystem::path folder_;
  int etcd_port_ = 0;
  int api_port_ = 0;
  Certificate authority_;
  ChildProcess etcd_;
  ChildProcess api_server_;
};

}  // namespace athanor::testing
