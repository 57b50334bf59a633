#include "adapters/kubernetes/server_url.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::kubernetes {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Good {
  const char* name;
  std::string text;
  ServerUrl url;
};

class ServerUrlTable : public ::testing::TestWithParam<Good> {};

TEST_P(ServerUrlTable, is_taken_apart) {
  const auto url = parse_server_url(GetParam().text);
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(*url, GetParam().url);
}

INSTANTIATE_TEST_SUITE_P(
    ServerUrl, ServerUrlTable,
    ::testing::Values(
        Good{"a_host_and_a_port", "https://10.0.0.1:6443", {true, "10.0.0.1", 6443, ""}},
        Good{"the_port_of_https", "https://api.example", {true, "api.example", 443, ""}},
        Good{"the_port_of_http", "http://localhost", {false, "localhost", 80, ""}},
        Good{"a_slash_at_the_end", "https://api.example/", {true, "api.example", 443, ""}},
        Good{"a_path", "https://r.example/k8s/clusters/c-1/", {true, "r.example", 443, "/k8s/clusters/c-1"}},
        Good{"ipv6", "https://[fd00::1]:443", {true, "fd00::1", 443, ""}},
        Good{"ipv6_without_a_port", "https://[::1]/x", {true, "::1", 443, "/x"}}),
    [](const auto& row) { return row.param.name; });

TEST(ServerUrl, what_is_none_is_refused) {
  for (const char* text :
       {"", "api.example:6443", "ftp://api.example", "https://", "https://:6443", "https://a b",
        "https://h:0", "https://h:65536", "https://h:", "https://h:6443x", "https://[::1", "https://[h]:1",
        "https://::1:443", "https://h/?q=1", "https://h/#f", "https://h\"x"}) {
    const auto url = parse_server_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().kind, ErrorKind::Terminal) << text;
    EXPECT_EQ(url.error().reason, "InvalidServerUrl") << text;
  }
}

TEST(ServerUrl, a_password_in_a_url_is_not_printed) {
  const auto url = parse_server_url("https://me:hunter2@api.example");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace athanor::kubernetes
