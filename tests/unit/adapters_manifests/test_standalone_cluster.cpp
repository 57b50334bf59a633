#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "adapters/manifests/standalone_cluster.hpp"
#include "adapters/system/posix_filesystem.hpp"
#include "api/codec.hpp"
#include "fakes/fake_log.hpp"
#include "temporary_folder.hpp"

namespace athanor::manifests {
namespace {

using ports::LogLevel;
using ports::ObjectKey;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const ObjectKey kStaging{"shop", "staging"};

std::string environment(const std::string& name, const std::string& target = "heads") {
  return "apiVersion: athanor.dev/v1alpha1\nkind: MigrationEnvironment\nmetadata: {name: " + name +
         ", namespace: shop}\nspec:\n  database: {url: 'sqlite:///x.db'}\n  revisions: {configMaps: [{name: "
         "r}]}\n"
         "  target: " +
         target + "\n";
}

std::string config_map(const std::string& name, const std::string& value = "x") {
  return "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name +
         ", namespace: shop}, data: {a.sql: " + value + "}}\n";
}

class Standalone : public testing::Test {
 protected:
  void open() {
    cluster_.reset();
    auto opened =
        StandaloneCluster::open({folder_.path() / "in", folder_.path() / "state"}, filesystem_, log_);
    ASSERT_TRUE(opened) << opened.error().message;
    cluster_ = std::move(*opened);
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
      if (line.level >= LogLevel::Warning) details.push_back(line.message + ": " + line.field("detail"));
    }
    return details;
  }

  TemporaryFolder folder_;
  system::PosixFilesystem filesystem_;
  fakes::FakeLog log_;
  std::unique_ptr<StandaloneCluster> cluster_;
};

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
  cluster_->scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_EQ(environment_object().meta.generation, 2);
  EXPECT_THAT(config_maps(), ElementsAre("r"));
}

TEST_F(Standalone, SeesAWriteOfTheSameLengthWithinTheSameTick) {
  write("a.yaml", environment("staging", "aaaa"));
  open();
  for (const std::string target : {"bbbb", "cccc", "dddd"}) {
    write("a.yaml", environment("staging", target));
    cluster_->scan();
    EXPECT_EQ(api::decode_spec(environment_object().json)->target, target);
  }
}

TEST_F(Standalone, KeepsWhatAHalfWrittenFileSaidBeforeAndNamesTheLine) {
  write("a.yaml", environment("staging"));
  open();
  write("a.yaml", "apiVersion: v1\nkind: [Config");
  cluster_->scan();
  cluster_->scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("in/a.yaml:2: "))) << "once, not at each scan";
  write("a.yaml", environment("staging", "base"));
  cluster_->scan();
  EXPECT_EQ(api::decode_spec(environment_object().json)->target, "base");
  EXPECT_THAT(complaints(), SizeIs(1));
}

TEST_F(Standalone, ComplainsAgainOfAMistakeMadeAgain) {
  write("a.yaml", "[");
  open();
  write("a.yaml", environment("staging"));
  cluster_->scan();
  write("a.yaml", "[");
  cluster_->scan();
  EXPECT_THAT(complaints(), SizeIs(2));
  EXPECT_THAT(environments(), ElementsAre("staging"));
}

TEST_F(Standalone, NamesBothFilesOfAnObjectThatStandsTwice) {
  write("a.yaml", environment("staging", "base"));
  write("b.yaml", environment("staging", "heads"));
  open();
  EXPECT_EQ(api::decode_spec(environment_object().json)->target, "base");
  EXPECT_THAT(complaints(),
              ElementsAre(testing::AllOf(HasSubstr("MigrationEnvironment shop/staging in "),
                                         HasSubstr("a.yaml:1 and in "), HasSubstr("b.yaml:1"))));
  folder_.remove("in/a.yaml");
  cluster_->scan();
  EXPECT_EQ(api::decode_spec(environment_object().json)->target, "heads");
}

