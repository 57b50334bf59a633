// When a file of the folder counts, and which of several does.
#include <chrono>
#include <filesystem>

#include <gmock/gmock.h>

#include "api/codec.hpp"
#include "standalone_fixture.hpp"
#include "without_override.hpp"

namespace athanor::manifests {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ManifestFiles : public Standalone {
 protected:
  /// As of the fake clock.
  void make_old(const std::string& name, milliseconds age) {
    using FileTime = std::filesystem::file_time_type;
    const auto written = std::chrono::file_clock::from_sys(clock_.wall_now() - age);
    std::filesystem::last_write_time(folder_.path() / "in" / name,
                                     std::chrono::time_point_cast<FileTime::duration>(written));
  }
  std::string target() { return api::decode_spec(environment_object().json)->target; }
};

TEST_F(ManifestFiles, CountOnceTheyStayedTheSameForASecond) {
  write("a.yaml", environment("staging", "aaaa"));
  open();
  write("a.yaml", environment("staging", "bbbb"));
  cluster_->scan();
  EXPECT_EQ(target(), "aaaa");
  clock_.advance(milliseconds{900});
  cluster_->scan();
  EXPECT_EQ(target(), "aaaa");
  clock_.advance(milliseconds{100});
  cluster_->scan();
  EXPECT_EQ(target(), "bbbb");
}

TEST_F(ManifestFiles, KeepWhatTheySaidWhileAWriterGoesOn) {
  write("a.yaml", environment("staging") + "---\n" + config_map("r", "SELECT"));
  open();
  const std::string whole =
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: r, namespace: shop}\ndata:\n  a.sql: |\n    CREATE "
      "TABLE a "
      "(id INT);\n    CREATE TABLE b (id INT);\n";
  for (std::size_t size = whole.size() - 60; size < whole.size(); size += 10) {
    write("a.yaml", environment("staging") + "---\n" + whole.substr(0, size));
    cluster_->scan();
    clock_.advance(milliseconds{999});
    EXPECT_EQ(cluster_->client().config_map({"shop", "r"})->data.at("a.sql"), "SELECT")
        << "half is valid YAML";
  }
  write("a.yaml", environment("staging") + "---\n" + whole);
  scan();
  EXPECT_THAT(cluster_->client().config_map({"shop", "r"})->data.at("a.sql"), HasSubstr("TABLE b"));
  EXPECT_THAT(complaints(), IsEmpty());
}

TEST_F(ManifestFiles, KeepWhatTheySaidWhileTheyAreEmptyForAMoment) {
  write("a.yaml", environment("staging"));
  open();
  const std::string uid = environment_object().meta.uid;
  write("a.yaml", "");
  cluster_->scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  write("a.yaml", environment("staging"));
  scan();
  EXPECT_EQ(environment_object().meta.uid, uid) << "it was there all the time";
  write("a.yaml", "");
  scan();
  EXPECT_THAT(environments(), IsEmpty()) << "a file that stays empty means it";
}

TEST_F(ManifestFiles, TakeTheirObjectsAlongWhenTheyAreRenamed) {
  write("a.yaml", environment("staging"));
  open();
  const std::string uid = environment_object().meta.uid;
  std::filesystem::rename(folder_.path() / "in/a.yaml", folder_.path() / "in/b.yaml");
  scan();
  EXPECT_EQ(environment_object().meta.uid, uid) << "it was there all the time";
}

TEST_F(ManifestFiles, CountAtOnceAtTheStartIfTheyAreOld) {
  write("a.yaml", environment("staging"));
  make_old("a.yaml", seconds{1});
  open();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(clock_.sleeps(), IsEmpty());
}

TEST_F(ManifestFiles, AreWaitedForAtTheStartIfTheyAreYoung) {
  write("a.yaml", environment("staging"));
  make_old("a.yaml", milliseconds{800});
  write("b.yaml", environment("production"));
  make_old("b.yaml", milliseconds{300});
  open();
  EXPECT_THAT(environments(), ElementsAre("production", "staging"));
  EXPECT_THAT(clock_.sleeps(), ElementsAre(milliseconds{200}, milliseconds{500}));
}

