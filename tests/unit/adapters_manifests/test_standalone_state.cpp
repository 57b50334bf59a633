// What outlives the operator: status, generations and uids, and who may write them.
#include <string>

#include <gmock/gmock.h>
#include <unistd.h>

#include "api/codec.hpp"
#include "standalone_fixture.hpp"
#include "unit/sentence.hpp"

namespace athanor::manifests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr const char* kStatus = R"({"status": {"observedGeneration": 1}})";

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

TEST_F(Standalone, KeepsUidAndGenerationOverARestart) {
  write("a.yaml", environment("staging"));
  open();
  write("a.yaml", environment("staging", "base"));
  scan();
  ASSERT_TRUE(patch(kStatus));
  const ports::ObjectMeta before = environment_object().meta;
  EXPECT_THAT(folder_.read("state/shop/staging.yaml"), HasSubstr("uid: " + before.uid + "\n"));
  open();
  EXPECT_EQ(environment_object().meta.uid, before.uid);
  EXPECT_EQ(environment_object().meta.generation, 2);
}

TEST_F(Standalone, ReadsStatusOfAReleaseThatSavedNoUid) {
  write("a.yaml", environment("staging"));
  folder_.write(
      "state/shop/staging.yaml",
      "kind: MigrationEnvironment\nmetadata: {generation: 4, annotations: {athanor.dev/spec-hash: x}}\n"
      "status: {observedGeneration: 4}\n");
  open();
  EXPECT_EQ(environment_object().meta.generation, 5);
  EXPECT_EQ(api::decode_status(environment_object().json).observed_generation, 4);
  EXPECT_THAT(environment_object().meta.uid, SizeIs(36));
}

