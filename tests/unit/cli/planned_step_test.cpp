// What `athanor plan` knows of a step beside its statements.
#include "cli/commands/planned_step.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/revisions.hpp"

namespace athanor::cli {
namespace {

using ::testing::HasSubstr;

constexpr const char* kIndexes =
    "DROP TABLE a;\nCREATE INDEX CONCURRENTLY i ON b (x);\nDROP TABLE b;\nSELECT 1;\n";

PlannedStep look_at(const Revision& revision, const DatabaseState& state = {},
                    ports::Dialect dialect = ports::Dialect::PostgreSql) {
  static RevisionGraph graph;
  graph = testing::graph_of({revision});
  const PlanStep step{revision.id, Direction::Upgrade, {{RowChange::Kind::Insert, "", revision.id}}};
  return look_at_step(graph, step, state, dialect);
}

InterruptedRun interrupted(std::size_t done, bool known_not_in) {
  return {"r1", Direction::Upgrade, "", done, known_not_in};
}

TEST(PlannedStep, that_was_not_begun_has_everything_before_it) {
  const PlannedStep planned = look_at(testing::off(testing::revision("r1", "", kIndexes)));
  EXPECT_EQ(planned.done, std::nullopt);
  EXPECT_EQ(planned.destructive(), 2U);
  EXPECT_FALSE(planned.refused);
}

TEST(PlannedStep, that_was_interrupted_says_what_is_done_and_where_it_goes_on) {
  struct Case {
    const char* sentence;
    InterruptedRun run;
    std::optional<std::size_t> done;
    bool in_doubt;
    std::size_t destructive;
  };
  const std::vector<Case> cases = {
      {"before the first, which its transaction took along", interrupted(0, false), 0, false, 2},
      {"in the midst of one that no transaction takes along", interrupted(1, false), 1, true, 1},
      {"at one that is known not to be in", interrupted(1, true), 1, false, 1},
      {"behind the last", interrupted(4, false), 4, false, 0},
      {"of another revision", {"r9", Direction::Upgrade, "", 1, true}, std::nullopt, false, 2},
      {"on its way back", {"r1", Direction::Downgrade, "", 1, true}, std::nullopt, false, 2}};
  for (const auto& [sentence, run, done, in_doubt, destructive] : cases) {
    DatabaseState state;
    state.interrupted = run;
    const PlannedStep planned = look_at(testing::off(testing::revision("r1", "", kIndexes)), state);
    EXPECT_EQ(planned.done, done) << sentence;
    EXPECT_EQ(planned.in_doubt, in_doubt) << sentence;
    EXPECT_EQ(planned.destructive(), destructive) << sentence;
  }
}

TEST(PlannedStep, that_the_engine_would_refuse_says_why) {
  struct Case {
    const char* sentence;
    Revision revision;
    const char* reason;
  };
  const std::vector<Case> cases = {
      {"an index that could not be told from another",
       testing::off(testing::revision("r1", "", "CREATE INDEX CONCURRENTLY ON t (a);")), "UnnamedIndex"},
      {"a statement that no transaction takes", testing::revision("r1", "", "VACUUM;"),
       "NeedsTransactionOff"},
      {"a COMMIT", testing::revision("r1", "", "COMMIT;"), "TransactionControl"},
      {"an open quote", testing::revision("r1", "", "SELECT 'open"), "InvalidSql"},
      {"an id that the version table can't hold", testing::revision(std::string(33, 'x'), "", "SELECT 1;"),
       "RevisionIdTooLong"}};
  for (const auto& [sentence, revision, reason] : cases) {
    DatabaseState state;
    state.version_width = 32;
    const PlannedStep planned = look_at(revision, state);
    ASSERT_TRUE(planned.refused) << sentence;
    EXPECT_EQ(planned.refused->reason, reason) << sentence;
  }
  EXPECT_FALSE(look_at(testing::revision(std::string(33, 'x'), "", "SELECT 1;")).refused)
      << "a column without a width";
}

TEST(PlannedStep, was_run_before_however_long_ago_that_is) {
  DatabaseState state;
  state.taken_back["r1"] = {.upgrade_ms = 7'200'000, .downgrade_ms = 3};
  EXPECT_EQ(look_at(testing::revision("r1", "", "SELECT 1;"), state).last_time,
            std::chrono::milliseconds(7'200'000));
}

}  // namespace
}  // namespace athanor::cli
