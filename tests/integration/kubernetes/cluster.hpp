// One real control plane for the whole suite, and clients of it.
#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json_fwd.hpp>

#include "adapters/kubernetes/api_caller.hpp"
#include "adapters/kubernetes/cpprest_transport.hpp"
#include "adapters/kubernetes/rest_client.hpp"
#include "adapters/kubernetes/token_source.hpp"
#include "adapters/system/posix_filesystem.hpp"
#include "adapters/system/system_clock.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "support_kubernetes/api_server.hpp"

namespace athanor::testing {

/// All that it takes to talk to a cluster as somebody.
class Session {
 public:
  explicit Session(const kubernetes::ClusterConfig& config);

  system::PosixFilesystem files;
  system::SystemClock clock;
  fakes::FakeMetricsSink metrics;
  std::unique_ptr<kubernetes::CpprestTransport> transport;
  kubernetes::TokenSource tokens;
  kubernetes::ApiCaller caller;
  kubernetes::RestClient client;
};

/// The control plane; started by the first test that asks for it, with the project's own CRD installed.
[[nodiscard]] ApiServer& control_plane();

/// A test with an administrator's session and namespaces of its own.
class ClusterTest : public ::testing::Test {
 protected:
  void SetUp() override;

  /// Creates an object. @param collection path of its collection; throws with the server's answer
  std::string create(const std::string& collection, const nlohmann::json& object);
  void remove(const std::string& path);
  /// Sends any request as administrator.
  ports::HttpResponse send(const std::string& method, const std::string& target, const std::string& body = "",
                           const std::string& content_type = "application/json");

  /// Makes a MigrationEnvironment. @return its uid
  std::string create_environment(const std::string& name);
  std::string create_config_map(const std::string& name);

  [[nodiscard]] std::string environments_path() const;
  [[nodiscard]] std::string config_maps_path() const;

  std::string ns_;  ///< made for this test
  std::unique_ptr<Session> admin_;
};

}  // namespace athanor::testing
