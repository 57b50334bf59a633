#include <chrono>
#include <fstream>
#include <functional>
#include <string>

#include <gmock/gmock.h>

#include "api/codec.hpp"
#include "standalone_fixture.hpp"

namespace athanor::manifests {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(Standalone, ReadsManifestsOfAllFoldersBelow) {
  write("a.yaml", environment("staging") + "---\n" + config_map("r"));
  write("deep/er/b.yml", environment("production"));
  write("c.json", R"({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "j"}})");
  write(".git/d.yaml", "{");
  write("e.yaml~", "{");
  write("#f.yaml#", "{");
  write("kustomization.yaml", "resources: [a.yaml]");
  write("notes.txt", "{");
  open();
  EXPECT_THAT(environments(), ElementsAre("production", "staging"));
  EXPECT_THAT(config_maps(), ElementsAre("j", "r"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Standalone, GivesConfigMapsAndSecrets) {
  write("a.yaml", config_map("r", "SELECT") +
                      "---\n{apiVersion: v1, kind: Secret, metadata: {name: s, namespace: shop}, stringData: "
                      "{uri: u}}\n");
  open();
  EXPECT_EQ(cluster_->client().config_map({"shop", "r"})->data.at("a.sql"), "SELECT");
  EXPECT_EQ(cluster_->client().secret({"shop", "s"})->data.at("uri"), "u");
  const auto missing = cluster_->client().secret({"shop", "t"});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::Transient);
  EXPECT_EQ(missing.error().reason, "NotFound");
  EXPECT_EQ(cluster_->client().cluster_id(), "");
}

TEST_F(Standalone, FollowsChanges) {
  write("a.yaml", environment("staging"));
  write("b.yaml", environment("production"));
  open();
  write("a.yaml", environment("staging", "base"));
  folder_.remove("in/b.yaml");
  write("c.yaml", config_map("r"));
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_EQ(environment_object().meta.generation, 2);
  EXPECT_THAT(config_maps(), ElementsAre("r"));
}

TEST_F(Standalone, MergesStatusPatches) {
  write("a.yaml", environment("staging"));
  open();
  ASSERT_TRUE(patch(R"({"status": {"a": 1, "b": {"c": 2, "d": 3}}})"));
  ASSERT_TRUE(patch(R"({"status": {"a": null, "b": {"c": null}}})"));
  EXPECT_THAT(environment_object().json, HasSubstr(R"("status":{"b":{"d":3}})"));
  const std::string version = environment_object().meta.resource_version;
  EXPECT_EQ(patch(R"({"status": {"b": {"d": 3}}})"), version) << "nothing changed";
}

TEST_F(Standalone, RefusesPatchesThatAreNotForThisObject) {
  write("a.yaml", environment("staging"));
  open();
  EXPECT_EQ(cluster_->client().patch_status(kStaging, "another", R"({"status": {}})").error().kind,
            ErrorKind::Conflict);
  EXPECT_EQ(cluster_->client().patch_status({"shop", "x"}, "", R"({"status": {}})").error().reason,
            "NotFound");
  EXPECT_EQ(patch("nonsense").error().reason, "ApiRejected");
  EXPECT_EQ(patch(R"({"spec": {}})").error().reason, "ApiRejected");
}

TEST_F(Standalone, WritesALinePerEvent) {
  write("a.yaml", environment("staging"));
  open();
  ports::EventRecord record;
  record.event = {environment_object().meta, ports::EventType::Warning, "SqlError", "Migrate",
                  "line one\nline two"};
  record.event_time = "2026-11-22T20:14:00.000000Z";
  ASSERT_TRUE(cluster_->client().create_event(record));
  record.series_count = 3;
  record.last_observed = "2026-11-22T20:15:00.000000Z";
  ASSERT_TRUE(cluster_->client().update_event_series(record));
  EXPECT_EQ(folder_.read("state/events.log"),
            "2026-11-22T20:14:00.000000Z Warning SqlError shop/staging: line one line two\n"
            "2026-11-22T20:15:00.000000Z Warning SqlError shop/staging: line one line two (x3)\n");
}

TEST_F(Standalone, SetsAFullEventLogAside) {
  folder_.write("state/events.log", std::string(1024 * 1024 + 1, 'x'));
  write("a.yaml", environment("staging"));
  open();
  ASSERT_TRUE(cluster_->client().create_event({}));
  EXPECT_LT(folder_.read("state/events.log").size(), 200U);
  EXPECT_TRUE(folder_.has("state/events.log.1"));
}

TEST_F(Standalone, KeepsLeasesLikeAnApiServer) {
  write("a.yaml", environment("staging"));
  open();
  ports::ResourceClient& client = cluster_->client();
  ports::Lease lease;
  lease.key = {"athanor", "leader"};
  EXPECT_EQ(client.lease(lease.key).error().reason, "NotFound");
  const auto created = client.create_lease(lease);
  ASSERT_TRUE(created);
  EXPECT_EQ(client.create_lease(lease).error().reason, "AlreadyExists");
  auto renewed = *created;
  renewed.holder = "me";
  ASSERT_TRUE(client.update_lease(renewed));
  EXPECT_EQ(client.lease(lease.key)->holder, "me");
  EXPECT_EQ(client.update_lease(renewed).error().kind, ErrorKind::Conflict) << "of an older version";
}

/// Runs a watch until an event for which `wanted` says true; fails after 20 s.
bool sees(ports::WatchSource& source, const std::function<bool(const ports::WatchEvent&)>& wanted,
          const std::string& version) {
  bool seen = false;
  const auto end = source.watch(version, seconds{20}, seconds{20},
                                [&](const ports::WatchEvent& event) {
                                  seen = wanted(event);
                                  return !seen;
                                },
                                {});
  EXPECT_TRUE(end);
  return seen;
}

TEST_F(Standalone, NoticesChangesByItself) {
  write("a.yaml", environment("staging"));
  open(system_clock_);
  const std::string version = cluster_->environments().list(1, "", {})->resource_version;
  cluster_->start();
  // As editors save: a new file beside the old one, then a rename over it.
  write("a.yaml.tmp", environment("staging", "base"));
  std::filesystem::rename(folder_.path() / "in/a.yaml.tmp", folder_.path() / "in/a.yaml");
  EXPECT_TRUE(sees(
      cluster_->environments(), [](const auto& event) { return event.object.meta.generation == 2; },
      version));
  write("new/b.yaml", environment("production"));
  EXPECT_TRUE(sees(
      cluster_->environments(), [](const auto& event) { return event.object.meta.key.name == "production"; },
      version));
}

TEST_F(Standalone, NoticesWhatAWriterAppendsBeforeItClosesTheFile) {
  write("a.yaml", environment("staging"));
  open(system_clock_);
  const std::string version = cluster_->environments().list(1, "", {})->resource_version;
  cluster_->start();
  const auto begun = std::chrono::steady_clock::now();
  std::ofstream writer(folder_.path() / "in/a.yaml", std::ios::app);
  writer << "---\n" << environment("production") << std::flush;
  EXPECT_TRUE(sees(
      cluster_->environments(), [](const auto& event) { return event.object.meta.key.name == "production"; },
      version));
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds{8}) << "the folder is looked at every 10 s";
}

TEST_F(Standalone, EndsItsThreadAtOnce) {
  write("a.yaml", environment("staging"));
  open();
  cluster_->start();
  const auto begun = std::chrono::steady_clock::now();
  cluster_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds{2}) << "the folder is looked at every 10 s";
}

}  // namespace
}  // namespace athanor::manifests
