#include "adapters/kubernetes/request_builder.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/kubernetes/object_decoder.hpp"

namespace athanor::kubernetes {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

struct Case {
  const char* name;
  ApiRequest request;
  std::string method, target, verb, group, resource, ns;
};

class RequestTable : public ::testing::TestWithParam<Case> {};

TEST_P(RequestTable, is_built) {
  const Case& expected = GetParam();
  const ApiRequest& request = expected.request;
  EXPECT_EQ(request.http.method, expected.method);
  EXPECT_EQ(request.http.target, expected.target);
  EXPECT_EQ(request.verb, expected.verb);
  EXPECT_EQ(request.group, expected.group);
  EXPECT_EQ(request.resource, expected.resource);
  EXPECT_EQ(request.ns, expected.ns);
}

ports::Lease lease() {
  ports::Lease made;
  made.key = {"ops", "athanor"};
  made.resource_version = "7";
  made.holder = "one";
  made.duration_seconds = 15;
  made.acquire_time = "2026-11-22T20:14:00.000000Z";
  made.renew_time = "2026-11-22T20:15:00.000000Z";
  made.transitions = 3;
  return made;
}

ports::EventRecord event() {
  ports::EventRecord made;
  made.event.regarding.key = {"shop", "staging"};
  made.event.regarding.uid = "u-1";
  made.event.regarding.resource_version = "42";
  made.event.reason = "Applied";
  made.event.action = "Migrate";
  made.event.note = "2 revisions";
  made.name = "staging.17";
  made.event_time = "2026-11-22T20:14:00.000000Z";
  made.reporting_instance = "athanor-0";
  return made;
}

constexpr const char* kEnvironments = "migrationenvironments";

INSTANTIATE_TEST_SUITE_P(
    Requests, RequestTable,
    ::testing::Values(
        Case{"the_first_page_of_environments_of_a_namespace",
             list_request(WatchedKind::MigrationEnvironment, "shop", 500, ""), "GET",
             "/apis/athanor.dev/v1alpha1/namespaces/shop/migrationenvironments?limit=500", "list",
             "athanor.dev", kEnvironments, "shop"},
        Case{"a_later_page_of_environments_of_all_namespaces",
             list_request(WatchedKind::MigrationEnvironment, "", 500, "eyJ2Ijo+/=&"), "GET",
             "/apis/athanor.dev/v1alpha1/migrationenvironments?limit=500&continue=eyJ2Ijo%2B%2F%3D%26",
             "list", "athanor.dev", kEnvironments, ""},
        Case{"a_page_of_config_maps", list_request(WatchedKind::ConfigMap, "shop", 1, ""), "GET",
             "/api/v1/namespaces/shop/configmaps?limit=1", "list", "", "configmaps", "shop"},
        Case{"a_watch_of_environments", watch_request(WatchedKind::MigrationEnvironment, "", "12/3", 301s),
             "GET",
             "/apis/athanor.dev/v1alpha1/migrationenvironments"
             "?watch=true&allowWatchBookmarks=true&resourceVersion=12%2F3&timeoutSeconds=301",
             "watch", "athanor.dev", kEnvironments, ""},
        Case{"a_config_map", get_config_map_request({"shop", "a/b"}), "GET",
             "/api/v1/namespaces/shop/configmaps/a%2Fb", "get", "", "configmaps", "shop"},
        Case{"a_secret", get_secret_request({"shop", "db"}), "GET", "/api/v1/namespaces/shop/secrets/db",
             "get", "", "secrets", "shop"},
        Case{"a_namespace", get_namespace_request("kube-system"), "GET", "/api/v1/namespaces/kube-system",
             "get", "", "namespaces", ""},
        Case{"an_environment", get_environment_request({"shop", "staging"}), "GET",
             "/apis/athanor.dev/v1alpha1/namespaces/shop/migrationenvironments/staging", "get", "athanor.dev",
             kEnvironments, "shop"},
        Case{"a_patch_of_the_spec", *patch_environment_request({"shop", "staging"}, "{}", "athanor kubectl"),
             "PATCH",
             "/apis/athanor.dev/v1alpha1/namespaces/shop/migrationenvironments/"
             "staging?fieldManager=athanor%20kubectl",
             "patch", "athanor.dev", kEnvironments, "shop"},
        Case{"a_status_patch", *patch_status_request({"shop", "staging"}, "u", R"({"status":{}})"), "PATCH",
             "/apis/athanor.dev/v1alpha1/namespaces/shop/migrationenvironments/staging/status", "patch",
             "athanor.dev", "migrationenvironments/status", "shop"},
        Case{"a_lease", get_lease_request({"ops", "athanor"}), "GET",
             "/apis/coordination.k8s.io/v1/namespaces/ops/leases/athanor", "get", "coordination.k8s.io",
             "leases", "ops"},
        Case{"a_new_lease", create_lease_request(lease()), "POST",
             "/apis/coordination.k8s.io/v1/namespaces/ops/leases", "create", "coordination.k8s.io", "leases",
             "ops"},
        Case{"a_lease_update", update_lease_request(lease()), "PUT",
             "/apis/coordination.k8s.io/v1/namespaces/ops/leases/athanor", "update", "coordination.k8s.io",
             "leases", "ops"},
        Case{"a_new_event", create_event_request(event()), "POST",
             "/apis/events.k8s.io/v1/namespaces/shop/events", "create", "events.k8s.io", "events", "shop"},
        Case{"a_series", patch_event_series_request(event()), "PATCH",
             "/apis/events.k8s.io/v1/namespaces/shop/events/staging.17", "patch", "events.k8s.io", "events",
             "shop"}),
    [](const auto& row) { return row.param.name; });

TEST(PercentEncode, leaves_only_unreserved_characters) {
  EXPECT_EQ(percent_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(percent_encode(" /?&=+%\n"), "%20%2F%3F%26%3D%2B%25%0A");
  EXPECT_EQ(percent_encode("ü"), "%C3%BC");
}

TEST(Requests, config_maps_are_asked_for_as_metadata) {
  EXPECT_EQ(list_request(WatchedKind::ConfigMap, "", 1, "").http.headers.at("Accept"),
            "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
  EXPECT_EQ(watch_request(WatchedKind::ConfigMap, "", "1", 1s).http.headers.at("Accept"),
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
  EXPECT_EQ(list_request(WatchedKind::MigrationEnvironment, "", 1, "").http.headers.at("Accept"),
            "application/json");
}

TEST(Requests, every_write_may_arrive_twice_since_its_object_is_named) {
  EXPECT_TRUE(create_lease_request(lease()).http.may_repeat);
  EXPECT_TRUE(create_event_request(event()).http.may_repeat);
  EXPECT_TRUE(patch_event_series_request(event()).http.may_repeat);
  EXPECT_TRUE(patch_status_request({"shop", "staging"}, "u", R"({"status":{}})")->http.may_repeat);
}

TEST(EnvironmentPatch, goes_as_it_is_and_may_be_sent_twice) {
  const auto request =
      patch_environment_request({"shop", "staging"}, R"({"spec":{"suspend":true,"target":null}})", "me");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->http.headers.at("Content-Type"), "application/merge-patch+json");
  EXPECT_EQ(json::parse(request->http.body), json::parse(R"({"spec":{"suspend":true,"target":null}})"));
  EXPECT_TRUE(request->http.may_repeat);
}

TEST(EnvironmentPatch, that_is_no_object_is_refused) {
  for (const char* patch : {"", "[]", "{", "1"}) {
    const auto request = patch_environment_request({"shop", "staging"}, patch, "me");
    ASSERT_FALSE(request) << patch;
    EXPECT_EQ(request.error().reason, "ApiRejected");
  }
}

TEST(StatusPatch, tests_the_uid_and_then_replaces_or_removes_each_field) {
  const auto request = patch_status_request(
      {"shop", "staging"}, "u-1",
      R"({"status":{"pendingCount":2,"failure":null,"drift":{"reason":"Edited","count":null},"a/b~c":[1,null]}})");
  ASSERT_TRUE(request) << request.error().message;
  EXPECT_EQ(request->http.headers.at("Content-Type"), "application/json-patch+json");
  EXPECT_EQ(json::parse(request->http.body), json::parse(R"([
    {"op":"test","path":"/metadata/uid","value":"u-1"},
    {"op":"add","path":"/status/a~1b~0c","value":[1,null]},
    {"op":"add","path":"/status/drift","value":{"reason":"Edited"}},
    {"op":"add","path":"/status/failure","value":null},
    {"op":"remove","path":"/status/failure"},
    {"op":"add","path":"/status/pendingCount","value":2}])"));
}

TEST(StatusPatch, that_is_no_patch_of_a_status_is_refused) {
  for (const char* patch : {"", "[]", "{", R"({"spec":{}})", R"({"status":null})"}) {
    const auto request = patch_status_request({"shop", "staging"}, "u", patch);
    ASSERT_FALSE(request) << patch;
    EXPECT_EQ(request.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(request.error().reason, "ApiRejected");
  }
}

TEST(LeaseBody, carries_the_version_and_every_field) {
  EXPECT_EQ(json::parse(update_lease_request(lease()).http.body), json::parse(R"({
    "apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"athanor","namespace":"ops","resourceVersion":"7"},
    "spec":{"holderIdentity":"one","leaseDurationSeconds":15,"acquireTime":"2026-11-22T20:14:00.000000Z",
            "renewTime":"2026-11-22T20:15:00.000000Z","leaseTransitions":3}})"));
}

TEST(LeaseBody, of_an_update_keeps_what_others_wrote) {
  const auto read = decode_lease(R"({
    "apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"athanor","namespace":"ops","uid":"u-1","resourceVersion":"8",
                "labels":{"team":"data"},"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"},
                "ownerReferences":[{"kind":"Deployment","name":"athanor","uid":"u-2"}],
                "managedFields":[{"manager":"kubectl"}]},
    "spec":{"holderIdentity":"two","leaseTransitions":2,"strategy":"OldestEmulationVersion"}})");
  ASSERT_TRUE(read) << read.error().message;
  ports::Lease taken = lease();
  taken.json = read->json;
  EXPECT_EQ(json::parse(update_lease_request(taken).http.body), json::parse(R"({
    "apiVersion":"coordination.k8s.io/v1","kind":"Lease",
    "metadata":{"name":"athanor","namespace":"ops","uid":"u-1","resourceVersion":"7",
                "labels":{"team":"data"},"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{}"},
                "ownerReferences":[{"kind":"Deployment","name":"athanor","uid":"u-2"}]},
    "spec":{"holderIdentity":"one","leaseDurationSeconds":15,"acquireTime":"2026-11-22T20:14:00.000000Z",
            "renewTime":"2026-11-22T20:15:00.000000Z","leaseTransitions":3,
            "strategy":"OldestEmulationVersion"}})"));
}

