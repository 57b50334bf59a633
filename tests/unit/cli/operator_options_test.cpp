// The flags of `athanor operator`.
#include "cli/operator_options.hpp"

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Parses; CLI11 wants the words in reverse. @return what a person is told, empty where all is well
std::string parse(const std::vector<std::string>& words, OperatorOptions& options) {
  CLI::App app;
  add_operator_options(app, options);
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));
  } catch (const CLI::ParseError& error) {
    return std::string(error.what()).empty() ? error.get_name() : error.what();
  }
  return {};
}

TEST(OperatorDefaults, are_those_of_a_pod) {
  OperatorOptions options;
  ASSERT_EQ(parse({}, options), "");
  EXPECT_EQ(options.manifests, "");
  EXPECT_EQ(options.kubeconfig, "");
  EXPECT_EQ(options.context, "");
  EXPECT_THAT(options.namespaces, IsEmpty()) << "all of them";
  EXPECT_EQ(options.metrics_address, "0.0.0.0:8080");
  EXPECT_EQ(options.health_address, "0.0.0.0:8081");
  EXPECT_TRUE(options.leader_elect);
  EXPECT_EQ(options.workers, 4U);
  EXPECT_LT(options.grace, std::chrono::seconds{30}) << "Kubernetes kills after 30 s";
  EXPECT_EQ(options.log_format, LogFormat::Text);
  EXPECT_EQ(options.log_level, ports::LogLevel::Info);
}

struct Taken {
  std::string sentence;
  std::vector<std::string> words;
  std::function<bool(const OperatorOptions&)> holds;
};

class OperatorOptionsTake : public testing::TestWithParam<Taken> {};

TEST_P(OperatorOptionsTake, Flags) {
  OperatorOptions options;
  ASSERT_EQ(parse(GetParam().words, options), "");
  EXPECT_TRUE(GetParam().holds(options));
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, OperatorOptionsTake,
    testing::Values(
        Taken{"kubeconfig and context",
              {"--kubeconfig", "/x", "--context", "kind"},
              [](const OperatorOptions& o) { return o.kubeconfig == "/x" && o.context == "kind"; }},
        Taken{"namespaces, one flag each",
              {"--namespace", "a", "--namespace", "b"},
              [](const OperatorOptions& o) {
                return o.namespaces == std::vector<std::string>{"a", "b"};
              }},
        Taken{"a folder of manifests with its state directory",
              {"--manifests", "/", "--state-dir", "/tmp/s"},
              [](const OperatorOptions& o) { return o.manifests == "/" && o.state_dir == "/tmp/s"; }},
        Taken{"addresses",
              {"--metrics-address", "127.0.0.1:0", "--health-address", "[::1]:9"},
              [](const OperatorOptions& o) {
                return o.metrics_address == "127.0.0.1:0" && o.health_address == "[::1]:9";
              }},
        Taken{"addresses on loopback in standalone mode",
              {"--manifests", "/", "--state-dir", "/tmp/s"},
              [](const OperatorOptions& o) {
                return o.metrics_address == "127.0.0.1:8080" && o.health_address == "127.0.0.1:8081";
              }},
        Taken{"another address in standalone mode when it is given",
              {"--manifests", "/", "--state-dir", "/tmp/s", "--metrics-address", "0.0.0.0:8080"},
              [](const OperatorOptions& o) {
                return o.metrics_address == "0.0.0.0:8080" && o.health_address == "127.0.0.1:8081";
              }},
        Taken{"no metrics",
              {"--metrics-address", "0"},
              [](const OperatorOptions& o) { return o.metrics_address == "0"; }},
        Taken{"no leader election",
              {"--leader-elect=false"},
              [](const OperatorOptions& o) { return !o.leader_elect; }},
        Taken{"leader election said aloud",
              {"--leader-elect=true"},
              [](const OperatorOptions& o) { return o.leader_elect; }},
        Taken{"leader election as a bare flag",
              {"--leader-elect"},
              [](const OperatorOptions& o) { return o.leader_elect; }},
        Taken{"leader election as a bare flag before another flag",
              {"--leader-elect", "--workers", "3"},
              [](const OperatorOptions& o) { return o.leader_elect && o.workers == 3; }},
        Taken{"no leader election, in two words",
              {"--leader-elect", "false", "--workers", "3"},
              [](const OperatorOptions& o) { return !o.leader_elect && o.workers == 3; }},
        Taken{"the namespace of the Lease",
              {"--leader-elect-namespace", "athanor"},
              [](const OperatorOptions& o) { return o.lease_namespace == "athanor"; }},
        Taken{"workers", {"--workers", "16"}, [](const OperatorOptions& o) { return o.workers == 16; }},
        Taken{"the grace of a shutdown",
              {"--shutdown-grace", "5"},
              [](const OperatorOptions& o) { return o.grace == std::chrono::seconds{5}; }},
        Taken{"JSON logs",
              {"--log-format", "json"},
              [](const OperatorOptions& o) { return o.log_format == LogFormat::Json; }},
        Taken{"every log level, debug",
              {"--log-level", "debug"},
              [](const OperatorOptions& o) { return o.log_level == ports::LogLevel::Debug; }},
        Taken{"every log level, warning",
              {"--log-level", "warning"},
              [](const OperatorOptions& o) { return o.log_level == ports::LogLevel::Warning; }},
        Taken{"every log level, error",
              {"--log-level", "error"},
              [](const OperatorOptions& o) { return o.log_level == ports::LogLevel::Error; }}),
    sentence_name<Taken>);

