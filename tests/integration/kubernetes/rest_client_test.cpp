// Single reads and writes against a real API server.
#include "adapters/kubernetes/rest_client.hpp"

#include <chrono>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "integration/kubernetes/cluster.hpp"

namespace athanor::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using RestClientTest = ClusterTest;

TEST_F(RestClientTest, the_cluster_id_is_the_uid_of_kube_system) {
  const auto id = admin_->client.cluster_id();
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(*id, json::parse(send("GET", "/api/v1/namespaces/kube-system").body).at("metadata").at("uid"));
}

TEST_F(RestClientTest, the_cluster_id_is_empty_for_who_may_not_read_it) {
  Session limited(control_plane().config("limited"));
  const auto id = limited.client.cluster_id();
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_THAT(*id, IsEmpty());
}

TEST_F(RestClientTest, a_config_map_comes_with_text_and_bytes) {
  create(config_maps_path(), {{"metadata", {{"name", "revisions"}, {"labels", {{"app", "shop"}}}}},
                              {"data", {{"1_a.sql", "SELECT 'ü';\n"}}},
                              {"binaryData", {{"2_b.sql.gz", "H4sIAP8="}}}});
  const auto read = admin_->client.config_map({ns_, "revisions"});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->meta.key, (ports::ObjectKey{ns_, "revisions"}));
  EXPECT_THAT(read->meta.labels, UnorderedElementsAre(Pair("app", "shop")));
  EXPECT_THAT(read->data, UnorderedElementsAre(Pair("1_a.sql", "SELECT 'ü';\n")));
  EXPECT_THAT(read->binary_data,
              UnorderedElementsAre(Pair("2_b.sql.gz", std::string("\x1f\x8b\x08\x00\xff", 5))));
}

TEST_F(RestClientTest, a_secrets_values_come_as_bytes) {
  create("/api/v1/namespaces/" + ns_ + "/secrets",
         {{"metadata", {{"name", "db"}}}, {"stringData", {{"uri", "postgresql://u:p@h/d"}}}});
  const auto read = admin_->client.secret({ns_, "db"});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->data, UnorderedElementsAre(Pair("uri", "postgresql://u:p@h/d")));
}

TEST_F(RestClientTest, a_missing_object_is_not_found_and_named) {
  const auto read = admin_->client.secret({ns_, "absent"});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::Transient);
  EXPECT_EQ(read.error().reason, "NotFound");
  EXPECT_THAT(read.error().message, HasSubstr(ns_ + "/absent"));
}

TEST_F(RestClientTest, an_environment_is_read_and_patched_under_a_managers_name) {
  create_environment("staging");
  const ports::ObjectKey key{ns_, "staging"};
  const auto patched = admin_->client.patch_environment(
      key, R"({"spec":{"suspend":true},"metadata":{"annotations":{"a":"b"}}})", "athanor-kubectl");
  ASSERT_TRUE(patched) << patched.error().message;
  const auto read = admin_->client.environment(key);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->json, patched->json);
  EXPECT_THAT(read->meta.annotations, UnorderedElementsAre(Pair("a", "b")));
  EXPECT_TRUE(json::parse(read->json)["spec"]["suspend"]);
  EXPECT_THAT(send("GET", environments_path() + "/staging").body, HasSubstr("athanor-kubectl"));
}

TEST_F(RestClientTest, a_patch_that_the_schema_forbids_is_rejected) {
  create_environment("staging");
  const auto patched = admin_->client.patch_environment({ns_, "staging"}, R"({"spec":{"suspend":"maybe"}})",
                                                        "athanor-kubectl");
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().reason, "ApiRejected");
}

TEST_F(RestClientTest, a_status_is_patched_field_by_field_and_null_takes_one_away) {
  const std::string uid = create_environment("staging");
  const ports::ObjectKey key{ns_, "staging"};
  const auto first = admin_->client.patch_status(
      key, uid, R"({"status":{"observedGeneration":1,"observedDigest":"sha256:00","pendingCount":3}})");
  ASSERT_TRUE(first) << first.error().message;
  const auto second =
      admin_->client.patch_status(key, uid, R"({"status":{"observedDigest":null,"pendingCount":0}})");
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_NE(*first, *second);
  const json seen = json::parse(send("GET", environments_path() + "/staging").body);
  EXPECT_EQ(seen.at("metadata").at("resourceVersion"), *second);
  EXPECT_EQ(seen.at("metadata").at("generation"), 1);
  EXPECT_EQ(seen.at("status").at("pendingCount"), 0);
  EXPECT_FALSE(seen.at("status").contains("observedDigest"));
}

TEST_F(RestClientTest, a_status_patch_that_changes_nothing_keeps_the_version) {
  const std::string uid = create_environment("staging");
  const std::string patch = R"({"status":{"observedGeneration":1}})";
  const auto first = admin_->client.patch_status({ns_, "staging"}, uid, patch);
  const auto second = admin_->client.patch_status({ns_, "staging"}, uid, patch);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
}

