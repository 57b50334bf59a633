#include "engine/step_work.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted_database.hpp"
#include "support/revisions.hpp"

namespace athanor::engine {
namespace {

using ::testing::ElementsAre;
using testing::graph_of;
using ::testing::HasSubstr;
using testing::kUpgradeLine;
using ::testing::Not;

class Preparing : public ::testing::Test {
 protected:
  Result<StepWork> prepare(const RevisionGraph& graph, Direction direction = Direction::Upgrade) {
    step = PlanStep{"r1", direction, {{RowChange::Kind::Insert, "", "r1"}}};
    return prepare_step(graph, step, {"a"}, database);
  }

  fakes::ScriptedDatabase database{std::make_shared<fakes::Script>()};
  PlanStep step;
};

TEST_F(Preparing, SplitsTheSectionAndKnowsTheRowsAfterwards) {
  const auto graph = graph_of({testing::revision("r1", "", "SELECT 1;\nSELECT 2;")});
  const auto work = prepare(graph);
  ASSERT_TRUE(work) << work.error().message;
  ASSERT_EQ(work->statements.size(), 2U);
  EXPECT_EQ(work->statements[1].line, kUpgradeLine + 1);
  EXPECT_THAT(work->rows_before, ElementsAre("a"));
  EXPECT_THAT(work->rows_after, ElementsAre("a", "r1"));
}

TEST_F(Preparing, ADowngradeTakesTheOtherSection) {
  const auto graph = graph_of({testing::with_downgrade(testing::revision("r1", "", "SELECT 1"), "SELECT 2")});
  const auto work = prepare(graph, Direction::Downgrade);
  ASSERT_TRUE(work);
  EXPECT_EQ(work->statements.at(0).text, "SELECT 2");
  EXPECT_EQ(work->statements.at(0).line, testing::kDowngradeLine);
}

TEST_F(Preparing, AMissingDowngradeIsIrreversibleAndAnEmptyOneIsNot) {
  const auto without = graph_of({testing::revision("r1", "", "SELECT 1")});
  const auto refused = prepare(without, Direction::Downgrade);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "Irreversible");
  EXPECT_EQ(refused.error().site.file, "ConfigMap shop/revs key r1.sql");
  const auto with = graph_of({testing::with_downgrade(testing::revision("r1", "", "SELECT 1"), "")});
  EXPECT_TRUE(prepare(with, Direction::Downgrade));
}

TEST_F(Preparing, ARevisionThatIsNotInTheSetIsNamed) {
  const auto graph = graph_of({testing::revision("other", "", "SELECT 1")});
  const auto refused = prepare(graph);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "UnknownRevision");
  EXPECT_EQ(refused.error().site.revision, "r1");
}

TEST_F(Preparing, AnUnclosedQuoteIsSaidWithItsLine) {
  const auto graph = graph_of({testing::revision("r1", "", "SELECT 1;\nSELECT 'open")});
  const auto refused = prepare(graph);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(refused.error().reason, "InvalidSql");
  EXPECT_EQ(refused.error().site.line, kUpgradeLine + 1);
  EXPECT_EQ(refused.error().message,
            "revision r1 (ConfigMap shop/revs key r1.sql, line 11): Line 11: unterminated quoted string, "
            "which begins here. Close or mend it. Nothing of the revision was run.");
}

struct WidthCase {
  std::string name;
  std::string id;
  std::optional<std::size_t> width;
  bool fits;
};

class IdWidth : public ::testing::TestWithParam<WidthCase> {};

INSTANTIATE_TEST_SUITE_P(Of, IdWidth,
                         ::testing::Values(WidthCase{"AnOrdinaryId", "0123456789ab", 32, true},
                                           WidthCase{"ExactlyTheColumn", std::string(32, 'x'), 32, true},
                                           WidthCase{"OneMore", std::string(33, 'x'), 32, false},
                                           WidthCase{"CharactersNotBytes", "äöüäöüäö", 8, true},
                                           WidthCase{
                                               "AColumnWithoutAWidth", std::string(300, 'x'), {}, true}),
                         [](const auto& named) { return named.param.name; });

TEST_P(IdWidth, IsTheColumns) {
  const auto made = testing::revision(GetParam().id, "", "SELECT 1");
  const PlanStep step{GetParam().id, Direction::Upgrade, {{RowChange::Kind::Insert, "", GetParam().id}}};
  StepWork work;
  work.step = &step;
  work.revision = &made;
  const auto checked = check_id_width(work, GetParam().width);
  EXPECT_EQ(checked.has_value(), GetParam().fits);
  if (!checked) {
    EXPECT_EQ(checked.error().reason, "RevisionIdTooLong");
  }
}

TEST(AtStatement, CountsTheLineInTheFileAndSaysWhatBecameOfTheRevision) {
  const auto made = testing::revision("8e1d0c4a77b2", "", "");
  Statement statement;
  statement.text = "SELECT *\nFROM foo";
  statement.line = 11;
  const Error error = at_statement(Error{ErrorKind::Terminal,
                                         "SqlError",
                                         "relation \"foo\" does not exist (SQLSTATE 42P01).",
                                         {"", "", 2, "42P01"}},
                                   made, &statement, "The revision was rolled back.");
  EXPECT_EQ(error.message,
            "revision 8e1d0c4a77b2 (ConfigMap shop/revs key 8e1d0c4a77b2.sql, line 12): relation \"foo\" "
            "does not exist "
            "(SQLSTATE 42P01). The revision was rolled back.");
  EXPECT_EQ(error.site, (ErrorSite{"8e1d0c4a77b2", "ConfigMap shop/revs key 8e1d0c4a77b2.sql", 12, "42P01"}));
}