struct Refused {
  std::string sentence;
  std::vector<std::string> words;
  std::string told;
};

class OperatorOptionsRefuse : public testing::TestWithParam<Refused> {};

TEST_P(OperatorOptionsRefuse, Flags) {
  OperatorOptions options;
  EXPECT_THAT(parse(GetParam().words, options), HasSubstr(GetParam().told));
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, OperatorOptionsRefuse,
    testing::Values(Refused{"a flag that there is not", {"--kubconfig", "/x"}, "--kubconfig"},
                    Refused{"a word that belongs to no flag", {"shop"}, "shop"},
                    Refused{
                        "manifests without a place for their status", {"--manifests", "/"}, "--state-dir"},
                    Refused{"a state directory without manifests", {"--state-dir", "/tmp/s"}, "--manifests"},
                    Refused{"a folder that is not there",
                            {"--manifests", "/nowhere/at/all", "--state-dir", "/tmp/s"},
                            "/nowhere/at/all"},
                    Refused{"manifests beside an API server",
                            {"--manifests", "/", "--state-dir", "/tmp/s", "--kubeconfig", "/x"},
                            "--manifests"},
                    Refused{"manifests beside a context",
                            {"--manifests", "/", "--state-dir", "/tmp/s", "--context", "kind"},
                            "--manifests"},
                    Refused{"manifests beside a namespace",
                            {"--manifests", "/", "--state-dir", "/tmp/s", "--namespace", "a"},
                            "--manifests"},
                    Refused{"no workers", {"--workers", "0"}, "--workers"},
                    Refused{"too many workers", {"--workers", "257"}, "--workers"},
                    Refused{"workers that are no number", {"--workers", "many"}, "--workers"},
                    Refused{"a negative grace", {"--shutdown-grace", "-1"}, "--shutdown-grace"},
                    Refused{"a log format that there is not",
                            {"--log-format", "xml"},
                            "--log-format: \"xml\" is not text or json"},
                    Refused{"a log level that there is not",
                            {"--log-level", "loud"},
                            "--log-level: \"loud\" is not debug, info, warning or error"},
                    Refused{"an address without a port",
                            {"--metrics-address", "localhost"},
                            "--metrics-address: the address is \"localhost\": no port"},
                    Refused{"an address by a name",
                            {"--health-address", "example.org:80"},
                            "--health-address: the address is \"example.org:80\": the host is no IP address"},
                    Refused{"a namespace that is no DNS label",
                            {"--namespace", "shop.eu"},
                            "--namespace: \"shop.eu\" is no name of a namespace"},
                    Refused{"the second namespace when it is no DNS label",
                            {"--namespace", "shop", "--namespace", "Till"},
                            "\"Till\" is no name of a namespace"},
                    Refused{"a namespace of the Lease that is no DNS label",
                            {"--leader-elect-namespace", "a/b"},
                            "\"a/b\" is no name of a namespace"},
                    Refused{"leader election that is neither",
                            {"--leader-elect=perhaps"},
                            "\"perhaps\" is neither; say --leader-elect=true or =false"},
                    Refused{"leader election that is neither, in two words",
                            {"--leader-elect", "no"},
                            "say --leader-elect=true or =false"}),
    sentence_name<Refused>);

TEST(OperatorHelp, says_how_leader_election_is_switched_off) {
  OperatorOptions options;
  CLI::App app;
  add_operator_options(app, options);
  EXPECT_THAT(app.help(), HasSubstr("--leader-elect=true|false"));
  EXPECT_THAT(app.help(), ::testing::Not(HasSubstr("{true}")));
}

}  // namespace
}  // namespace athanor::cli