TEST_F(Standalone, TakesAnEnvironmentThatCameBackForAnotherOne) {
  write("a.yaml", environment("staging"));
  open();
  ASSERT_TRUE(patch(kStatus));
  const ports::ObjectMeta before = environment_object().meta;
  folder_.remove("in/a.yaml");
  scan();
  write("a.yaml", environment("staging"));
  scan();
  EXPECT_NE(environment_object().meta.uid, before.uid);
  EXPECT_EQ(environment_object().meta.generation, 1);
  const auto late = cluster_->client().patch_status(kStaging, before.uid, kStatus);
  ASSERT_FALSE(late) << "a late pass of the old one writes its verdict onto the new one";
  EXPECT_EQ(late.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(api::decode_status(environment_object().json).observed_generation, -1);
}

TEST_F(Standalone, GivesConfigMapsUidsThatNoEarlierRunGave) {
  write("a.yaml", config_map("r"));
  open();
  const auto before = cluster_->client().config_map({"shop", "r"})->meta;
  write("a.yaml", config_map("r", "another"));
  open();
  const auto after = cluster_->client().config_map({"shop", "r"})->meta;
  EXPECT_EQ(after.resource_version, before.resource_version) << "which is why the uid has to differ";
  EXPECT_NE(after.uid, before.uid) << "a verdict is remembered by uid and version of what it judged";
}

TEST_F(Standalone, TakesTheStatusOfADeletedEnvironmentAway) {
  write("a.yaml", environment("staging"));
  open();
  ASSERT_TRUE(patch(R"({"status": {"observedGeneration": 1}})"));
  ASSERT_TRUE(folder_.has("state/shop/staging.yaml"));
  folder_.remove("in/a.yaml");
  scan();
  EXPECT_FALSE(folder_.has("state/shop/staging.yaml"));
}

TEST_F(Standalone, TakesTheStatusOfAnEnvironmentAwayThatWasDeletedBeforeTheStart) {
  write("a.yaml", environment("staging"));
  write("b.yaml", environment("production"));
  open();
  ASSERT_TRUE(cluster_->client().patch_status(
      kStaging, cluster_->environments().list(2, "", {})->items.at(1).meta.uid, kStatus));
  cluster_.reset();
  folder_.remove("in/a.yaml");
  open();
  EXPECT_FALSE(folder_.has("state/shop/staging.yaml"));
  write("a.yaml", environment("staging"));
  scan();
  EXPECT_EQ(
      api::decode_status(cluster_->environments().list(2, "", {})->items.at(1).json).observed_generation, -1);
}

TEST_F(Standalone, KeepsEveryStatusUntilAllFilesAreUnderstood) {
  write("a.yaml", environment("staging"));
  open();
  ASSERT_TRUE(patch(kStatus));
  const std::string uid = environment_object().meta.uid;
  write("a.yaml", "[");
  open();
  EXPECT_TRUE(folder_.has("state/shop/staging.yaml")) << "it may stand in the broken file";
  write("a.yaml", environment("staging"));
  scan();
  EXPECT_EQ(environment_object().meta.uid, uid);
  EXPECT_EQ(api::decode_status(environment_object().json).observed_generation, 1);
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
  auto cluster = opened("in", "in/state");
  ASSERT_TRUE(cluster);
  cluster_ = *std::move(cluster);
  ASSERT_TRUE(patch(R"({"status": {"observedGeneration": 1}})"));
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Standalone, SaysWhichFolderItCannotUse) {
  const auto no_manifests = opened("none", "state");
  ASSERT_FALSE(no_manifests);
  EXPECT_EQ(no_manifests.error().reason, "ManifestsUnreadable");
  EXPECT_THAT(no_manifests.error().message, HasSubstr("/none is no folder"));
  write("a.yaml", environment("staging"));
  folder_.write("file", "");
  const auto no_state = opened("in", "file");
  ASSERT_FALSE(no_state);
  EXPECT_EQ(no_state.error().reason, "StateUnwritable");
}

struct Overlap {
  std::string sentence;
  std::string manifests;
  std::string state;
};

class StandaloneRefuses : public Standalone, public ::testing::WithParamInterface<Overlap> {};

TEST_P(StandaloneRefuses, FoldersThatOverlap) {
  folder_.write("in/deep/a.yaml", environment("staging"));
  const auto cluster = opened(GetParam().manifests, GetParam().state);
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(cluster.error().reason, "FoldersOverlap");
  EXPECT_THAT(cluster.error().message, HasSubstr("--state-dir names a folder of its own"));
  EXPECT_FALSE(folder_.has("in/.lock")) << "nothing was written";
}

INSTANTIATE_TEST_SUITE_P(Sentences, StandaloneRefuses,
                         ::testing::Values(Overlap{"one folder for both", "in", "in"},
                                           Overlap{"one folder by two names", "in", "in/deep/.."},
                                           Overlap{"manifests in the state directory", "in/deep", "in"}),
                         sentence_name<Overlap>);

TEST_F(Standalone, RefusesAStateDirectoryThatAnotherOperatorUses) {
  write("a.yaml", environment("staging"));
  open();
  const auto second = opened("in", "state");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(second.error().reason, "StateInUse");
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid()) + " works with"));
  EXPECT_THAT(second.error().message, HasSubstr("--state-dir of its own"));
  cluster_.reset();
  EXPECT_TRUE(opened("in", "state")) << "it ends with the operator";
}

TEST_F(Standalone, SaysHowManyObjectsItFound) {
  write("a.yaml", environment("staging") + "---\n" + config_map("r") + "---\n" + config_map("s"));
  open();
  const auto lines = log_.lines_with("read the manifests");
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines[0].field("environments"), "1");
  EXPECT_EQ(lines[0].field("config_maps"), "2");
  EXPECT_EQ(lines[0].field("secrets"), "0");
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(Standalone, WarnsOfManifestsWithoutAnEnvironment) {
  write("a.yaml", config_map("r"));
  open();
  scan();
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("no MigrationEnvironment stands in the manifests")));
  write("b.yaml", environment("staging"));
  scan();
  folder_.remove("in/b.yaml");
  scan();
  EXPECT_THAT(complaints(), SizeIs(2)) << "it is said again when the last one goes";
}

}  // namespace
}  // namespace athanor::manifests
