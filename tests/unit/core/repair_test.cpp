#include "core/repair.hpp"

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
  std::string revision;
  std::string expected;
};

class PlanAcceptance : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    Of, PlanAcceptance,
    ::testing::Values(
        Case{"an edited revision", [](DatabaseState& d) { d.applied["r1"].checksum = "other"; }, "r1",
             "other to sum-r1"},
        Case{"a revision that is as it was run", [](DatabaseState&) {}, "r1", "NothingToRepair"},
        Case{"a revision that is not applied", [](DatabaseState&) {}, "r3", "NothingToRepair"},
        Case{"a revision that was stamped", [](DatabaseState& d) { d.applied.erase("r1"); }, "r1",
             "NothingToRepair"},
        Case{"a revision that the set does not have", [](DatabaseState&) {}, "r9", "UnknownRevision"},
        Case{"any while the database is at a revision without a file",
             [](DatabaseState& d) { d.version_rows = {"gone"}; }, "r1", "UnknownRevision"}),
    sentence_name<Case>);

TEST_P(PlanAcceptance, Is) {
  const Observation observation = one_pending();
  DatabaseState database = *observation.database;
  GetParam().set(database);
  const auto planned = plan_acceptance(*observation.inputs->graph, database, GetParam().revision);
  EXPECT_EQ(planned ? planned->recorded + " to " + planned->checksum : planned.error().reason,
            GetParam().expected);
}

/// r3 is begun and not finished.
Observation half_done() {
  Observation observation = one_pending();
  observation.database->interrupted = InterruptedRun{"r3", Direction::Upgrade, "sum-r3", 1};
  return observation;
}

const std::vector<Statement> kStatements{{"SELECT 1", 3, StatementClass::Plain, {}},
                                         {"VACUUM t", 4, StatementClass::Bare, {}}};

struct MarkCase {
  std::string sentence;
  std::function<void(DatabaseState&)> set;
  std::string done;      ///< what is made of `--done r3`
  std::string not_done;  ///< and of `--not-done r3`
};

class PlanMark : public ::testing::TestWithParam<MarkCase> {};

INSTANTIATE_TEST_SUITE_P(
    Of, PlanMark,
    ::testing::Values(
        MarkCase{"an interrupted statement", [](DatabaseState&) {}, "VACUUM t", "VACUUM t"},
        MarkCase{"a statement that is known not to be in",
                 [](DatabaseState& d) { d.interrupted->known_not_in = true; }, "NothingToRepair", "VACUUM t"},
        MarkCase{"a database without an open run", [](DatabaseState& d) { d.interrupted.reset(); },
                 "NothingToRepair", "NothingToRepair"},
        MarkCase{"another revision's run", [](DatabaseState& d) { d.interrupted->revision = "r2b"; },
                 "NothingToRepair", "NothingToRepair"},
        MarkCase{"a run that the version table was moved past",
                 [](DatabaseState& d) { d.version_rows = {"r3"}; }, "NothingToRepair", "NothingToRepair"},
        MarkCase{"a run of which all statements are in",
                 [](DatabaseState& d) { d.interrupted->statements_done = 2; }, "NothingToRepair",
                 "NothingToRepair"},
        MarkCase{"a statement whose text was changed since",
                 [](DatabaseState& d) { d.interrupted->checksum = "as begun"; }, "InterruptedRevisionEdited",
                 ""}),
    sentence_name<MarkCase>);

TEST_P(PlanMark, Is) {
  const Observation observation = half_done();
  DatabaseState database = *observation.database;
  GetParam().set(database);
  for (const auto verdict : {StatementVerdict::Done, StatementVerdict::NotDone}) {
    const auto planned = plan_mark(*observation.inputs->graph, database, kStatements, "r3", verdict);
    EXPECT_EQ(planned ? planned->text : planned.error().reason,
              verdict == StatementVerdict::Done ? GetParam().done : GetParam().not_done);
  }
}

TEST(PlanMarkTells, WhereTheStatementStands) {
  const Observation observation = half_done();
  const auto planned =
      plan_mark(*observation.inputs->graph, *observation.database, kStatements, "r3", StatementVerdict::Done);
  ASSERT_TRUE(planned);
  EXPECT_EQ(planned->statements_done, 1U);
  EXPECT_EQ(planned->statements, 2U);
  EXPECT_EQ(planned->line, 4U);
}

TEST(PlanMarkTells, WhichRevisionStandsHalfDone) {
  const Observation observation = half_done();
  const auto planned =
      plan_mark(*observation.inputs->graph, *observation.database, kStatements, "r2", StatementVerdict::Done);
  ASSERT_FALSE(planned);
  EXPECT_THAT(planned.error().message, HasSubstr("the revision r3 that stands half done, and not r2"));
}

}  // namespace
}  // namespace athanor