TEST_F(Standalone, SaysOnceWhatItIgnores) {
  write("a.yaml", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}");
  open();
  cluster_->scan();
  EXPECT_THAT(log_.lines_with("ignored an object of another kind"), SizeIs(1));
}

TEST_F(Standalone, KeepsEverythingWhileTheFolderIsAway) {
  write("a.yaml", environment("staging"));
  open();
  std::filesystem::rename(folder_.path() / "in", folder_.path() / "away");
  cluster_->scan();
  cluster_->scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(log_.lines_with("cannot read the folder"), SizeIs(1));
  std::filesystem::rename(folder_.path() / "away", folder_.path() / "in");
  cluster_->scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
}

TEST_F(Standalone, WritesStatusAsYamlAndReadsItBackAfterARestart) {
  write("a.yaml", environment("staging"));
  open();
  api::Status status;
  status.observed_generation = 1;
  status.observed_digest = "sha256:00";
  status.current_revisions = {"3f2a9c1b7d10", "000000000001"};
  status.conditions = {
      {"Ready", ConditionStatus::True, "UpToDate", "at: the \"target\"", "2026-11-22T20:14:00Z", 1}};
  ASSERT_TRUE(patch(api::encode_status_patch(status)));
  EXPECT_THAT(folder_.read("state/shop/staging.yaml"), HasSubstr("observedDigest: sha256:00\n"));
  EXPECT_EQ(api::decode_status(environment_object().json), status);
  open();
  EXPECT_EQ(api::decode_status(environment_object().json), status);
  EXPECT_EQ(environment_object().meta.generation, 1);
  write("a.yaml", environment("staging", "base"));
  open();
  EXPECT_EQ(environment_object().meta.generation, 2) << "the spec changed while nobody looked";
  EXPECT_EQ(api::decode_status(environment_object().json), status);
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

TEST_F(Standalone, TakesTheStatusOfADeletedEnvironmentAway) {
  write("a.yaml", environment("staging"));
  open();
  ASSERT_TRUE(patch(R"({"status": {"observedGeneration": 1}})"));
  ASSERT_TRUE(folder_.has("state/shop/staging.yaml"));
  folder_.remove("in/a.yaml");
  cluster_->scan();
  EXPECT_FALSE(folder_.has("state/shop/staging.yaml"));
}

TEST_F(Standalone, PassesOverAStatusFileThatIsBroken) {
  write("a.yaml", environment("staging"));
  folder_.write("state/shop/staging.yaml", "kind: [");
  folder_.write("state/shop/other.yaml", "kind: MigrationEnvironment\n");
  open();
  EXPECT_EQ(environment_object().meta.generation, 1);
  EXPECT_THAT(log_.lines_with("passed over a status file"), SizeIs(2));
}

TEST_F(Standalone, StaysOutOfAStateFolderAmongTheManifests) {
  write("a.yaml", environment("staging"));
  auto opened =
      StandaloneCluster::open({folder_.path() / "in", folder_.path() / "in" / "state"}, filesystem_, log_);
  ASSERT_TRUE(opened);
  cluster_ = std::move(*opened);
  ASSERT_TRUE(patch(R"({"status": {"observedGeneration": 1}})"));
  cluster_->scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(complaints(), IsEmpty());
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

TEST_F(Standalone, SaysWhichFolderItCannotUse) {
  const auto no_manifests =
      StandaloneCluster::open({folder_.path() / "none", folder_.path() / "state"}, filesystem_, log_);
  ASSERT_FALSE(no_manifests);
  EXPECT_EQ(no_manifests.error().reason, "ManifestsUnreadable");
  EXPECT_THAT(no_manifests.error().message, HasSubstr("/none is no folder"));
  write("a.yaml", environment("staging"));
  folder_.write("file", "");
  const auto no_state =
      StandaloneCluster::open({folder_.path() / "in", folder_.path() / "file"}, filesystem_, log_);
  ASSERT_FALSE(no_state);
  EXPECT_EQ(no_state.error().reason, "StateUnwritable");
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
  open();
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
