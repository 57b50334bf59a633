// EnvironmentIndex: which environments a ConfigMap matters to.
#include "controller/environment_index.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace athanor::controller {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ports::WatchedObject environment(ports::ObjectKey key, const std::string& revisions) {
  ports::WatchedObject object;
  object.meta.key = std::move(key);
  nlohmann::json json;
  json["spec"]["database"]["url"] = "postgresql://db/shop";
  json["spec"]["revisions"] = nlohmann::json::parse(revisions);
  object.json = json.dump();
  return object;
}

ports::ObjectMeta config_map(ports::ObjectKey key, ports::StringMap labels = {}) {
  ports::ObjectMeta meta;
  meta.key = std::move(key);
  meta.labels = std::move(labels);
  return meta;
}

class Index : public testing::Test {
 protected:
  void SetUp() override {
    index_.put(environment({"shop", "by-name"}, R"({"configMaps": [{"name": "a"}, {"name": "b"}]})"));
    index_.put(
        environment({"shop", "by-label"}, R"({"configMapSelector": {"matchLabels": {"app": "shop"}}})"));
    index_.put(environment({"other", "by-name"}, R"({"configMaps": [{"name": "a"}]})"));
    index_.put(
        environment({"shoq", "by-label"}, R"({"configMapSelector": {"matchLabels": {"app": "shop"}}})"));
  }

  EnvironmentIndex index_;
};

TEST_F(Index, finds_who_names_a_config_map) {
  EXPECT_THAT(index_.readers_of(config_map({"shop", "b"})), ElementsAre(ports::ObjectKey{"shop", "by-name"}));
}

TEST_F(Index, finds_who_selects_it_by_its_labels) {
  EXPECT_THAT(index_.readers_of(config_map({"shop", "c"}, {{"app", "shop"}, {"tier", "db"}})),
              ElementsAre(ports::ObjectKey{"shop", "by-label"}));
}

TEST_F(Index, finds_both_in_the_config_maps_own_namespace_only) {
  EXPECT_THAT(index_.readers_of(config_map({"shop", "a"}, {{"app", "shop"}})),
              ElementsAre(ports::ObjectKey{"shop", "by-label"}, ports::ObjectKey{"shop", "by-name"}));
}

TEST_F(Index, finds_whose_connection_refers_to_it) {
  ports::WatchedObject object;
  object.meta.key = {"shop", "referring"};
  object.json = R"({"spec": {"revisions": {"configMaps": [{"name": "c"}]}, "database": {
    "connection": {"host": {"valueFrom": {"configMapKeyRef": {"name": "place", "key": "host"}}},
                   "dbname": {"value": "shop"}, "user": {"value": "shop"}},
    "tls": {"rootCert": {"valueFrom": {"configMapKeyRef": {"name": "ca", "key": "ca.crt"}}}}}}})";
  index_.put(object);
  for (const char* name : {"place", "ca"}) {
    EXPECT_THAT(index_.readers_of(config_map({"shop", name})),
                ElementsAre(ports::ObjectKey{"shop", "referring"}))
        << name;
  }
}

TEST_F(Index, finds_nobody_for_what_nobody_reads) {
  EXPECT_THAT(index_.readers_of(config_map({"shop", "c"}, {{"app", "other"}})), IsEmpty());
  EXPECT_THAT(index_.readers_of(config_map({"elsewhere", "a"}, {{"app", "shop"}})), IsEmpty());
}

TEST_F(Index, follows_an_environment_that_reads_something_else_now) {
  index_.put(environment({"shop", "by-name"}, R"({"configMaps": [{"name": "c"}]})"));
  EXPECT_THAT(index_.readers_of(config_map({"shop", "a"})), IsEmpty());
  EXPECT_THAT(index_.readers_of(config_map({"shop", "c"})), ElementsAre(ports::ObjectKey{"shop", "by-name"}));
}

TEST_F(Index, forgets_an_environment_that_is_gone) {
  index_.erase({"shop", "by-name"});
  EXPECT_THAT(index_.readers_of(config_map({"shop", "a"})), IsEmpty());
}

TEST_F(Index, has_an_environment_whose_spec_does_not_decode_read_nothing) {
  ports::WatchedObject broken;
  broken.meta.key = {"shop", "by-name"};
  broken.json = R"({"spec": {"revisions": 7}})";
  index_.put(broken);
  EXPECT_THAT(index_.readers_of(config_map({"shop", "a"})), IsEmpty());
}

}  // namespace
}  // namespace athanor::controller
