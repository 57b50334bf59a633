// LIST and WATCH against a real API server.
#include <chrono>
#include <future>
#include <mutex>
#include <set>
#include <stop_token>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "adapters/kubernetes/api_watch_source.hpp"
#include "integration/kubernetes/cluster.hpp"

namespace athanor::testing {
namespace {

using namespace std::chrono_literals;
using kubernetes::ApiWatchSource;
using kubernetes::WatchedKind;
using nlohmann::json;
using ports::WatchEventType;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr std::size_t kPage = 500;
constexpr auto kServerTimeout = 300s;
constexpr auto kIdleTimeout = 120s;
/// A watch that never sees what it waits for ends so, instead of hanging.
constexpr auto kGiveUp = 60s;

/// `ADDED staging`
std::string brief(const ports::WatchEvent& event) {
  static const char* const kNames[] = {"ADDED", "MODIFIED", "DELETED", "BOOKMARK"};
  const char* type = kNames[static_cast<int>(event.type)];
  return event.type == WatchEventType::Bookmark ? type
                                                : fmt::format("{} {}", type, event.object.meta.key.name);
}

class WatchSourceTest : public ClusterTest {
 protected:
  std::string version_now(ApiWatchSource& source) {
    const auto page = source.list(kPage, "", {});
    if (!page) throw std::runtime_error(page.error().message);
    return page->resource_version;
  }

  /// Watches until `count` events came, bookmarks aside.
  std::vector<ports::WatchEvent> watch(ApiWatchSource& source, const std::string& from, std::size_t count) {
    std::vector<ports::WatchEvent> seen;
    std::stop_source stop;
    std::jthread watchdog([&](std::stop_token done) {
      if (admin_->clock.sleep_for(kGiveUp, done)) stop.request_stop();
    });
    const auto ended = source.watch(
        from, kServerTimeout, kIdleTimeout,
        [&](ports::WatchEvent event) {
          if (event.type != WatchEventType::Bookmark) seen.push_back(std::move(event));
          return seen.size() < count;
        },
        stop.get_token());
    EXPECT_TRUE(ended) << ended.error().message;
    return seen;
  }
};

std::vector<std::string> briefs(const std::vector<ports::WatchEvent>& events) {
  std::vector<std::string> lines;
  for (const auto& event : events) lines.push_back(brief(event));
  return lines;
}

TEST_F(WatchSourceTest, an_empty_namespace_is_an_empty_list_with_a_version) {
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const auto page = source.list(kPage, "", {});
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_THAT(page->items, IsEmpty());
  EXPECT_NE(page->resource_version, "");
  EXPECT_EQ(page->continue_token, "");
}

TEST_F(WatchSourceTest, environments_are_listed_whole_without_what_only_servers_read) {
  create_environment("staging");
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const auto page = source.list(kPage, "", {});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 1U);
  const ports::WatchedObject& object = page->items[0];
  EXPECT_EQ(object.meta.key, (ports::ObjectKey{ns_, "staging"}));
  EXPECT_EQ(object.meta.generation, 1);
  EXPECT_THAT(object.meta.annotations, UnorderedElementsAre(Pair("a", "b")));
  EXPECT_EQ(json::parse(object.json).at("spec").at("database").at("url"), "postgresql://db.example/shop");
  EXPECT_THAT(object.json, Not(HasSubstr("managedFields")));
  EXPECT_THAT(object.json, Not(HasSubstr("last-applied-configuration")));
}

TEST_F(WatchSourceTest, config_maps_come_as_metadata_only) {
  create_config_map("revisions");
  ApiWatchSource source(admin_->caller, WatchedKind::ConfigMap, ns_);
  const auto page = source.list(kPage, "", {});
  ASSERT_TRUE(page) << page.error().message;
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].meta.key.name, "revisions");
  EXPECT_THAT(page->items[0].meta.labels, UnorderedElementsAre(Pair("app", "shop")));
  EXPECT_EQ(page->items[0].json, "");

  create_config_map("more");
  const auto seen = watch(source, page->resource_version, 1);
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(brief(seen[0]), "ADDED more");
  EXPECT_EQ(seen[0].object.json, "");
}

TEST_F(WatchSourceTest, a_watch_sees_what_happens_to_an_object_in_order) {
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const std::string from = version_now(source);
  const std::string uid = create_environment("staging");
  ASSERT_TRUE(admin_->client.patch_status({ns_, "staging"}, uid, R"({"status":{"observedGeneration":1}})"));
  remove(environments_path() + "/staging");
  const auto seen = watch(source, from, 3);
  EXPECT_THAT(briefs(seen), ElementsAre("ADDED staging", "MODIFIED staging", "DELETED staging"));
  EXPECT_EQ(json::parse(seen.at(1).object.json).at("status").at("observedGeneration"), 1);
}