TEST_F(ManifestFiles, SeesAWriteOfTheSameLengthWithinTheSameTick) {
  write("a.yaml", environment("staging", "aaaa"));
  open();
  for (const std::string target : {"bbbb", "cccc", "dddd"}) {
    write("a.yaml", environment("staging", target));
    scan();
    EXPECT_EQ(api::decode_spec(environment_object().json)->target, target);
  }
}

TEST_F(ManifestFiles, KeepsWhatAHalfWrittenFileSaidBeforeAndNamesTheLine) {
  write("a.yaml", environment("staging"));
  open();
  write("a.yaml", "apiVersion: v1\nkind: [Config");
  scan();
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("in/a.yaml:2: "))) << "once, not at each scan";
  write("a.yaml", environment("staging", "base"));
  scan();
  EXPECT_EQ(api::decode_spec(environment_object().json)->target, "base");
  EXPECT_THAT(complaints(), SizeIs(1));
}

TEST_F(ManifestFiles, ComplainsAgainOfAMistakeMadeAgain) {
  write("a.yaml", "[");
  open();
  write("a.yaml", environment("staging"));
  scan();
  write("a.yaml", "[");
  scan();
  EXPECT_THAT(log_.lines_with("a manifest file can't be used"), SizeIs(2));
  EXPECT_THAT(environments(), ElementsAre("staging"));
}

TEST_F(ManifestFiles, ThatNeverSaidAnythingAreNotSaidToCount) {
  write("a.yaml", environment("staging"));
  write("b.yaml", "[");
  open();
  EXPECT_THAT(complaints(),
              ElementsAre(AllOf(HasSubstr("a manifest file can't be used: "), HasSubstr("b.yaml:1"))));
  write("a.yaml", "[");
  scan();
  EXPECT_THAT(complaints().back(),
              HasSubstr("a manifest file can't be used; what it said before still counts: "));
}

TEST_F(ManifestFiles, KeepTheirObjectWhenItsKindIsMisspelt) {
  write("a.yaml", environment("staging"));
  open();
  std::string misspelt = environment("staging");
  misspelt.replace(misspelt.find("Environment"), 11, "Enviroment");
  write("a.yaml", misspelt);
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(complaints(), ElementsAre(HasSubstr("a MigrationEnviroment of athanor.dev/v1alpha1")));
}

TEST_F(ManifestFiles, SaysOnceWhatItIgnores) {
  write("a.yaml", "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}}");
  open();
  scan();
  EXPECT_THAT(log_.lines_with("ignored an object of another kind"), SizeIs(1));
  EXPECT_THAT(log_.lines_with("ignored an object").at(0).field("detail"),
              HasSubstr("apps/v1 Deployment web in "));
}

TEST_F(ManifestFiles, KeepsEverythingWhileTheFolderIsAway) {
  write("a.yaml", environment("staging"));
  open();
  std::filesystem::rename(folder_.path() / "in", folder_.path() / "away");
  scan();
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
  EXPECT_THAT(log_.lines_with("cannot read the folder"), SizeIs(1));
  std::filesystem::rename(folder_.path() / "away", folder_.path() / "in");
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
}

TEST_F(ManifestFiles, BelowAFolderThatIsClosedCountAsBefore) {
  write("a.yaml", environment("staging"));
  write("closed/b.yaml", environment("production"));
  open();
  const auto closed = folder_.path() / "in/closed";
  {
    const WithoutOverride plain;
    std::filesystem::permissions(closed, std::filesystem::perms::none);
    write("a.yaml", environment("staging", "base"));
    scan();
    scan();
    std::filesystem::permissions(closed, std::filesystem::perms::owner_all);
  }
  EXPECT_THAT(environments(), ElementsAre("production", "staging"));
  EXPECT_EQ(complaints(),
            std::vector<std::string>{"a folder of manifests can't be read; what it said before still "
                                     "counts: cannot read the folder " +
                                     closed.string() + ": Permission denied"})
      << "once, and the others go on";
  EXPECT_EQ(api::decode_spec(cluster_->environments().list(2, "", {})->items.at(1).json)->target, "base");
  folder_.remove("in/closed/b.yaml");
  scan();
  EXPECT_THAT(environments(), ElementsAre("staging"));
}

}  // namespace
}  // namespace athanor::manifests
