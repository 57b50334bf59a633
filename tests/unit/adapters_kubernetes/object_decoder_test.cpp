#include "adapters/kubernetes/object_decoder.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace athanor::kubernetes {
namespace {

using nlohmann::json;
using ports::WatchEventType;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

constexpr const char* kEnvironment = R"({
  "apiVersion":"athanor.dev/v1alpha1","kind":"MigrationEnvironment",
  "metadata":{"name":"staging","namespace":"shop","uid":"u-1","resourceVersion":"42","generation":3,
    "labels":{"app":"shop"},
    "annotations":{"athanor.dev/reconcile-at":"now","kubectl.kubernetes.io/last-applied-configuration":"{}"},
    "managedFields":[{"manager":"kubectl"}],"deletionTimestamp":"2026-11-22T20:14:00Z"},
  "spec":{"target":"heads","drift":{"interval":"5m"}}})";

std::string watch_line(const std::string& type, const std::string& object) {
  return R"({"type":")" + type + R"(","object":)" + object + "}";
}

TEST(DecodeWatchLine, gives_the_object_without_what_only_servers_read) {
  const auto event = decode_watch_line(watch_line("MODIFIED", kEnvironment), ObjectContent::Whole);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->type, WatchEventType::Modified);
  const ports::ObjectMeta& meta = event->object.meta;
  EXPECT_EQ(meta.key, (ports::ObjectKey{"shop", "staging"}));
  EXPECT_EQ(meta.uid, "u-1");
  EXPECT_EQ(meta.resource_version, "42");
  EXPECT_EQ(meta.generation, 3);
  EXPECT_THAT(meta.labels, UnorderedElementsAre(Pair("app", "shop")));
  EXPECT_THAT(meta.annotations, UnorderedElementsAre(Pair("athanor.dev/reconcile-at", "now")));
  EXPECT_TRUE(meta.deleting);
  json expected = json::parse(kEnvironment);
  expected["metadata"].erase("managedFields");
  expected["metadata"]["annotations"].erase("kubectl.kubernetes.io/last-applied-configuration");
  EXPECT_EQ(json::parse(event->object.json), expected);
}

TEST(DecodeWatchLine, gives_metadata_only_where_no_more_is_wanted) {
  const auto event = decode_watch_line(watch_line("ADDED", kEnvironment), ObjectContent::MetadataOnly);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->object.meta.key.name, "staging");
  EXPECT_THAT(event->object.json, IsEmpty());
}

TEST(DecodeWatchLine, of_a_bookmark_gives_the_version_alone) {
  const auto event = decode_watch_line(
      watch_line("BOOKMARK", R"({"kind":"ConfigMap","metadata":{"resourceVersion":"99","name":"x"}})"),
      ObjectContent::Whole);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->type, WatchEventType::Bookmark);
  ports::WatchedObject expected;
  expected.meta.resource_version = "99";
  EXPECT_EQ(event->object, expected);
}

struct Failing {
  const char* name;
  std::string line;
  std::string reason;
  std::string message;
};

class FailingWatchLine : public ::testing::TestWithParam<Failing> {};

TEST_P(FailingWatchLine, is_an_error) {
  const auto event = decode_watch_line(GetParam().line, ObjectContent::Whole);
  ASSERT_FALSE(event);
  EXPECT_EQ(event.error().kind, ErrorKind::Transient);
  EXPECT_EQ(event.error().reason, GetParam().reason);
  EXPECT_THAT(event.error().message, HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    DecodeWatchLine, FailingWatchLine,
    ::testing::Values(
        Failing{"error_410",
                watch_line("ERROR", R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})"),
                "Expired", "too old"},
        Failing{"error_410_named_gone",
                watch_line("ERROR", R"({"kind":"Status","code":410,"reason":"Gone"})"), "Expired", ""},
        Failing{
            "error_500",
            watch_line("ERROR", R"({"kind":"Status","code":500,"reason":"InternalError","message":"etcd"})"),
            "ApiUnavailable", "etcd (500 InternalError)"},
        Failing{"no_json", "<html>", "ApiUnavailable", "a watch event"},
        Failing{"cut_off", R"({"type":"ADDED","object":{)", "ApiUnavailable", "a watch event"},
        Failing{"no_object", R"({"type":"ADDED"})", "ApiUnavailable", "a watch event"},
        Failing{"a_list", "[]", "ApiUnavailable", "a watch event"},
        Failing{"an_unknown_type", watch_line("RENAMED", kEnvironment), "ApiUnavailable", "known type"},
        Failing{"no_version", watch_line("ADDED", R"({"metadata":{"name":"x"}})"), "ApiUnavailable",
                "resourceVersion"}),
    [](const auto& row) { return row.param.name; });

