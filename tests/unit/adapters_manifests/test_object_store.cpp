#include <functional>
#include <thread>

#include <gmock/gmock.h>

#include "adapters/manifests/object_store.hpp"
#include "adapters/manifests/object_uid.hpp"
#include "adapters/system/system_randomness.hpp"
#include "api/codec.hpp"

namespace athanor::manifests {
namespace {

using ports::ObjectKey;
using ports::WatchEvent;
using ports::WatchEventType;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

ManifestPtr environment(const std::string& name, const std::string& target, const std::string& label = "x") {
  auto file = parse_manifests(
      "{apiVersion: athanor.dev/v1alpha1, kind: MigrationEnvironment, metadata: {name: " + name +
          ", labels: {l: " + label + "}}, spec: {target: " + target + "}}",
      "a.yaml");
  EXPECT_TRUE(file);
  return file->manifests.at(0);
}

ManifestPtr config_map(const std::string& name, const std::string& value) {
  auto file = parse_manifests(
      "{apiVersion: v1, kind: ConfigMap, metadata: {name: " + name + "}, data: {a: " + value + "}}",
      "a.yaml");
  EXPECT_TRUE(file);
  return file->manifests.at(0);
}

const ObjectKey kA{"default", "a"};

/// uid-1, uid-2, …
std::function<std::string()> counted_uids() {
  return [count = 0]() mutable { return "uid-" + std::to_string(++count); };
}

/// "Added a", "Modified a", …, from a version up to now; the watch ends by its timeout.
std::vector<std::string> changes_since(const ObjectStore& store, Kind kind, const std::string& version) {
  std::vector<std::string> seen;
  const auto end = store.watch(kind, version, seconds{0},
                               [&seen](const WatchEvent& event) {
                                 static const std::map<WatchEventType, std::string> kNames{
                                     {WatchEventType::Added, "Added "},
                                     {WatchEventType::Modified, "Modified "},
                                     {WatchEventType::Deleted, "Deleted "},
                                     {WatchEventType::Bookmark, "Bookmark"}};
                                 seen.push_back(kNames.at(event.type) + event.object.meta.key.name);
                                 return true;
                               },
                               {});
  EXPECT_TRUE(end) << end.error().message;
  return seen;
}

std::string version_of(const ObjectStore& store, Kind kind = Kind::Environment) {
  return store.list(kind, 500, "")->resource_version;
}

TEST(ObjectStore, TellsWhatChanged) {
  ObjectStore store(counted_uids());
  const std::string start = version_of(store);
  store.replace({environment("a", "heads"), environment("b", "heads")});
  store.replace({environment("a", "base"), environment("b", "heads")});
  store.replace({environment("a", "base")});
  EXPECT_THAT(changes_since(store, Kind::Environment, start),
              ElementsAre("Added a", "Added b", "Modified a", "Deleted b", "Bookmark"));
  EXPECT_THAT(changes_since(store, Kind::ConfigMap, start), ElementsAre("Bookmark"));
}

TEST(ObjectStore, SaysNothingOfWhatStaysTheSame) {
  ObjectStore store(counted_uids());
  store.replace({environment("a", "heads")});
  const std::string version = version_of(store);
  EXPECT_THAT(store.replace({environment("a", "heads")}), IsEmpty());
  EXPECT_EQ(version_of(store), version);
}

TEST(ObjectStore, CountsGenerationsOfTheSpecOnly) {
  ObjectStore store(counted_uids());
  store.replace({environment("a", "heads")});
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.generation, 1);
  store.replace({environment("a", "heads", "z")});
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.generation, 1);
  store.replace({environment("a", "base", "z")});
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.generation, 2);
  store.set_status(kA, R"({"current": "x"})");
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.generation, 2);
}

