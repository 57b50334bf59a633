#include "engine/step_start.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "support/revisions.hpp"

namespace athanor::engine {
namespace {

/// What the step finds; it wants to go from r1 to r2, which is three statements without a transaction.
struct Situation {
  std::vector<std::string> rows{"r1"};
  std::optional<LedgerEntry> last;
  bool in_doubt = false;
  bool in_transaction = false;
  Direction direction = Direction::Upgrade;
};

const std::string kSql = "SELECT 1; SELECT 2; SELECT 3";

LedgerEntry entry(const std::string& revision, std::string_view state, std::size_t done = 0) {
  LedgerEntry made;
  made.seq = 4;
  made.act = kActUpgrade;
  made.revision = revision;
  made.state = state;
  made.statements_done = done;
  made.checksum = testing::section(kSql, 1).checksum;
  return made;
}

/// "Fresh", "Resume", "AlreadyIn", or the reason of the refusal.
/// @param message of the refusal, if it is wanted
std::string decided(const Situation& situation, std::string* message = nullptr) {
  auto made = testing::with_downgrade(testing::off(testing::revision("r2", "r1", kSql)), "SELECT 9");
  if (situation.in_transaction) made.transaction = TransactionMode::On;
  PlanStep step{"r2", situation.direction, {{RowChange::Kind::Update, "r1", "r2"}}};
  const auto graph = testing::graph_of({testing::revision("r1", "", ""), made});
  StepWork work;
  work.graph = &graph;
  work.step = &step;
  work.revision = &made;
  work.section = &made.upgrade;
  work.statements = *split_postgres(kSql);
  work.rows_before = {"r1"};
  work.rows_after = {"r2"};
  const auto start = decide_start({situation.rows, situation.last}, work, {}, situation.in_doubt);
  if (!start && message != nullptr) *message = start.error().message;
  if (!start) return start.error().reason;
  switch (start->kind) {
    case StartKind::Fresh:
      return start->overtaken == 4 ? "Fresh, and closes what was overtaken" : "Fresh";
    case StartKind::Resume:
      return "Resume";
    case StartKind::AlreadyIn:
      return "AlreadyIn";
  }
  return "?";
}

struct Case {
  std::string name;
  std::function<void(Situation&)> set;
  std::string expected;
};

class DecideStart : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    When, DecideStart,
    ::testing::Values(
        Case{"NothingWasRecorded", [](Situation&) {}, "Fresh"},
        Case{"AnotherRevisionIsDone", [](Situation& s) { s.last = entry("r1", kStateDone); }, "Fresh"},
        Case{"TheRowsAreOthers", [](Situation& s) { s.rows = {"r9"}; }, "VersionMoved"},
        Case{"TheRowsAreMore",
             [](Situation& s) {
               s.rows = {"r1", "x"};
             },
             "VersionMoved"},
        Case{"TheRowsAreThoseAfterwards",
             [](Situation& s) {
               s.rows = {"r2"};
               s.last = entry("r2", kStateDone);
             },
             "VersionMoved"},
        Case{"TheyAreAndItsCommitWasInDoubt",
             [](Situation& s) {
               s.rows = {"r2"};
               s.last = entry("r2", kStateDone);
               s.in_doubt = true;
             },
             "AlreadyIn"},
        Case{"TheyAreAndAnotherActIsTheLast",
             [](Situation& s) {
               s.rows = {"r2"};
               s.last = entry("r3", kStateDone);
               s.in_doubt = true;
             },
             "VersionMoved"},
        Case{"ItsCommitWasInDoubtAndIsNotIn", [](Situation& s) { s.in_doubt = true; }, "Fresh"},
        Case{"ItWasInterrupted", [](Situation& s) { s.last = entry("r2", kStateRunning, 1); }, "Resume"},
        Case{"ItFailedInTheMiddle", [](Situation& s) { s.last = entry("r2", kStateFailed, 1); }, "Resume"},
        Case{"ItsFirstStatementFailed", [](Situation& s) { s.last = entry("r2", kStateFailed, 0); },
             "Resume"},
        Case{"ItsFirstStatementFailedAndWasMended",
             [](Situation& s) {
               s.last = entry("r2", kStateFailed, 0);
               s.last->checksum = "other";
             },
             "Fresh"},
        Case{"ItsFirstStatementFailedAndItHasATransactionNow",
             [](Situation& s) {
               s.last = entry("r2", kStateFailed, 0);
               s.in_transaction = true;
             },
             "Fresh"},
        Case{"AnothersFirstStatementFailed", [](Situation& s) { s.last = entry("r7", kStateFailed, 0); },
             "Fresh"},
        Case{"AnotherWasInterrupted", [](Situation& s) { s.last = entry("r7", kStateRunning, 1); },
             "InterruptedRevision"},
        Case{"AnotherWasInterruptedTheOtherWay",
             [](Situation& s) {
               s.last = entry("r1", kStateRunning, 1);
               s.last->act = kActDowngrade;
             },
             "InterruptedRevision"},
        Case{"ItWasInterruptedAndHasATransactionNow",
             [](Situation& s) {
               s.last = entry("r2", kStateRunning, 1);
               s.in_transaction = true;
             },
             "InterruptedRevision"},
        Case{"ItWasInterruptedAndTheRowsMoved",
             [](Situation& s) {
               s.last = entry("r2", kStateRunning, 1);
               s.rows = {"r9"};
             },
             "VersionMoved"},
        Case{"ItWasInterruptedAndEdited",
             [](Situation& s) {
               s.last = entry("r2", kStateRunning, 1);
               s.last->checksum = "other";
               s.last->done_checksum = done_checksum(*split_postgres("SELECT 1"), 1);
             },
             "InterruptedRevisionEdited"},
        Case{"ItFailedAndWasMendedBehindWhatIsDone",
             [](Situation& s) {
               s.last = entry("r2", kStateFailed, 1);
               s.last->checksum = "other";
               s.last->done_checksum = done_checksum(*split_postgres("SELECT 1"), 1);
             },
             "Resume"},
        Case{"ItFailedAndWhatIsDoneWasEdited",
             [](Situation& s) {
               s.last = entry("r2", kStateFailed, 1);
               s.last->checksum = "other";
               s.last->done_checksum = done_checksum(*split_postgres("SELECT 0"), 1);
             },
             "InterruptedRevisionEdited"},
        Case{"MoreIsDoneThanThereIs", [](Situation& s) { s.last = entry("r2", kStateRunning, 4); },
             "InterruptedRevisionEdited"},
        Case{"AStatementOfItWasStarted", [](Situation& s) { s.last = entry("r2", kStateStarted, 1); },
             "Resume"},
        Case{"AnotherWasFinishedByHand", [](Situation& s) { s.last = entry("r1", kStateRunning, 1); },
             "Fresh, and closes what was overtaken"},
        Case{"ItWasUndoneByHand",
             [](Situation& s) {
               s.last = entry("r2", kStateFailed, 1);
               s.last->act = kActDowngrade;
             },
             "Fresh, and closes what was overtaken"},
        Case{"AnotherOwnsTheDatabase",
             [](Situation& s) {
               s.last = entry("r1", kStateDone);
               s.last->owner.name = "production";
             },
             "DatabaseOwnedElsewhere"}),
    [](const auto& named) { return named.param.name; });

TEST_P(DecideStart, Decides) {
  Situation situation;
  GetParam().set(situation);
  EXPECT_EQ(decided(situation), GetParam().expected);
}

TEST(EditedInTheMiddle, SaysHowMuchIsInAndAWayOutThatIsOne) {
  struct {
    std::size_t done;
    std::string says;
  } const cases[] = {
      {0,
       "its first statement was begun, whether it is in the database is not known, and its text was changed "
       "since. Give it the text back that it was begun with: the next run finds out, and its text may be "
       "changed once the statement is known not to be in."},
      {1,
       "its first statement is in the database, and its text was changed since. Give it the text back that "
       "it "
       "was begun with, and put the change into a new revision."},
      {2,
       "its first 2 statements are in the database, and its text was changed since. Give it the text back "
       "that "
       "it was begun with, and put the change into a new revision."}};
  for (const auto& [done, says] : cases) {
    Situation situation;
    situation.last = entry("r2", kStateRunning, done);
    situation.last->checksum = "other";
    std::string message;
    EXPECT_EQ(decided(situation, &message), "InterruptedRevisionEdited");
    EXPECT_EQ(message, "revision r2 (ConfigMap shop/revs key r2.sql): " + says);
  }
}

TEST(DoneChecksum, IsCarriedOnFromStatementToStatement) {
  const auto statements = *split_postgres(kSql);
  std::string carried;
  EXPECT_EQ(done_checksum(statements, 0), carried);
  for (std::size_t i = 0; i < statements.size(); ++i) {
    carried = done_checksum(carried, statements[i]);
    EXPECT_EQ(done_checksum(statements, i + 1), carried);
  }
  EXPECT_EQ(done_checksum(*split_postgres("SELECT 1; SELECT /* x */ 2"), 2), done_checksum(statements, 2));
  EXPECT_NE(done_checksum(*split_postgres("SELECT 2; SELECT 1"), 2), done_checksum(statements, 2));
}

TEST(VersionMoved, NamesWhatWasExpectedAndFound) {
  const Error error = version_moved({"a", "b"}, {});
  EXPECT_EQ(error.kind, ErrorKind::Conflict);
  EXPECT_NE(error.message.find("at a, b when"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("at nothing now"), std::string::npos) << error.message;
}

}  // namespace
}  // namespace athanor::engine
