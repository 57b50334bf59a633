#include <string>

#include <gtest/gtest.h>

#include "api/object_names.hpp"

namespace athanor::api {
namespace {

TEST(ObjectName, IsADnsSubdomain) {
  for (const std::string good : {"a", "shop-db", "a.b-c.d", "0"}) EXPECT_TRUE(is_object_name(good)) << good;
  EXPECT_TRUE(is_object_name(std::string(253, 'a')));
  for (const std::string bad : {"", "-a", "a-", "A", "a_b", "a..b", ".a", "a.", "a/b", "ä"}) {
    EXPECT_FALSE(is_object_name(bad)) << bad;
  }
  EXPECT_FALSE(is_object_name(std::string(254, 'a')));
}

TEST(NamespaceName, IsADnsLabel) {
  for (const std::string good : {"a", "shop-eu", "0"}) EXPECT_TRUE(is_namespace_name(good)) << good;
  EXPECT_TRUE(is_namespace_name(std::string(63, 'a')));
  for (const std::string bad : {"", "a.b", "-a", "a-", "Shop", "a_b", "a/b", "a b", "*"}) {
    EXPECT_FALSE(is_namespace_name(bad)) << bad;
  }
  EXPECT_FALSE(is_namespace_name(std::string(64, 'a')));
}

TEST(DataKey, IsAFileNameThatLeadsNowhere) {
  for (const std::string good : {"uri", "ca.crt", ".hidden", "A_b-c.sql"})
    EXPECT_TRUE(is_data_key(good)) << good;
  for (const std::string bad : {"", ".", "..", "..a", "a/b", "a b"}) EXPECT_FALSE(is_data_key(bad)) << bad;
}

TEST(LabelKey, MayHaveAPrefix) {
  for (const std::string good : {"app", "app.kubernetes.io/name", "a/B_c"})
    EXPECT_TRUE(is_label_key(good)) << good;
  for (const std::string bad : {"", "/a", "a/", "A/b", "a/b/c", "-a"}) EXPECT_FALSE(is_label_key(bad)) << bad;
  EXPECT_FALSE(is_label_key(std::string(64, 'a')));
}

TEST(LabelValue, MayBeEmpty) {
  for (const std::string good : {"", "a", "A.b_c-d"}) EXPECT_TRUE(is_label_value(good)) << good;
  for (const std::string bad : {"-", "a b", "a/b"}) EXPECT_FALSE(is_label_value(bad)) << bad;
}

}  // namespace
}  // namespace athanor::api
