// What `kubectl athanor status` says of an environment, and errors in the words of whoever typed.
#include "cli/plugin/status_text.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/plugin/plugin_app.hpp"
#include "cli/plugin/table.hpp"

namespace athanor::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// @param spec, status JSON
EnvironmentView view(const std::string& spec, const std::string& status, std::int64_t generation = 1) {
  ports::WatchedObject object;
  object.meta.key = {"shop", "staging"};
  object.meta.generation = generation;
  object.json = R"({"spec":)" + spec + R"(,"status":)" + status + "}";
  return view_of(object);
}

constexpr const char* kSpec =
    R"({"database":{"url":"postgresql://h/d"},"revisions":{"configMaps":[{"name":"r"}]}})";
constexpr const char* kSuspended =
    R"({"suspend":true,"database":{"url":"postgresql://h/d"},"revisions":{"configMaps":[{"name":"r"}]}})";
constexpr const char* kReady =
    R"("conditions":[{"type":"Ready","status":"True","reason":"UpToDate","message":"all is well"}])";
constexpr const char* kStalled =
    R"("conditions":[{"type":"Ready","status":"False","reason":"SqlError"},{"type":"Stalled","status":"True","reason":"SqlError"}])";

std::string with(const char* conditions, const std::string& rest = {}) {
  return std::string(R"({"observedGeneration":1,)") + conditions + rest + "}";
}

TEST(StatusText, of_one_that_no_operator_has_seen_asks_for_an_operator) {
  EXPECT_THAT(status_text(view(kSpec, R"({"observedGeneration":-1})")),
              AllOf(HasSubstr("No operator has looked at it yet"), HasSubstr("Pending:       not known"),
                    HasSubstr("Ready:         Unknown")));
}

TEST(StatusText, of_an_older_generation_says_so) {
  EXPECT_THAT(status_text(view(kSpec, with(kReady), 2)), HasSubstr("what stands above is older"));
}

TEST(StatusText, of_one_that_is_ready_advises_nothing) {
  const std::string told =
      status_text(view(kSpec, with(kReady, R"(,"pendingCount":0,"currentRevisions":["a","b"])")));
  EXPECT_THAT(told, AllOf(HasSubstr("Current:       a, b"), HasSubstr("Pending:       none"),
                          HasSubstr("all is well"), Not(HasSubstr("kubectl athanor"))));
}

TEST(StatusText, of_a_failure_tells_all_of_it_and_how_to_try_again) {
  const std::string told = status_text(view(
      kSpec,
      with(
          kStalled,
          R"(,"failure":{"reason":"SqlError","message":"no such table","revision":"a1","file":"1.sql","line":7,"sqlstate":"42P01"})")));
  EXPECT_THAT(told,
              AllOf(HasSubstr("Failure: SqlError, revision a1, 1.sql, line 7, SQLSTATE 42P01"),
                    HasSubstr("  no such table\n"), HasSubstr("kubectl athanor retry staging -n shop")));
}

TEST(StatusText, of_a_suspended_one_names_the_way_on) {
  EXPECT_THAT(
      status_text(view(kSuspended, with(kReady, R"(,"pendingCount":3,"pendingRevisions":["a","b"])"))),
      AllOf(HasSubstr("3 revision(s): a, b, …"), HasSubstr("kubectl athanor resume staging -n shop")));
}

TEST(StatusText, of_a_broken_spec_still_tells_the_rest) {
  EXPECT_THAT(status_text(view(R"({"suspend":true})", with(kStalled))),
              AllOf(HasSubstr("Target:        not known"), HasSubstr("Suspended:     yes")));
}

TEST(StatusTable, shows_what_is_not_known_as_such) {
  EXPECT_EQ(
      status_table({view(kSpec, "{}")}, true),
      "NAMESPACE   NAME      READY     REASON        CURRENT   TARGET   PENDING   DESTROYS   DRIFT     "
      "SUSPENDED\n"
      "shop        staging   Unknown   NotObserved   none      none     ?         ?          Unknown   no\n");
}

TEST(StatusTable, counts_nothing_where_nothing_is_pending) {
  const auto table = [](const std::string& rest) {
    return status_table({view(kSpec, with(kReady, rest))}, false);
  };
  EXPECT_THAT(table(R"(,"pendingCount":0)"), HasSubstr("0         0          Unknown"));
  EXPECT_THAT(table(R"(,"pendingCount":2)"), HasSubstr("2         ?          Unknown"));
  EXPECT_THAT(table(R"(,"pendingCount":2,"pendingDestructiveStatements":1)"),
              HasSubstr("2         1          Unknown"));
}

TEST(Readiness, counts_for_the_latest_spec_only) {
  EXPECT_TRUE(view(kSpec, with(kReady)).ready());
  EXPECT_FALSE(view(kSpec, with(kReady), 2).ready());
  EXPECT_FALSE(view(kSpec, with(kStalled)).ready());
  EXPECT_FALSE(view(kSpec, "{}").ready());
}

TEST(ExplainedError, tells_a_missing_environment_from_a_missing_custom_resource) {
  const ports::ObjectKey key{"shop", "staging"};
  const auto told = [&](const std::string& reason, const std::string& message) {
    return explained({ErrorKind::Transient, reason, message, {}}, key);
  };
  EXPECT_THAT(told("NotFound", "migrationenvironments.athanor.dev \"staging\" not found").message,
              HasSubstr("There is no MigrationEnvironment staging in namespace shop"));
  const Error unknown = told("NotFound", "the server could not find the requested resource");
  EXPECT_EQ(unknown.reason, "NoCustomResource");
  EXPECT_THAT(unknown.message, HasSubstr("kubectl apply -f crds/"));
  EXPECT_EQ(told("Forbidden", "no").message, "no");
}

TEST(PluginName, is_the_files_wherever_it_lies) {
  EXPECT_TRUE(is_plugin_name("kubectl-athanor"));
  EXPECT_TRUE(is_plugin_name("/usr/local/bin/kubectl-athanor"));
  EXPECT_FALSE(is_plugin_name("/opt/kubectl-athanor/athanor"));
  EXPECT_FALSE(is_plugin_name("kubectl-athanor-old"));
}

}  // namespace
}  // namespace athanor::cli