TEST(DecodeList, gives_the_items_the_version_and_the_next_page) {
  const auto page =
      decode_list(R"({"kind":"List","metadata":{"resourceVersion":"7","continue":"next"},"items":[)" +
                      std::string(kEnvironment) + "]}",
                  ObjectContent::Whole);
  ASSERT_TRUE(page) << page.error().message;
  EXPECT_EQ(page->resource_version, "7");
  EXPECT_EQ(page->continue_token, "next");
  ASSERT_EQ(page->items.size(), 1U);
  EXPECT_EQ(page->items[0].meta.key.name, "staging");
}

TEST(DecodeObject, gives_one_as_a_watch_keeps_it) {
  const auto object = decode_object(kEnvironment);
  ASSERT_TRUE(object) << object.error().message;
  EXPECT_EQ(object->meta.key.name, "staging");
  EXPECT_THAT(object->json, ::testing::Not(::testing::HasSubstr("managedFields")));
  for (const char* body : {"", "[]", "{}", "<html>"}) EXPECT_FALSE(decode_object(body)) << body;
}

TEST(DecodeList, without_items_is_empty) {
  for (const char* items : {"", R"(,"items":null)", R"(,"items":[])"}) {
    const auto page = decode_list(R"({"metadata":{"resourceVersion":"7"})" + std::string(items) + "}",
                                  ObjectContent::MetadataOnly);
    ASSERT_TRUE(page) << items;
    EXPECT_THAT(page->items, IsEmpty());
  }
}

TEST(DecodeList, that_is_none_is_never_taken_for_an_empty_one) {
  for (const char* body :
       {"", "null", "{}", "<html>", R"({"items":[]})", R"({"metadata":{"resourceVersion":"7"},"items":3})"}) {
    const auto page = decode_list(body, ObjectContent::Whole);
    ASSERT_FALSE(page) << body;
    EXPECT_EQ(page.error().reason, "ApiUnavailable") << body;
  }
}

TEST(DecodeConfigMap, undoes_base64_in_binary_data) {
  const auto read = decode_config_map(
      R"({"kind":"ConfigMap","metadata":{"name":"r","namespace":"shop"},"data":{"a.sql":"SELECT 1"},"binaryData":{"b":"AP8="}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->data, UnorderedElementsAre(Pair("a.sql", "SELECT 1")));
  EXPECT_THAT(read->binary_data, UnorderedElementsAre(Pair("b", std::string("\0\xff", 2))));
}

TEST(DecodeConfigMap, without_data_is_empty) {
  const auto read = decode_config_map(R"({"kind":"ConfigMap","metadata":{"name":"r"},"data":null})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->data, IsEmpty());
}

TEST(DecodeSecret, undoes_base64) {
  const auto read = decode_secret(
      R"({"kind":"Secret","metadata":{"name":"db","namespace":"shop"},"data":{"uri":"cG9zdGdyZXM="}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_THAT(read->data, UnorderedElementsAre(Pair("uri", "postgres")));
}

TEST(DecodeSecret, names_a_value_that_is_no_base64_without_printing_it) {
  const auto read = decode_secret(
      R"({"kind":"Secret","metadata":{"name":"db","namespace":"shop"},"data":{"uri":"hunter2!"}})");
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("data[uri] of shop/db"));
  EXPECT_THAT(read.error().message, Not(HasSubstr("hunter2")));
}

TEST(DecodeSecret, refuses_another_kind) {
  EXPECT_FALSE(decode_secret(R"({"kind":"ConfigMap","metadata":{"name":"db"}})"));
  EXPECT_FALSE(decode_config_map(R"({"kind":"Secret","metadata":{"name":"db"}})"));
  EXPECT_FALSE(decode_lease(R"({"kind":"Secret","metadata":{"name":"db"}})"));
}

TEST(DecodeLease, takes_missing_and_null_fields_for_empty_ones) {
  const auto read = decode_lease(
      R"({"kind":"Lease","metadata":{"name":"athanor","namespace":"ops","resourceVersion":"7"},"spec":{"holderIdentity":null}})");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->holder, "");
  EXPECT_EQ(read->transitions, 0);
  EXPECT_EQ(read->resource_version, "7");
}

TEST(DecodeApiStatus, gives_what_the_server_said) {
  const ApiStatus status = decode_api_status(
      R"({"kind":"Status","code":429,"reason":"TooManyRequests","message":"slow","details":{"retryAfterSeconds":3}})");
  EXPECT_EQ(status.code, 429);
  EXPECT_EQ(status.reason, "TooManyRequests");
  EXPECT_EQ(status.message, "slow");
  EXPECT_EQ(status.retry_after_seconds, 3);
}

TEST(DecodeApiStatus, of_a_proxys_page_gives_its_first_line_cut_and_as_valid_text) {
  EXPECT_EQ(decode_api_status("502 Bad Gateway\nnginx").message, "502 Bad Gateway");
  EXPECT_LE(decode_api_status(std::string(100'000, 'x')).message.size(), 200U);
  EXPECT_EQ(decode_api_status("\xff").message, "\xEF\xBF\xBD");
  EXPECT_EQ(decode_api_status("").message, "");
}

}  // namespace
}  // namespace athanor::kubernetes