TEST_F(RestClientTest, a_status_meant_for_an_object_that_was_made_anew_is_refused) {
  const std::string old_uid = create_environment("staging");
  remove(environments_path() + "/staging");
  create_environment("staging");
  const auto patched =
      admin_->client.patch_status({ns_, "staging"}, old_uid, R"({"status":{"observedGeneration":1}})");
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(patched.error().reason, "Conflict");
  EXPECT_EQ(json::parse(send("GET", environments_path() + "/staging").body).at("status"),
            (json{{"observedGeneration", -1}}));
}

TEST_F(RestClientTest, a_status_patch_of_a_deleted_object_is_not_found) {
  const auto patched = admin_->client.patch_status({ns_, "absent"}, "u", R"({"status":{}})");
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().reason, "NotFound");
}

TEST_F(RestClientTest, a_status_that_the_schema_refuses_is_rejected_for_good) {
  const std::string uid = create_environment("staging");
  const auto patched =
      admin_->client.patch_status({ns_, "staging"}, uid, R"({"status":{"pendingCount":"many"}})");
  ASSERT_FALSE(patched);
  EXPECT_EQ(patched.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(patched.error().reason, "ApiRejected");
  EXPECT_THAT(patched.error().message, HasSubstr("pendingCount"));
}

ports::Lease lease_of(const std::string& ns) {
  ports::Lease lease;
  lease.key = {ns, "athanor"};
  lease.holder = "one";
  lease.duration_seconds = 15;
  lease.acquire_time = "2026-11-22T20:14:00.000001Z";
  lease.renew_time = "2026-11-22T20:14:02.000002Z";
  return lease;
}

TEST_F(RestClientTest, a_lease_comes_back_as_it_was_created) {
  const auto created = admin_->client.create_lease(lease_of(ns_));
  ASSERT_TRUE(created) << created.error().message;
  const auto read = admin_->client.lease({ns_, "athanor"});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->holder, "one");
  EXPECT_EQ(read->duration_seconds, 15);
  EXPECT_EQ(read->acquire_time, "2026-11-22T20:14:00.000001Z");
  EXPECT_EQ(read->renew_time, "2026-11-22T20:14:02.000002Z");
  EXPECT_EQ(read->transitions, 0);
  EXPECT_EQ(read->resource_version, created->resource_version);
}

TEST_F(RestClientTest, a_second_create_of_a_lease_says_that_it_exists) {
  ASSERT_TRUE(admin_->client.create_lease(lease_of(ns_)));
  const auto again = admin_->client.create_lease(lease_of(ns_));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(again.error().reason, "AlreadyExists");
}

TEST_F(RestClientTest, of_two_updates_of_one_version_of_a_lease_the_second_conflicts) {
  const auto created = admin_->client.create_lease(lease_of(ns_));
  ASSERT_TRUE(created) << created.error().message;
  ports::Lease mine = *created;
  mine.transitions = 1;
  const auto updated = admin_->client.update_lease(mine);
  ASSERT_TRUE(updated) << updated.error().message;
  EXPECT_NE(updated->resource_version, created->resource_version);
  ports::Lease theirs = *created;
  theirs.holder = "two";
  const auto refused = admin_->client.update_lease(theirs);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(refused.error().reason, "Conflict");
}

TEST_F(RestClientTest, a_lease_update_keeps_the_labels_that_others_put_on_it) {
  ASSERT_TRUE(admin_->client.create_lease(lease_of(ns_)));
  const std::string target = "/apis/coordination.k8s.io/v1/namespaces/" + ns_ + "/leases/athanor";
  ASSERT_EQ(
      send("PATCH", target, R"({"metadata":{"labels":{"team":"data"}}})", "application/merge-patch+json")
          .status,
      200);
  auto lease = admin_->client.lease({ns_, "athanor"});
  ASSERT_TRUE(lease) << lease.error().message;
  lease->transitions = 1;
  const auto updated = admin_->client.update_lease(*lease);
  ASSERT_TRUE(updated) << updated.error().message;
  EXPECT_EQ(updated->transitions, 1);
  EXPECT_EQ(json::parse(send("GET", target).body).at("metadata").at("labels").at("team"), "data");
}

TEST_F(RestClientTest, a_released_lease_has_no_holder) {
  auto lease = admin_->client.create_lease(lease_of(ns_));
  ASSERT_TRUE(lease) << lease.error().message;
  lease->holder = "";
  const auto released = admin_->client.update_lease(*lease);
  ASSERT_TRUE(released) << released.error().message;
  EXPECT_EQ(admin_->client.lease({ns_, "athanor"})->holder, "");
}

class EventTest : public ClusterTest {
 protected:
  ports::EventRecord record() {
    ports::EventRecord made;
    made.event.regarding.key = {ns_, "staging"};
    made.event.regarding.uid = create_environment("staging");
    made.event.type = ports::EventType::Warning;
    made.event.reason = "RevisionFailed";
    made.event.action = "Migrate";
    made.event.note = "revision 3f2a9c1b7d10 failed";
    made.name = "staging.17a";
    made.event_time = "2026-11-22T20:14:00.123456Z";
    made.reporting_instance = "athanor-0";
    return made;
  }
  json stored() {
    return json::parse(send("GET", "/apis/events.k8s.io/v1/namespaces/" + ns_ + "/events/staging.17a").body);
  }
};