TEST(ObjectStore, GoesOnFromAnEarlierRun) {
  const auto same = environment("a", "heads");
  const std::string status = R"({"observedGeneration": 7})";
  ObjectStore unchanged(counted_uids(), {{kA, {7, same->spec_hash, status, "of-before"}}});
  unchanged.replace({same});
  EXPECT_EQ(unchanged.find(Kind::Environment, kA)->meta.generation, 7);
  EXPECT_EQ(unchanged.find(Kind::Environment, kA)->meta.uid, "of-before");
  EXPECT_EQ(api::decode_status(unchanged.list(Kind::Environment, 1, "")->items[0].json).observed_generation,
            7);
  ObjectStore edited(counted_uids(), {{kA, {7, "another", status, "of-before"}}});
  edited.replace({same});
  EXPECT_EQ(edited.find(Kind::Environment, kA)->meta.generation, 8) << "the spec changed while nobody looked";
  EXPECT_EQ(edited.find(Kind::Environment, kA)->meta.uid, "of-before");
}

TEST(ObjectStore, GivesAnEnvironmentOfAReleaseThatSavedNoUidANewOne) {
  ObjectStore store(counted_uids(), {{kA, {7, "x", "{}", ""}}});
  store.replace({environment("a", "heads")});
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.uid, "uid-1");
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.generation, 8);
}

TEST(ObjectStore, KeepsWhatWasSavedForTheEnvironmentOfThatName) {
  const auto same = environment("a", "heads");
  ObjectStore store(counted_uids(), {{kA, {7, same->spec_hash, "{}", "of-before"}}});
  store.replace({config_map("a", "x"), same});
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.uid, "of-before");
  EXPECT_NE(store.find(Kind::ConfigMap, kA)->meta.uid, "of-before");
}

TEST(ObjectStore, TellsOnceWhoseSavedStatusNobodyTook) {
  ObjectStore store(counted_uids(), {{kA, {7, "x", "{}", "u"}}, {{"default", "b"}, {3, "x", "{}", "v"}}});
  store.replace({environment("a", "heads")});
  EXPECT_THAT(store.forget_saved(), ElementsAre(ObjectKey{"default", "b"}));
  EXPECT_THAT(store.forget_saved(), IsEmpty());
  store.replace({environment("a", "heads"), environment("b", "heads")});
  EXPECT_EQ(store.find(Kind::Environment, {"default", "b"})->meta.generation, 1) << "it starts anew";
}

TEST(ObjectStore, StartsAnewForAnObjectThatWasDeleted) {
  ObjectStore store(counted_uids(), {{kA, {7, "x", "{}", "of-before"}}});
  store.replace({environment("a", "heads")});
  EXPECT_THAT(store.replace({}), ElementsAre(kA));
  store.replace({environment("a", "heads")});
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.generation, 1);
  EXPECT_EQ(store.find(Kind::Environment, kA)->status, "");
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.uid, "uid-1");
}

TEST(ObjectStore, GivesEveryObjectThatAppearsAnotherUid) {
  ObjectStore store(counted_uids());
  store.replace({config_map("a", "x"), environment("a", "heads")});
  EXPECT_EQ(store.find(Kind::ConfigMap, kA)->meta.uid, "uid-1");
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.uid, "uid-2");
  store.replace({config_map("a", "two"), environment("a", "base")});
  EXPECT_EQ(store.find(Kind::ConfigMap, kA)->meta.uid, "uid-1") << "it is the same object, edited";
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.uid, "uid-2");
  store.replace({});
  store.replace({config_map("a", "two"), environment("a", "base")});
  EXPECT_EQ(store.find(Kind::ConfigMap, kA)->meta.uid, "uid-3");
  EXPECT_EQ(store.find(Kind::Environment, kA)->meta.uid, "uid-4");
}

TEST(ObjectStore, ShowsAnEnvironmentAsAnApiServerWould) {
  ObjectStore store(counted_uids());
  store.replace({environment("a", "base")});
  store.set_status(kA, R"({"observedGeneration": 3})");
  const auto page = store.list(Kind::Environment, 10, "");
  ASSERT_EQ(page->items.size(), 1U);
  const ports::WatchedObject& object = page->items[0];
  EXPECT_EQ(object.meta.key, kA);
  EXPECT_EQ(object.meta.uid, "uid-1");
  EXPECT_THAT(object.json, ::testing::HasSubstr("\"uid\":\"" + object.meta.uid + "\""));
  EXPECT_THAT(object.json, ::testing::HasSubstr("\"target\":\"base\""));
  EXPECT_EQ(api::decode_status(object.json).observed_generation, 3);
}

