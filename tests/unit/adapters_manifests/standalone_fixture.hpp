// A folder of manifests, a state directory and the cluster that they make.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/manifests/standalone_cluster.hpp"
#include "adapters/system/posix_filesystem.hpp"
#include "adapters/system/system_clock.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_log.hpp"
#include "fakes/fake_randomness.hpp"
#include "support/temp_folder.hpp"

namespace athanor::manifests {

inline const ports::ObjectKey kStaging{"shop", "staging"};

inline std::string environment(const std::string& name, const std::string& target = "heads") {
  return "apiVersion: athanor.dev/v1alpha1\nkind: MigrationEnvironment\nmetadata: {name: " + name +
         ", namespace: shop}\nspec:\n  database: {url: 'sqlite:///x.db'}\n  revisions: {configMaps: [{name: "
         "r}]}\n"
         "  target: " +
         target + "\n";
}

inline std::string config_map(const std::string& name, const std::string& value = "x") {
  return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name +
         ", namespace: shop}, data: {a.sql: " + value + "}}\n";
}

class Standalone : public ::testing::Test {
 protected:
  Result<std::unique_ptr<StandaloneCluster>> opened(const std::string& manifests, const std::string& state) {
    return StandaloneCluster::open({folder_.path() / manifests, folder_.path() / state},
                                   {filesystem_, clock_, randomness_, log_});
  }
  void open() { open(clock_); }
  void open(ports::Clock& clock) {
    cluster_.reset();
    auto opened = StandaloneCluster::open({folder_.path() / "in", folder_.path() / "state"},
                                          {filesystem_, clock, randomness_, log_});
    ASSERT_TRUE(opened) << opened.error().message;
    cluster_ = std::move(*opened);
  }
  /// Until what was written before counts.
  void scan() {
    cluster_->scan();
    clock_.advance(std::chrono::seconds{1});
    cluster_->scan();
  }
  void write(const std::string& name, const std::string& text) { folder_.write("in/" + name, text); }

  std::vector<std::string> names(ports::WatchSource& source) {
    std::vector<std::string> found;
    const auto page = source.list(500, "", {});
    for (const auto& item : page->items) found.push_back(item.meta.key.name);
    return found;
  }
  std::vector<std::string> environments() { return names(cluster_->environments()); }
  std::vector<std::string> config_maps() { return names(cluster_->config_maps()); }
  ports::WatchedObject environment_object() { return cluster_->environments().list(1, "", {})->items.at(0); }

  Result<std::string> patch(const std::string& merge_patch) {
    return cluster_->client().patch_status(kStaging, environment_object().meta.uid, merge_patch);
  }
  std::vector<std::string> complaints() {
    std::vector<std::string> details;
    for (const auto& line : log_.lines()) {
      if (line.level >= ports::LogLevel::Warning)
        details.push_back(line.message + ": " + line.field("detail"));
    }
    return details;
  }

  athanor::testing::TempFolder folder_;
  system::PosixFilesystem filesystem_;
  fakes::FakeClock clock_;
  system::SystemClock system_clock_;  ///< for tests of the thread, which waits by the machine's clock
  fakes::FakeRandomness randomness_;
  fakes::FakeLog log_;
  std::unique_ptr<StandaloneCluster> cluster_;
};

}  // namespace athanor::manifests