TEST_F(WatchSourceTest, a_watch_of_one_namespace_does_not_see_another) {
  create("/api/v1/namespaces", {{"metadata", {{"name", "elsewhere"}}}});
  ApiWatchSource here(admin_->caller, WatchedKind::ConfigMap, ns_);
  ApiWatchSource everywhere(admin_->caller, WatchedKind::ConfigMap, "");
  const std::string from = version_now(here);
  create("/api/v1/namespaces/elsewhere/configmaps", {{"metadata", {{"name", "theirs"}}}});
  create_config_map("ours");
  EXPECT_THAT(briefs(watch(here, from, 1)), ElementsAre("ADDED ours"));
  EXPECT_THAT(briefs(watch(everywhere, from, 2)), ElementsAre("ADDED theirs", "ADDED ours"));
}

TEST_F(WatchSourceTest, a_large_list_comes_complete_across_pages) {
  constexpr int kObjects = 1'230;
  for (int i = 0; i < kObjects; ++i) {
    create(config_maps_path(), {{"metadata", {{"name", fmt::format("m{:04}", i)}}}});
  }
  ApiWatchSource source(admin_->caller, WatchedKind::ConfigMap, ns_);
  std::set<std::string> names;
  std::vector<std::size_t> sizes;
  std::set<std::string> versions;
  std::string next;
  do {
    const auto page = source.list(kPage, next, {});
    ASSERT_TRUE(page) << page.error().message;
    sizes.push_back(page->items.size());
    versions.insert(page->resource_version);
    for (const auto& item : page->items) names.insert(item.meta.key.name);
    next = page->continue_token;
  } while (!next.empty());
  EXPECT_THAT(sizes, ElementsAre(500, 500, 230));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(kObjects));
  EXPECT_EQ(versions.size(), 1U) << "all pages are of one moment";
}

TEST_F(WatchSourceTest, a_page_token_that_was_compacted_away_has_expired) {
  for (const char* name : {"one", "two", "three"}) create_config_map(name);
  ApiWatchSource source(admin_->caller, WatchedKind::ConfigMap, ns_);
  const auto first = source.list(1, "", {});
  ASSERT_TRUE(first) << first.error().message;
  create_config_map("four");
  control_plane().compact_etcd();
  const auto second = source.list(1, first->continue_token, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::Transient);
  EXPECT_EQ(second.error().reason, "Expired");
}

TEST_F(WatchSourceTest, the_server_ends_a_watch_after_the_time_that_was_asked_for) {
  ApiWatchSource source(admin_->caller, WatchedKind::ConfigMap, ns_);
  const auto start = std::chrono::steady_clock::now();
  const auto ended =
      source.watch(version_now(source), 1s, kIdleTimeout, [](ports::WatchEvent) { return true; }, {});
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_LT(std::chrono::steady_clock::now() - start, kGiveUp);
}

TEST_F(WatchSourceTest, a_bookmark_carries_a_version_that_a_watch_can_go_on_from) {
  create("/api/v1/namespaces", {{"metadata", {{"name", "bookmarks"}}}});
  ApiWatchSource source(admin_->caller, WatchedKind::ConfigMap, ns_);
  const std::string from = version_now(source);
  create_config_map("ours");
  std::string bookmark;
  // The server sends a bookmark shortly before the end of a watch, if the kind changed anywhere meanwhile.
  const auto ended = source.watch(
      from, 6s, kIdleTimeout,
      [&](ports::WatchEvent event) {
        if (event.type == WatchEventType::Bookmark) bookmark = event.object.meta.resource_version;
        if (event.type == WatchEventType::Added) {
          EXPECT_EQ(event.object.meta.key.name, "ours");
          create("/api/v1/namespaces/bookmarks/configmaps", {{"metadata", {{"name", "theirs"}}}});
        }
        return true;
      },
      {});
  EXPECT_TRUE(ended) << ended.error().message;
  ASSERT_NE(bookmark, "");
  EXPECT_NE(bookmark, from);
  create_config_map("after");
  EXPECT_THAT(briefs(watch(source, bookmark, 1)), ElementsAre("ADDED after"));
}

TEST_F(WatchSourceTest, a_quiet_watch_is_given_up_after_the_idle_timeout) {
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const auto ended =
      source.watch(version_now(source), kServerTimeout, 1s, [](ports::WatchEvent) { return true; }, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, "WatchIdle");
}