TEST(ObjectStore, ShowsOfAConfigMapItsMetadataOnly) {
  ObjectStore store(counted_uids());
  store.replace({config_map("a", "secretive")});
  EXPECT_EQ(store.list(Kind::ConfigMap, 10, "")->items.at(0).json, "");
}

TEST(ObjectStore, ANewValueOfAConfigMapIsANewVersion) {
  ObjectStore store(counted_uids());
  store.replace({config_map("a", "one")});
  const std::string version = store.find(Kind::ConfigMap, kA)->meta.resource_version;
  store.replace({config_map("a", "two")});
  EXPECT_NE(store.find(Kind::ConfigMap, kA)->meta.resource_version, version);
}

TEST(ObjectStore, ListsInPages) {
  ObjectStore store(counted_uids());
  store.replace({config_map("a", "x"), config_map("b", "x"), config_map("c", "x")});
  const auto first = store.list(Kind::ConfigMap, 2, "");
  ASSERT_EQ(first->items.size(), 2U);
  store.replace(
      {config_map("a", "changed"), config_map("b", "x"), config_map("c", "x"), config_map("d", "x")});
  const auto second = store.list(Kind::ConfigMap, 2, first->continue_token);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->items.size(), 2U);
  EXPECT_EQ(second->continue_token, "");
  EXPECT_EQ(second->resource_version, first->resource_version) << "a change between pages must not be missed";
  EXPECT_THAT(changes_since(store, Kind::ConfigMap, second->resource_version),
              ElementsAre("Modified a", "Added d", "Bookmark"));
}

TEST(ObjectStore, RefusesVersionsThatItNeverGave) {
  const ObjectStore store(counted_uids());
  const auto ignore = [](const WatchEvent&) { return true; };
  for (const std::string version : {"", "x", "99"}) {
    const auto end = store.watch(Kind::Environment, version, seconds{0}, ignore, {});
    ASSERT_FALSE(end) << version;
    EXPECT_EQ(end.error().reason, "Expired");
  }
  EXPECT_EQ(store.list(Kind::Environment, 1, "nonsense").error().reason, "Expired");
}

TEST(ObjectStore, ForgetsChangesOfLongAgo) {
  ObjectStore store(counted_uids());
  const std::string start = version_of(store);
  const auto one = config_map("a", "one");
  const auto two = config_map("a", "two");
  for (int i = 0; i < 1'001; ++i) store.replace({i % 2 == 0 ? one : two});
  const auto end =
      store.watch(Kind::ConfigMap, start, seconds{0}, [](const WatchEvent&) { return true; }, {});
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().reason, "Expired");
}

TEST(ObjectStore, WakesAWatcher) {
  ObjectStore store(counted_uids());
  const std::string version = version_of(store);
  std::string seen;
  std::jthread watcher([&] {
    const auto end = store.watch(Kind::Environment, version, seconds{60},
                                 [&seen](const WatchEvent& event) {
                                   seen = event.object.meta.key.name;
                                   return false;
                                 },
                                 {});
    EXPECT_TRUE(end);
  });
  store.replace({environment("a", "heads")});
  watcher.join();
  EXPECT_EQ(seen, "a");
}

TEST(ObjectStore, StopsAWatcher) {
  const ObjectStore store(counted_uids());
  std::jthread watcher([&store](const std::stop_token& stop) {
    const auto end = store.watch(
        Kind::Environment, "1", seconds{60}, [](const WatchEvent&) { return true; }, stop);
    EXPECT_TRUE(end);
  });
  watcher.request_stop();
  watcher.join();
}

TEST(RandomUid, IsAUuidOfVersionFour) {
  system::SystemRandomness randomness;
  const std::string uid = random_uid(randomness);
  EXPECT_THAT(uid,
              ::testing::MatchesRegex("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(random_uid(randomness), uid);
}

}  // namespace
}  // namespace athanor::manifests
