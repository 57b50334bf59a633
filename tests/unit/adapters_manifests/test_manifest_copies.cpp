// Which of several copies of one object counts, also after a restart.
#include <filesystem>

#include <gmock/gmock.h>

#include "api/codec.hpp"
#include "standalone_fixture.hpp"

namespace athanor::manifests {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ManifestCopies : public Standalone {
 protected:
  std::string target() { return api::decode_spec(environment_object().json)->target; }
  void stop() { cluster_.reset(); }
  std::string uri() {
    const auto secret = cluster_->client().secret({"shop", "db"});
    return secret ? secret->data.at("uri") : secret.error().reason;
  }
};

std::string secret(const std::string& uri) {
  return "{apiVersion: v1, kind: Secret, metadata: {name: db, namespace: shop}, stringData: {uri: '" + uri +
         "'}}\n";
}

TEST_F(ManifestCopies, DontCountWhereTheObjectWasThereBefore) {
  write("b.yaml", environment("staging", "base"));
  open();
  write("a.yaml", environment("staging", "heads"));
  scan();
  EXPECT_EQ(target(), "base");
  EXPECT_THAT(complaints(),
              ElementsAre(AllOf(HasSubstr("MigrationEnvironment shop/staging in "),
                                HasSubstr("b.yaml:1 counts, and in "), HasSubstr("a.yaml:1 does not"))));
  folder_.remove("in/b.yaml");
  scan();
  EXPECT_EQ(target(), "heads");
}

TEST_F(ManifestCopies, DontCountAfterARestartEither) {
  write("b.yaml", environment("staging", "base") + "---\n" + secret("right"));
  open();
  write("a.yaml", environment("staging", "heads") + "---\n" + secret("wrong"));
  scan();
  open();
  EXPECT_EQ(target(), "base");
  EXPECT_EQ(uri(), "right");
  EXPECT_THAT(complaints(), Contains(HasSubstr("b.yaml:1 counts, and in ")));
  folder_.remove("in/b.yaml");
  scan();
  EXPECT_EQ(uri(), "wrong") << "it is the only one now";
  open();
  EXPECT_EQ(uri(), "wrong");
}

TEST_F(ManifestCopies, DontCountWhenTheyAppearWhileNobodyLooks) {
  write("b.yaml", environment("staging", "base") + "---\n" + secret("right"));
  open();
  stop();
  write("a.yaml", environment("staging", "heads") + "---\n" + secret("wrong"));
  open();
  EXPECT_EQ(target(), "base");
  EXPECT_EQ(uri(), "right");
}

TEST_F(ManifestCopies, DontTakeThePlaceOfAnObjectWhoseFileIsBrokenAtARestart) {
  write("b.yaml", environment("staging", "base"));
  open();
  ASSERT_TRUE(patch(R"({"status": {"observedGeneration": 1}})"));
  const std::string uid = environment_object().meta.uid;
  stop();
  write("b.yaml", "[");
  write("a.yaml", environment("staging", "heads"));
  open();
  EXPECT_THAT(environments(), IsEmpty());
  EXPECT_TRUE(folder_.has("state/shop/staging.yaml")) << "it isn't deleted";
  EXPECT_THAT(complaints(), Contains(AllOf(HasSubstr("does not count"), HasSubstr("a.yaml:1"),
                                           HasSubstr("it was taken from "), HasSubstr("b.yaml"))));
  open();
  write("b.yaml", environment("staging", "base"));
  scan();
  EXPECT_EQ(target(), "base");
  EXPECT_EQ(environment_object().meta.uid, uid);
}

TEST_F(ManifestCopies, NoneOfWhichWasThereFirstDontCountUntilOneIsLeft) {
  write("a.yaml", environment("staging", "heads"));
  write("b.yaml", environment("staging", "base"));
  open();
  EXPECT_THAT(environments(), IsEmpty());
  EXPECT_THAT(complaints(), Contains(AllOf(HasSubstr("none counts until one of them alone is left"),
                                           HasSubstr("MigrationEnvironment shop/staging in "),
                                           HasSubstr("a.yaml:1 and in "), HasSubstr("b.yaml:1"))));
  open();
  EXPECT_THAT(environments(), IsEmpty()) << "a restart decides nothing";
  folder_.remove("in/a.yaml");
  scan();
  EXPECT_EQ(target(), "base");
}

TEST_F(ManifestCopies, LeaveTheStateAloneWhereNothingTellsWhichWasThereFirst) {
  write("b.yaml", environment("staging", "base"));
  open();
  ASSERT_TRUE(patch(R"({"status": {"observedGeneration": 1}})"));
  const std::string uid = environment_object().meta.uid;
  stop();
  write("a.yaml", environment("staging", "heads"));
  folder_.write("state/objects.yaml", "[");
  open();
  EXPECT_THAT(environments(), IsEmpty());
  EXPECT_TRUE(folder_.has("state/shop/staging.yaml"));
  EXPECT_THAT(log_.lines_with("which file each object was taken from can't be understood"), Not(IsEmpty()));
  folder_.remove("in/a.yaml");
  scan();
  EXPECT_EQ(environment_object().meta.uid, uid);
}

TEST_F(ManifestCopies, DontEndWhatWorksWhenTheFileOfTheObjectGoes) {
  write("c.yaml", environment("staging", "base"));
  open();
  const std::string uid = environment_object().meta.uid;
  write("a.yaml", environment("staging", "heads"));
  write("b.yaml", environment("staging", "3f2a9c1b7d10"));
  scan();
  folder_.remove("in/c.yaml");
  scan();
  EXPECT_EQ(target(), "base") << "two are left, and neither was there first";
  folder_.remove("in/b.yaml");
  scan();
  EXPECT_EQ(target(), "heads");
  EXPECT_EQ(environment_object().meta.uid, uid);
}

TEST_F(ManifestCopies, ThatAreEqualCountAndAreComplainedOf) {
  write("a.yaml", environment("staging", "base"));
  write("b.yaml", environment("staging", "base"));
  open();
  EXPECT_EQ(target(), "base");
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("a.yaml:1 counts, and in ")));
  write("b.yaml", environment("staging", "heads"));
  scan();
  EXPECT_EQ(target(), "base");
  open();
  EXPECT_EQ(target(), "base");
}

TEST_F(ManifestCopies, AreToldApartByTheirPlaceInTheFolder) {
  write("b.yaml", environment("staging", "base"));
  write("sub/b.yaml", environment("production"));
  open();
  stop();
  std::filesystem::rename(folder_.path() / "in", folder_.path() / "elsewhere");
  folder_.write("elsewhere/a.yaml", environment("staging", "heads"));
  auto moved = opened("elsewhere", "state");
  ASSERT_TRUE(moved) << moved.error().message;
  cluster_ = *std::move(moved);
  EXPECT_THAT(environments(), ElementsAre("production", "staging"));
  EXPECT_EQ(api::decode_spec(cluster_->environments().list(2, "", {})->items.at(1).json)->target, "base");
}

}  // namespace
}  // namespace athanor::manifests