TEST(LeaseBody, of_a_released_lease_has_a_null_holder) {
  ports::Lease released = lease();
  released.holder = "";
  const json body = json::parse(update_lease_request(released).http.body);
  EXPECT_TRUE(body.at("spec").at("holderIdentity").is_null());
}

TEST(EventBody, says_what_happened_to_what) {
  EXPECT_EQ(json::parse(create_event_request(event()).http.body), json::parse(R"({
    "apiVersion":"events.k8s.io/v1","kind":"Event","metadata":{"name":"staging.17","namespace":"shop"},
    "eventTime":"2026-11-22T20:14:00.000000Z","reportingController":"athanor.dev/operator",
    "reportingInstance":"athanor-0","action":"Migrate","reason":"Applied","note":"2 revisions","type":"Normal",
    "regarding":{"apiVersion":"athanor.dev/v1alpha1","kind":"MigrationEnvironment","namespace":"shop",
                 "name":"staging","uid":"u-1","resourceVersion":"42"}})"));
}

TEST(EventBody, of_a_series_patch_is_the_series_alone) {
  ports::EventRecord repeated = event();
  repeated.series_count = 5;
  repeated.last_observed = "2026-11-22T21:00:00.000000Z";
  EXPECT_EQ(json::parse(patch_event_series_request(repeated).http.body),
            json::parse(R"({"series":{"count":5,"lastObservedTime":"2026-11-22T21:00:00.000000Z"}})"));
}

