// What `athanor operator` makes of its flags when there is an API server.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/system/posix_filesystem.hpp"
#include "cli/backend.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_log.hpp"
#include "fakes/fake_metrics_sink.hpp"
#include "fakes/fake_randomness.hpp"
#include "support/temp_folder.hpp"

namespace athanor::cli {
namespace {

class ClusterBackendTest : public ::testing::Test {
 protected:
  std::unique_ptr<Backend> backend(std::vector<std::string> namespaces) {
    OperatorOptions options;
    options.kubeconfig = folder_.write("kubeconfig",
                                       "current-context: c\n"
                                       "contexts: [{name: c, context: {cluster: k}}]\n"
                                       "clusters: [{name: k, cluster: {server: 'http://127.0.0.1:1'}}]\n");
    options.namespaces = std::move(namespaces);
    auto made = make_cluster_backend(options, {clock_, randomness_, files_, metrics_, log_});
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  std::vector<std::string> watched(std::vector<std::string> namespaces) {
    std::vector<std::string> names;
    for (const auto& each : backend(std::move(namespaces))->watches()) names.push_back(each.ns);
    return names;
  }

  const athanor::testing::TempFolder folder_;
  fakes::FakeClock clock_;
  fakes::FakeRandomness randomness_;
  system::PosixFilesystem files_;
  fakes::FakeMetricsSink metrics_;
  fakes::FakeLog log_;
};

TEST_F(ClusterBackendTest, WatchesEachNamespaceOnceHoweverOftenItIsNamed) {
  using ::testing::ElementsAre;
  EXPECT_THAT(watched({}), ElementsAre("")) << "all of them";
  EXPECT_THAT(watched({"shop", "billing"}), ElementsAre("billing", "shop"));
  EXPECT_THAT(watched({"shop", "billing", "shop"}), ElementsAre("billing", "shop"));
  EXPECT_THAT(watched({"shop", ""}), ElementsAre("")) << "all of them, which one is among";
}

TEST_F(ClusterBackendTest, GivesLeaderElectionAClientOfItsOwn) {
  const auto made = backend({});
  EXPECT_NE(&made->lease_client(), &made->client());
}

}  // namespace
}  // namespace athanor::cli