TEST(AtStatement, WithoutALineOfTheServersItIsTheStatements) {
  Statement statement;
  statement.line = 7;
  const auto made = testing::revision("r1", "", "");
  EXPECT_EQ(at_statement(Error{}, made, &statement, "").site.line, 7U);
  EXPECT_EQ(at_statement(Error{}, made, nullptr, "").site.line, 0U);
  EXPECT_THAT(at_statement(Error{}, made, nullptr, "").message, Not(HasSubstr("line")));
}

struct NotRecorded {
  std::string name;
  std::string sqlstate;
  Direction direction;
  std::string downgrade;
  std::size_t line;  ///< 0: the downgrade section is not said to be at fault
};

class RecordingAnUpgrade : public ::testing::TestWithParam<NotRecorded> {};

INSTANTIATE_TEST_SUITE_P(
    Whose, RecordingAnUpgrade,
    ::testing::Values(NotRecorded{"DowngradeHasTheCharacter", "22P05", Direction::Upgrade,
                                  "-- ö\n\nSELECT 1; -- уже", testing::kDowngradeLine + 2},
                      NotRecorded{"DowngradeDoesNot", "22P05", Direction::Upgrade, "-- ö\nSELECT 1", 0},
                      NotRecorded{"ErrorIsAnother", "22P02", Direction::Upgrade, "-- ж", 0},
                      NotRecorded{"DowngradeIsRun", "22P05", Direction::Downgrade, "-- ж", 0}),
    [](const auto& named) { return named.param.name; });

TEST_P(RecordingAnUpgrade, NamesTheCharacterThatTheLedgerCanNotHold) {
  const std::string said =
      "character with byte sequence 0xd0 0xb6 in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"";
  const auto made = testing::with_downgrade(testing::revision("r1", "", ""), GetParam().downgrade);
  const PlanStep step{"r1", GetParam().direction, {}};
  StepWork work;
  work.step = &step;
  work.revision = &made;
  const Error error =
      not_recorded(Error{ErrorKind::Terminal, "SqlError", said, {"", "", 0, GetParam().sqlstate}}, work,
                   "The revision was rolled back.");
  EXPECT_EQ(error.site.line, GetParam().line);
  const std::string before = GetParam().line == 0
                                 ? "): "
                                 : ", line 102): the ledger keeps the text of the downgrade section, and the "
                                   "database's encoding can't hold a character of it: ";
  const std::string after = GetParam().line == 0
                                ? ""
                                : " Write the section without that character, in its comments too, or use a "
                                  "database with the encoding UTF8.";
  EXPECT_EQ(error.message, "revision r1 (ConfigMap shop/revs key r1.sql" + before + said + "." + after +
                               " The revision was rolled back.");
}

struct Check {
  std::string name;
  StatementClass kind;
  std::string text;
  TransactionMode mode;
  std::string reason;  ///< empty: fine
};

class CheckStatements : public ::testing::TestWithParam<Check> {};

constexpr auto kOn = TransactionMode::On;
constexpr auto kOff = TransactionMode::Off;

INSTANTIATE_TEST_SUITE_P(
    Of, CheckStatements,
    ::testing::Values(
        Check{"PlainInATransaction", StatementClass::Plain, "SELECT 1", kOn, ""},
        Check{"PlainWithoutOne", StatementClass::Plain, "SELECT 1", kOff, ""},
        Check{"Rows", StatementClass::Rows, "SELECT 1", kOn, ""},
        Check{"BareInATransaction", StatementClass::Bare, "VACUUM", kOn, "NeedsTransactionOff"},
        Check{"BareWithoutOne", StatementClass::Bare, "VACUUM", kOff, ""},
        Check{"NamedIndex", StatementClass::Bare, "CREATE INDEX CONCURRENTLY i ON t (x)", kOff, ""},
        Check{"UnnamedIndex", StatementClass::Bare, "CREATE INDEX CONCURRENTLY ON t (x)", kOff,
              "UnnamedIndex"},
        Check{"Commit", StatementClass::TransactionControl, "COMMIT", kOn, "TransactionControl"},
        Check{"CommitWithoutTransaction", StatementClass::TransactionControl, "COMMIT", kOff,
              "TransactionControl"},
        Check{"Copy", StatementClass::CopyStream, "COPY t FROM STDIN", kOff, "CopyStream"}),
    [](const auto& named) { return named.param.name; });

TEST_P(CheckStatements, RefusesWhatTheProtocolCanNotRun) {
  auto made = testing::revision("r1", "", "");
  made.transaction = GetParam().mode;
  const auto checked = check_statements(made, {Statement{"SELECT 0", 3, StatementClass::Plain, ""},
                                               Statement{GetParam().text, 5, GetParam().kind, ""}});
  ASSERT_EQ(checked.has_value(), GetParam().reason.empty());
  if (checked) return;
  EXPECT_EQ(checked.error().reason, GetParam().reason);
  EXPECT_EQ(checked.error().kind, ErrorKind::Terminal);
  EXPECT_EQ(checked.error().site, (ErrorSite{"r1", "ConfigMap shop/revs key r1.sql", 5, ""}));
  EXPECT_THAT(checked.error().message, Not(HasSubstr("ON t")));
}

}  // namespace
}  // namespace athanor::engine
