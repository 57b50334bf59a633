#include <gmock/gmock.h>

#include "adapters/prometheus/listen_address.hpp"

namespace athanor::prometheus_metrics {
namespace {

struct Case {
  std::string text;
  ListenAddress address;
  std::string civetweb;
};

TEST(ListenAddress, TakesHostAndPort) {
  const std::vector<Case> table{{"127.0.0.1:8080", {"127.0.0.1", 8080}, "127.0.0.1:8080"},
                                {"0.0.0.0:0", {"0.0.0.0", 0}, "0.0.0.0:0"},
                                {":8080", {"", 8080}, "8080"},
                                {"localhost:1", {"127.0.0.1", 1}, "127.0.0.1:1"},
                                {"[::1]:65535", {"::1", 65535}, "[::1]:65535"}};
  for (const Case& row : table) {
    const auto address = parse_listen_address(row.text, "--metrics-address");
    ASSERT_TRUE(address) << row.text;
    EXPECT_EQ(*address, row.address) << row.text;
    EXPECT_EQ(address->civetweb(), row.civetweb);
  }
}

TEST(ListenAddress, RefusesTheRestAndNamesTheFlag) {
  for (const std::string text :
       {"8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "::1:8080", "[::1]", "[x]:1",
        "metrics.example:8080", "127.0.0.1:80 ", "1.2.3:80", "a,b:80"}) {
    const auto address = parse_listen_address(text, "--metrics-address");
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().reason, "InvalidAddress");
    EXPECT_THAT(address.error().message, ::testing::HasSubstr("--metrics-address is \"" + text + "\""));
  }
}

TEST(ListenAddress, MayBeLeftOut) {
  for (const std::string text : {"", "0"}) {
    const auto address = parse_optional_address(text, "--metrics-address");
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(*address) << text;
  }
  EXPECT_EQ((*parse_optional_address(":8080", "--metrics-address"))->port, 8080);
  EXPECT_FALSE(parse_optional_address("8080", "--metrics-address"));
}

}  // namespace
}  // namespace athanor::prometheus_metrics
