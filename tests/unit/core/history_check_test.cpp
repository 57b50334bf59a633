#include "core/history_check.hpp"

#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/core/observations.hpp"
#include "unit/sentence.hpp"

namespace athanor {
namespace {

using ::testing::HasSubstr;

struct Case {
  std::string sentence;
  std::function<void(DatabaseState&)> set;
  std::string expected;
  Policy::EditedRevision policy = Policy::EditedRevision::Fail;
};

class CheckHistory : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    Of, CheckHistory,
    ::testing::Values(Case{"a database that agrees with its set", [](DatabaseState&) {}, "fine"},
                      Case{"one that was stamped", [](DatabaseState& d) { d.applied.clear(); }, "fine"},
                      Case{"one at a revision without a file",
                           [](DatabaseState& d) {
                             d.version_rows = {"gone", "r1"};
                           },
                           "UnknownRevision"},
                      Case{"an edited revision", [](DatabaseState& d) { d.applied["r1"].checksum = "other"; },
                           "EditedRevision"},
                      Case{"an edited revision where that is let pass",
                           [](DatabaseState& d) { d.applied["r1"].checksum = "other"; }, "fine",
                           Policy::EditedRevision::Warn},
                      Case{"an edited revision that is not applied",
                           [](DatabaseState& d) {
                             d.applied["r2"].checksum = "other";
                             d.version_rows = {"r1"};
                           },
                           "fine"}),
    sentence_name<Case>);

TEST_P(CheckHistory, Says) {
  const Observation observation = one_pending();
  DatabaseState database = *observation.database;
  GetParam().set(database);
  const auto checked =
      check_history(*observation.inputs->graph, database, GetParam().policy, Audience::CommandLine);
  EXPECT_EQ(checked ? "fine" : checked.error().reason, GetParam().expected);
}

TEST(CheckHistoryTells, WhatItsReaderCanDo) {
  const Observation observation = one_pending();
  DatabaseState database = *observation.database;
  database.applied["r1"].checksum = "other";
  database.applied["gone"] = {"", "2026-11-22T20:00:00Z", 1};
  const auto edited =
      edited_revisions(*observation.inputs->graph, database, {*observation.inputs->graph->find("r1")});
  for (const Audience audience : {Audience::Operator, Audience::CommandLine}) {
    const bool cluster = audience == Audience::Operator;
    const std::string message = edited_revision(*observation.inputs->graph, edited, audience).message;
    EXPECT_THAT(message, HasSubstr("`athanor repair --accept r1`"));
    EXPECT_EQ(message.find("policy.editedRevision") != std::string::npos, cluster) << message;
    EXPECT_EQ(message.find("--allow-edited") == std::string::npos, cluster) << message;
    EXPECT_THAT(unknown_revision(database, {"gone"}, audience).message,
                HasSubstr(cluster ? "gone from the ConfigMaps" : "gone from the versions folder"));
  }
}

TEST(CheckUnfinished, AHalfDoneRevisionComesFirstWhateverIsPlanned) {
  const Observation observation = one_pending();
  const RevisionGraph& graph = *observation.inputs->graph;
  DatabaseState database = *observation.database;
  Plan plan{{"r2"}, {{"r3", Direction::Upgrade, {{RowChange::Kind::Update, "r2", "r3"}}}}};
  EXPECT_TRUE(check_unfinished(graph, database, plan, Audience::Operator));
  database.interrupted = InterruptedRun{"r3", Direction::Upgrade, "sum", 1};
  EXPECT_TRUE(check_unfinished(graph, database, plan, Audience::Operator));
  const auto other = check_unfinished(graph, database, {}, Audience::Operator);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().reason, "InterruptedRevision");
  EXPECT_THAT(other.error().message, HasSubstr("`athanor repair --done r3`"));
  database.version_rows = {"r3"};
  EXPECT_TRUE(check_unfinished(graph, database, {}, Audience::Operator))
      << "the version table was moved past it";
  EXPECT_EQ(unfinished_first(graph, database, plan), plan);
}

}  // namespace
}  // namespace athanor