TEST_F(EventTest, an_event_is_stored_with_what_it_regards) {
  const auto made = record();
  const auto created = admin_->client.create_event(made);
  ASSERT_TRUE(created) << created.error().message;
  const json seen = stored();
  EXPECT_EQ(seen.at("regarding").at("kind"), "MigrationEnvironment");
  EXPECT_EQ(seen.at("regarding").at("uid"), made.event.regarding.uid);
  EXPECT_EQ(seen.at("reason"), "RevisionFailed");
  EXPECT_EQ(seen.at("action"), "Migrate");
  EXPECT_EQ(seen.at("type"), "Warning");
  EXPECT_EQ(seen.at("note"), "revision 3f2a9c1b7d10 failed");
  EXPECT_EQ(seen.at("reportingController"), "athanor.dev/operator");
  EXPECT_EQ(seen.at("eventTime"), "2026-11-22T20:14:00.123456Z");
}

TEST_F(EventTest, creating_an_event_twice_is_one_act) {
  const auto made = record();
  ASSERT_TRUE(admin_->client.create_event(made));
  const auto again = admin_->client.create_event(made);
  EXPECT_TRUE(again) << again.error().message;
}

TEST_F(EventTest, a_repeated_event_gets_a_series) {
  auto made = record();
  ASSERT_TRUE(admin_->client.create_event(made));
  made.series_count = 2;
  made.last_observed = "2026-11-22T20:15:00.000000Z";
  const auto updated = admin_->client.update_event_series(made);
  ASSERT_TRUE(updated) << updated.error().message;
  EXPECT_EQ(stored().at("series").at("count"), 2);
  EXPECT_EQ(stored().at("series").at("lastObservedTime"), "2026-11-22T20:15:00.000000Z");
}

TEST_F(EventTest, an_event_beyond_every_limit_is_cut_and_not_refused) {
  auto made = record();
  made.event.note = std::string(1000, 'x') + "\xff" + std::string(40, '\xff') + std::string(5000, 'y');
  made.event.reason = std::string(300, 'R');
  made.event.action = std::string(300, 'A');
  made.reporting_instance = std::string(300, 'i');
  const auto created = admin_->client.create_event(made);
  EXPECT_TRUE(created) << created.error().message;
}

TEST_F(RestClientTest, a_forbidden_request_prints_the_rule_that_is_missing_and_works_once_it_is_granted) {
  create("/api/v1/namespaces/" + ns_ + "/secrets", {{"metadata", {{"name", "db"}}}});
  Session limited(control_plane().config("limited"));
  const auto refused = limited.client.secret({ns_, "db"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient);
  EXPECT_EQ(refused.error().reason, "Forbidden");
  EXPECT_THAT(refused.error().message,
              AllOf(HasSubstr("Role in namespace " + ns_),
                    HasSubstr(R"({apiGroups: [""], resources: ["secrets"], verbs: ["get"]})")));

  const std::string rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/" + ns_;
  create(rbac + "/roles",
         {{"metadata", {{"name", "reader"}}},
          {"rules", json::array({{{"apiGroups", {""}}, {"resources", {"secrets"}}, {"verbs", {"get"}}}})}});
  create(rbac + "/rolebindings",
         {{"metadata", {{"name", "reader"}}},
          {"subjects", json::array({{{"kind", "User"},
                                     {"name", ApiServer::kLimitedUser},
                                     {"apiGroup", "rbac.authorization.k8s.io"}}})},
          {"roleRef", {{"kind", "Role"}, {"name", "reader"}, {"apiGroup", "rbac.authorization.k8s.io"}}}});
  // The authorizer learns of roles by a watch of its own.
  auto granted = limited.client.secret({ns_, "db"});
  for (int i = 0; !granted && i < 200; ++i) {
    limited.clock.sleep_for(std::chrono::milliseconds(50), {});
    granted = limited.client.secret({ns_, "db"});
  }
  EXPECT_TRUE(granted) << granted.error().message;
}

TEST_F(RestClientTest, a_forbidden_status_patch_names_the_subresource) {
  create_environment("staging");
  Session limited(control_plane().config("limited"));
  const auto refused = limited.client.patch_status({ns_, "staging"}, "", R"({"status":{}})");
  ASSERT_FALSE(refused);
  EXPECT_THAT(
      refused.error().message,
      HasSubstr(
          R"({apiGroups: ["athanor.dev"], resources: ["migrationenvironments/status"], verbs: ["patch"]})"));
}

TEST_F(RestClientTest, a_token_that_nobody_knows_is_unauthorized_and_not_printed) {
  auto config = control_plane().config("limited");
  config.token = {"forged-token", {}};
  Session stranger(config);
  const auto refused = stranger.client.secret({ns_, "db"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Transient);
  EXPECT_EQ(refused.error().reason, "Unauthorized");
  EXPECT_THAT(refused.error().message, Not(HasSubstr("forged-token")));
  EXPECT_EQ(stranger.metrics.value("rest_client_requests_total", {{"code", "401"}, {"method", "GET"}}), 1);
}

}  // namespace
}  // namespace athanor::testing
