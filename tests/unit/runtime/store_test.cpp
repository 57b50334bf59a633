#include "runtime/store.hpp"

#include <gtest/gtest.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

ports::WatchedObject in(std::string ns, std::string name) {
  ports::WatchedObject found = object(std::move(name));
  found.meta.key.ns = std::move(ns);
  return found;
}

std::vector<std::string> names(const std::vector<ObjectPtr>& objects) {
  std::vector<std::string> names;
  for (const ObjectPtr& each : objects) names.push_back(each->meta.key.to_string());
  return names;
}

TEST(Store, TellsWhatWasThereBeforeAnObjectWasPut) {
  Store store;
  const Store::Change added = store.put(object("a", "one", "v1"));
  EXPECT_TRUE(added.changed);
  EXPECT_EQ(added.before, nullptr);
  EXPECT_EQ(added.after->json, "one");
  const Store::Change modified = store.put(object("a", "two", "v2"));
  EXPECT_EQ(*modified.before, *added.after);
  EXPECT_EQ(*store.get(key("a")), *modified.after);
  EXPECT_EQ(store.size(), 1U);
}

TEST(Store, GivesBackAllOfAnObjectsMetadata) {
  Store store;
  ports::WatchedObject put = object("a", "one", "v1");
  put.meta.uid = "u1";
  put.meta.generation = 7;
  put.meta.deleting = true;
  put.meta.labels = {{"app", "shop"}};
  put.meta.annotations = {{"note", "x"}};
  store.put(put);
  EXPECT_EQ(*store.get(key("a")), put);
}

TEST(Store, LeavesValuesThatSomebodyHoldsAsTheyAre) {
  Store store;
  store.put(object("a", "one", "v1"));
  const ObjectPtr held = store.get(key("a"));
  store.put(object("a", "two", "v2"));
  store.erase(key("a"));
  EXPECT_EQ(held->json, "one");
}

TEST(Store, KeepsItsOwnObjectWhenTheVersionIsTheSame) {
  Store store;
  const ObjectPtr first = store.put(object("a", "one", "v1")).after;
  const Store::Change again = store.put(object("a", "one", "v1"));
  EXPECT_FALSE(again.changed);
  EXPECT_EQ(*store.get(key("a")), *first);
}

TEST(Store, SeesAChangeInAnObjectMadeAnewUnderTheSameName) {
  Store store;
  ports::WatchedObject first = object("a", "{}", "v1");
  first.meta.uid = "1";
  ports::WatchedObject second = first;
  second.meta.uid = "2";
  store.put(first);
  EXPECT_TRUE(store.put(second).changed);
}

TEST(Store, SeesAChangeInEveryObjectWithoutAVersion) {
  Store store;
  store.put(object("a", "one"));
  EXPECT_TRUE(store.put(object("a", "two")).changed);
  EXPECT_EQ(store.get(key("a"))->json, "two");
}

TEST(Store, GivesNothingForWhatItHasNot) {
  Store store;
  EXPECT_EQ(store.get(key("a")), nullptr);
  EXPECT_EQ(store.erase(key("a")), nullptr);
}

TEST(Store, ListsOneNamespaceOrAllSortedByKey) {
  Store store;
  for (const char* ns : {"b", "a", "ab"}) {
    store.put(in(ns, "2"));
    store.put(in(ns, "1"));
  }
  EXPECT_EQ(names(store.list("a")), (std::vector<std::string>{"a/1", "a/2"}));
  EXPECT_EQ(names(store.list()), (std::vector<std::string>{"a/1", "a/2", "ab/1", "ab/2", "b/1", "b/2"}));
  EXPECT_TRUE(store.list("nowhere").empty());
}

TEST(Store, DropsWhatAListDidNotHave) {
  Store store;
  for (const char* name : {"a", "b", "c"}) store.put(object(name));
  EXPECT_EQ(names(store.retain("", {key("b")})), (std::vector<std::string>{"shop/a", "shop/c"}));
  EXPECT_EQ(names(store.list()), std::vector<std::string>{"shop/b"});
}

TEST(Store, DropsNothingOfNamespacesThatWereNotListed) {
  Store store;
  store.put(in("a", "1"));
  store.put(in("b", "1"));
  store.put(in("c", "1"));
  EXPECT_EQ(names(store.retain("b", {})), std::vector<std::string>{"b/1"});
  EXPECT_EQ(names(store.list()), (std::vector<std::string>{"a/1", "c/1"}));
}

TEST(Store, KeepsStringsWithoutSpareRoom) {
  Store store;
  ports::WatchedObject grown = object("a");
  grown.json.reserve(100'000);
  grown.json.assign(1000, 'x');
  store.put(std::move(grown));
  EXPECT_LT(store.get(key("a"))->json.capacity(), 1100U);
}

}  // namespace
}  // namespace athanor::runtime