TEST(EventBody, is_cut_to_the_servers_limits_between_characters) {
  ports::EventRecord long_one = event();
  long_one.event.note = std::string(1023, 'x') + "ü and more";
  long_one.event.reason = std::string(200, 'R');
  long_one.event.action = std::string(200, 'A');
  long_one.reporting_instance = std::string(200, 'i');
  const json body = json::parse(create_event_request(long_one).http.body);
  EXPECT_EQ(body.at("note"), std::string(1023, 'x'));
  EXPECT_EQ(body.at("reason").get<std::string>().size(), 128U);
  EXPECT_EQ(body.at("action").get<std::string>().size(), 128U);
  EXPECT_EQ(body.at("reportingInstance").get<std::string>().size(), 128U);
}

TEST(EventBody, replaces_bytes_that_are_no_utf8_and_stays_within_the_limit) {
  ports::EventRecord broken = event();
  broken.event.note = std::string(1024, '\xff');
  const auto note = json::parse(create_event_request(broken).http.body).at("note").get<std::string>();
  EXPECT_LE(note.size(), 1024U);
  EXPECT_EQ(note.substr(0, 3), "\xEF\xBF\xBD");
  EXPECT_EQ(note.size() % 3, 0U);
}

}  // namespace
}  // namespace athanor::kubernetes