TEST_F(WatchSourceTest, a_stop_ends_a_quiet_watch_promptly) {
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const std::string from = version_now(source);
  create_environment("staging");
  std::promise<void> watching;
  std::stop_source stop;
  std::chrono::steady_clock::time_point stopped;
  std::jthread stopper([&] {
    watching.get_future().wait();
    stopped = std::chrono::steady_clock::now();
    stop.request_stop();
  });
  const auto ended = source.watch(
      from, kServerTimeout, kIdleTimeout,
      [&](ports::WatchEvent event) {
        if (event.type == WatchEventType::Added) watching.set_value();
        return true;
      },
      stop.get_token());
  const auto end = std::chrono::steady_clock::now();
  stopper.join();
  EXPECT_TRUE(ended) << ended.error().message;
  EXPECT_LT(end - stopped, 1s);
}

TEST_F(WatchSourceTest, a_watch_that_rbac_refuses_prints_the_rule) {
  Session limited(control_plane().config("limited"));
  ApiWatchSource source(limited.caller, WatchedKind::MigrationEnvironment, "");
  const auto ended =
      source.watch("1", kServerTimeout, kIdleTimeout, [](ports::WatchEvent) { return true; }, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().reason, "Forbidden");
  EXPECT_THAT(
      ended.error().message,
      HasSubstr(R"({apiGroups: ["athanor.dev"], resources: ["migrationenvironments"], verbs: ["watch"]})"));
}

/// These stop the server that all share; nothing else runs meanwhile.
using OutageTest = WatchSourceTest;

TEST_F(OutageTest, a_killed_server_ends_a_watch_and_its_next_one_or_a_new_list_misses_nothing) {
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const std::string from = version_now(source);
  create_environment("before");
  std::string last;
  std::jthread killer;
  const auto ended = source.watch(from, kServerTimeout, kIdleTimeout,
                                  [&](ports::WatchEvent event) {
                                    last = event.object.meta.resource_version;
                                    killer = std::jthread([] { control_plane().kill_api_server(); });
                                    return true;
                                  },
                                  {});
  killer.join();
  EXPECT_TRUE(ended) << "a stream that breaks off has merely ended: " << ended.error().message;

  const auto away = source.list(kPage, "", {});
  ASSERT_FALSE(away);
  EXPECT_EQ(away.error().kind, ErrorKind::Transient);
  EXPECT_EQ(away.error().reason, "ApiUnavailable");
  EXPECT_EQ(admin_->metrics.value("rest_client_requests_total", {{"code", "<error>"}, {"method", "GET"}}), 1);

  control_plane().start_api_server();
  create_environment("after");
  std::string seen;
  const auto again = source.watch(last, kServerTimeout, kIdleTimeout,
                                  [&](ports::WatchEvent event) {
                                    seen = brief(event);
                                    return event.type == WatchEventType::Bookmark;
                                  },
                                  {});
  if (again) {
    EXPECT_EQ(seen, "ADDED after");
  } else {
    // A server that was just started may not remember so far back.
    EXPECT_EQ(again.error().reason, "Expired") << again.error().message;
    const auto page = source.list(kPage, "", {});
    ASSERT_TRUE(page) << page.error().message;
    EXPECT_EQ(page->items.size(), 2U);
  }
}

TEST_F(OutageTest, a_watch_from_a_version_that_was_compacted_away_has_expired) {
  ApiWatchSource source(admin_->caller, WatchedKind::MigrationEnvironment, ns_);
  const std::string from = version_now(source);
  create_environment("one");
  create_environment("two");
  control_plane().kill_api_server();
  control_plane().compact_etcd();
  control_plane().start_api_server();
  bool called = false;
  const auto ended =
      source.watch(from, kServerTimeout, kIdleTimeout, [&](ports::WatchEvent) { return called = true; }, {});
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().kind, ErrorKind::Transient);
  EXPECT_EQ(ended.error().reason, "Expired");
  EXPECT_FALSE(called);
  const auto again = source.list(kPage, "", {});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->items.size(), 2U);
}

TEST_F(OutageTest, a_write_over_connections_kept_from_before_a_restart_succeeds) {
  const std::string uid = create_environment("staging");
  ASSERT_TRUE(admin_->client.patch_status({ns_, "staging"}, uid, R"({"status":{"pendingCount":1}})"));
  control_plane().kill_api_server();
  control_plane().start_api_server();
  const auto patched = admin_->client.patch_status({ns_, "staging"}, uid, R"({"status":{"pendingCount":0}})");
  EXPECT_TRUE(patched) << patched.error().message;
}

}  // namespace
}  // namespace athanor::testing
