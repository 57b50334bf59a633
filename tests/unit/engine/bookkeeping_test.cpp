#include "engine/bookkeeping.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted_database.hpp"
#include "unit/engine/ledger_rows.hpp"

namespace athanor::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

class Texts : public ::testing::Test {
 protected:
  Texts() {
    places.version_table = "\"public\".\"alembic_version\"";
    places.version_key_name = "\"alembic_version_pkc\"";
    places.ledger = "\"athanor\".\"public.alembic_version\"";
  }

  fakes::ScriptedDatabase database{std::make_shared<fakes::Script>()};
  Places places;
  Settings settings;
  Bookkeeping books{database, places, settings};
};

TEST_F(Texts, TheVersionTableIsMadeAsAlembicMakesIt) {
  EXPECT_THAT(
      books.create_version_table(),
      StartsWith(
          "CREATE TABLE IF NOT EXISTS \"public\".\"alembic_version\" (version_num VARCHAR(32) NOT NULL, "
          "CONSTRAINT \"alembic_version_pkc\" PRIMARY KEY (version_num));\n"));
}

TEST_F(Texts, OnlyWhatIsMissingIsMade) {
  places.version_table_exists = true;
  EXPECT_THAT(books.create_version_table(), IsEmpty());
  EXPECT_THAT(books.create_ledger(), StartsWith("CREATE TABLE IF NOT EXISTS \"athanor\""));
  places.ledger_schema_wanted = true;
  EXPECT_THAT(books.create_ledger(), StartsWith("CREATE SCHEMA IF NOT EXISTS athanor;\n"));
  places.ledger_exists = true;
  EXPECT_THAT(books.create_ledger(), IsEmpty());
}

const std::vector<RowChange> kMerge{{RowChange::Kind::Delete, "b", ""},
                                    {RowChange::Kind::Update, "a", "o'm"},
                                    {RowChange::Kind::Insert, "", "x"}};

TEST_F(Texts, OnPostgresEachRowChangeIsCountedInTheStatementThatWritesTheLedger) {
  places.version_table_exists = true;
  const std::string sql = books.append({}, kMerge);
  EXPECT_THAT(
      sql, StartsWith("WITH c0 AS (DELETE FROM \"public\".\"alembic_version\" WHERE version_num = 'b' "
                      "RETURNING 1), c1 AS (UPDATE \"public\".\"alembic_version\" SET version_num = 'o''m' "
                      "WHERE version_num = 'a' RETURNING 1), c2 AS (INSERT INTO "
                      "\"public\".\"alembic_version\" (version_num) VALUES ('x') RETURNING 1) INSERT INTO "));
  EXPECT_THAT(sql, HasSubstr(", (SELECT pg_catalog.count(*) FROM c2)]::bigint[]"));
}

TEST_F(Texts, OnSqliteTheRowsAfterwardsAreRead) {
  places.dialect = ports::Dialect::Sqlite;
  places.version_table = "\"alembic_version\"";
  places.version_table_exists = true;
  const std::string sql = books.append({}, kMerge);
  EXPECT_THAT(
      sql,
      StartsWith("DELETE FROM \"alembic_version\" WHERE version_num = 'b';\nUPDATE \"alembic_version\" SET "
                 "version_num = 'o''m' WHERE version_num = 'a';\nINSERT INTO \"alembic_version\" "
                 "(version_num) VALUES ('x');\nINSERT INTO "));
  EXPECT_THAT(sql, HasSubstr("RETURNING at, (SELECT group_concat(version_num, '\n')"));
}

TEST_F(Texts, NothingIsReadFromTablesThatAreNotThere) {
  EXPECT_THAT(books.view(), Not(HasSubstr("FROM \"")));
  places.ledger_exists = true;
  EXPECT_THAT(books.view(), Not(HasSubstr(places.version_table)));
  EXPECT_THAT(books.view(), HasSubstr(places.ledger));
}

TEST_F(Texts, TheDowngradeIsKeptAsItIsWritten) {
  const SqlSection downgrade{"DROP TABLE \"it's\";", 1, ""};
  ActRecord record;
  record.act = kActUpgrade;
  record.downgrade = &downgrade;
  EXPECT_THAT(books.append(record), HasSubstr("'DROP TABLE \"it''s\";'"));
}

TEST_F(Texts, ProgressIsNotedOnTopOfExactlyWhatWasDone) {
  EXPECT_THAT(books.note_progress({7, 3, "sum", "NULL"}),
              HasSubstr("WHERE seq = 7 AND state <> 'done' AND statements_done = 2 RETURNING "));
}

ports::Row view_row(const std::string& rows, const std::string& readable_from = "1") {
  return {rows, entry_cell({"12", readable_from, "downgrade", "r1", "running", "sum", "2", "done", "4711",
                            "staging", "shop", "", "1/2", "2026-11-22T20:14:00.000Z", "15"})};
}

TEST(ParseView, ReadsEveryField) {
  const auto view = parse_view({view_row("b\na")});
  ASSERT_TRUE(view);
  EXPECT_THAT(view->rows, ElementsAre("a", "b"));
  ASSERT_TRUE(view->last);
  EXPECT_EQ(view->last->seq, 12);
  EXPECT_EQ(view->last->direction(), Direction::Downgrade);
  EXPECT_TRUE(view->last->open());
  EXPECT_EQ(view->last->statements_done, 2U);
  EXPECT_EQ(view->last->done_checksum, "done");
  EXPECT_EQ(view->last->index_before, 4711);
  EXPECT_EQ(view->last->owner, (Owner{"staging", "shop", "", "1/2"}));
  EXPECT_EQ(view->last->at, "2026-11-22T20:14:00.000Z");
  EXPECT_EQ(view->last->duration_ms, 15);
}

TEST(ParseView, AnEmptyDatabaseHasNeitherRowsNorEntry) {
  const auto view = parse_view({ports::Row(2)});
  ASSERT_TRUE(view);
  EXPECT_THAT(view->rows, IsEmpty());
  EXPECT_FALSE(view->last);
}

TEST(ParseView, ALayoutThatMustBeKnownIsRefused) {
  const auto view = parse_view({view_row("a", "2")});
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().reason, "LedgerTooNew");
  EXPECT_EQ(view.error().kind, ErrorKind::Terminal);
}

TEST(ParseView, AnythingButOneWholeRowIsNoAnswer) {
  EXPECT_FALSE(parse_view({}));
  EXPECT_FALSE(parse_view({ports::Row(1)}));
  EXPECT_FALSE(parse_view({{"a", "12"}}));
}

TEST(ParseView, WhatTheLedgerLeavesOutIsEmptyOrUnknown) {
  const auto view = parse_view({{"a", entry_cell({"1", "1", "claim", "", "done", "", "", "", "", "", "", "",
                                                  "", "2026-11-22T20:14:00.000Z", ""})}});
  ASSERT_TRUE(view);
  ASSERT_TRUE(view->last);
  EXPECT_EQ(view->last->revision, "");
  EXPECT_EQ(view->last->index_before, std::nullopt);
  EXPECT_EQ(view->last->duration_ms, 0);
  EXPECT_FALSE(view->last->open());
}

TEST(ParseReceipt, EveryRowChangeThatDidNotTouchExactlyOneRowIsCounted) {
  const std::pair<ports::Cell, std::optional<std::size_t>> table[] = {
      {std::nullopt, std::nullopt}, {"{}", 0}, {"{1}", 0}, {"{1,1,1}", 0}, {"{0}", 1}, {"{1,0,2}", 2}};
  for (const auto& [touched, misses] : table) {
    SCOPED_TRACE(touched.value_or("NULL"));
    const auto receipt = parse_receipt({{"2026-11-22T20:14:00.000Z", "a", "3", std::nullopt, touched}});
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->miscounted, misses);
  }
}

TEST(ParseReceipt, NoRowMeansThatSomebodyElseWasThere) {
  const auto receipt = parse_receipt({});
  ASSERT_FALSE(receipt);
  EXPECT_EQ(receipt.error().kind, ErrorKind::Conflict);
  EXPECT_EQ(receipt.error().reason, "VersionMoved");
}

ports::Row history_row(ports::Cell acts) {
  ports::Row row = view_row("a");
  row.push_back(std::move(acts));
  return row;
}

TEST(ParseHistory, TheLatestActOfEachRevisionInWhateverOrderTheyCome) {
  const auto history = parse_history({history_row(
      "3\tr1\tupgrade\tsum\t2026-11-22T20:14:00.000Z\t15\n1\tr1\tupgrade\told\t\t0\n2\tr2\tupgrade\t\t\t0")});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->applied.size(), 2U);
  EXPECT_EQ(history->applied.at("r1").checksum, "sum");
  EXPECT_EQ(history->applied.at("r1").at, "2026-11-22T20:14:00.000Z");
  EXPECT_EQ(history->applied.at("r1").duration_ms, 15);
  EXPECT_EQ(history->applied.at("r2").checksum, "");
  EXPECT_EQ(history->view.rows, std::vector<std::string>{"a"});
}

TEST(ParseHistory, WhatWasUndoneIsNotAppliedUnlessItWasDoneAgain) {
  const auto history = parse_history({history_row(
      "1\tr1\tupgrade\ta\t\t0\n2\tr2\tupgrade\tb\t\t0\n3\tr2\tdowngrade\tc\t\t0\n4\tr1\tdowngrade\td\t\t0\n"
      "5\tr1\tupgrade\te\t\t0")});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->applied.size(), 1U);
  EXPECT_EQ(history->applied.at("r1").checksum, "e");
}

TEST(ParseHistory, WhatWasTakenBackKeepsHowLongItTookEachWay) {
  std::string lines =
      "1\tr1\tupgrade\ta\t\t11\n2\tr2\tupgrade\tb\t\t22\n3\tr2\tdowngrade\tb\t\t33\n"
      "4\tr1\tstamp\t\t\t0\tr1\n5\tr3\tdowngrade\t\t\t44\n";
  for (int i = 100; i < 130; ++i) lines += std::to_string(i) + "\tx\tupgrade\ts\t\t0\n";
  auto history = parse_history({history_row(lines)});
  ASSERT_TRUE(history);
  EXPECT_EQ(history->taken_back.at("r1").upgrade_ms, 11);
  EXPECT_EQ(history->taken_back.at("r1").downgrade_ms, std::nullopt);
  EXPECT_EQ(history->taken_back.at("r2").upgrade_ms, 22);
  EXPECT_EQ(history->taken_back.at("r2").downgrade_ms, 33);
  EXPECT_EQ(history->taken_back.at("r3").upgrade_ms, std::nullopt) << "it was never seen to be run";
  EXPECT_FALSE(history->taken_back.contains("x"));

  DatabaseState state;
  history = parse_history({history_row(lines + "200\tr2\tupgrade\tb\t\t55\n")});
  state.applied = history->applied;
  state.taken_back = history->taken_back;
  EXPECT_EQ(last_duration_ms(state, "r2", Direction::Upgrade), 55);
  EXPECT_EQ(last_duration_ms(state, "r2", Direction::Downgrade), 33);
  EXPECT_EQ(last_duration_ms(state, "r1", Direction::Upgrade), 11);
  EXPECT_EQ(last_duration_ms(state, "x", Direction::Downgrade), std::nullopt);
  EXPECT_EQ(last_duration_ms(state, "r9", Direction::Upgrade), std::nullopt);
}

TEST(ParseHistory, TheLatestActsNewestFirstAndNoMoreThanAStatusShows) {
  std::string lines = "7\tr7\tdowngrade\tc\t2026-11-22T20:14:00.000Z\t3";
  for (int i = 100; i > 7; --i) {
    lines += "\n" + std::to_string(i) + "\tr" + std::to_string(i) + "\tupgrade\ts\t\t0";
  }
  auto history = parse_history({history_row(lines)});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->latest.size(), kLatestActs);
  EXPECT_EQ(history->latest.front().revision, "r100");
  EXPECT_EQ(history->latest.back().revision, "r81");

  history = parse_history({history_row("6\tr7\tupgrade\tc\t\t0\n" + lines.substr(0, lines.find('\n')))});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->latest.size(), 2U);
  EXPECT_EQ(history->latest.front().kind, ActKind::Downgrade);
  EXPECT_EQ(history->latest.front().at, "2026-11-22T20:14:00.000Z");
  EXPECT_EQ(history->latest.front().duration_ms, 3);
}

TEST(ParseHistory, AStampLeavesNothingOfWhatItVoids) {
  const auto history = parse_history(
      {history_row("1\tr1\tupgrade\ta\t\t0\t\n2\tr2\tupgrade\tb\t\t0\t\n3\tr3\tupgrade\tc\t\t0\t\n"
                   "4\tr1\tstamp\t\t2026-11-22T20:14:00.000Z\t0\tr2,r3\n5\tr3\tupgrade\td\t\t0\t")});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->applied.size(), 2U);
  EXPECT_EQ(history->applied.at("r1").checksum, "a");
  EXPECT_EQ(history->applied.at("r3").checksum, "d");
  ASSERT_EQ(history->latest.size(), 5U);
  EXPECT_EQ(history->latest[1].kind, ActKind::Stamp);
  EXPECT_EQ(history->latest[1].revision, "r1");
}

TEST(ParseHistory, AnAcceptedFileCountsAsWhatWasRunUntilTheRevisionIsRunAgain) {
  const std::string accepted =
      "1\tr1\tupgrade\ta\t2026-11-22T20:14:00.000Z\t7\t\n2\tr1\taccept\tb\t2026-11-23T20:14:00.000Z\t0\t\n"
      "3\tr2\taccept\tb\t\t0\t";
  auto history = parse_history({history_row(accepted)});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->applied.size(), 1U) << "what was not run can't be accepted";
  EXPECT_EQ(history->applied.at("r1").checksum, "b");
  EXPECT_EQ(history->applied.at("r1").at, "2026-11-22T20:14:00.000Z");
  history = parse_history({history_row(accepted + "\n4\tr1\tupgrade\tc\t\t0\t")});
  EXPECT_EQ(history->applied.at("r1").checksum, "c");
}

TEST(ParseHistory, StampsDoNotPushOutWhatWasRun) {
  std::string lines = "1\tr1\tupgrade\ta\t\t0\t";
  for (int i = 2; i < 60; ++i) lines += "\n" + std::to_string(i) + "\tr1\tstamp\t\t\t0\t";
  const auto history = parse_history({history_row(lines)});
  ASSERT_TRUE(history);
  ASSERT_EQ(history->latest.size(), kLatestActs + 1);
  EXPECT_EQ(history->latest.back().kind, ActKind::Upgrade);
}

TEST(ParseHistory, AnActOfANewerAthanorSaysNothingThatThisOneHasToKnow) {
  const auto history = parse_history({history_row("1\tr1\tupgrade\ta\t\t0\t\n2\tr1\tpolish\tb\t\t0\t")});
  ASSERT_TRUE(history);
  EXPECT_EQ(history->applied.at("r1").checksum, "a");
  EXPECT_EQ(history->latest.size(), 1U);
}

TEST(ParseHistory, ALedgerThatIsMissingOrEmptyKnowsOfNothing) {
  const auto history = parse_history({history_row(std::nullopt)});
  ASSERT_TRUE(history);
  EXPECT_TRUE(history->applied.empty());
}

TEST(ParseHistory, AnythingButOneWholeRowIsNoAnswer) {
  EXPECT_FALSE(parse_history({}));
  EXPECT_FALSE(parse_history({view_row("a")}));
}

TEST(ParseHistory, ALedgerOfANewerAthanorIsRefused) {
  ports::Row row = view_row("a", "2");
  row.push_back(std::nullopt);
  const auto history = parse_history({row});
  ASSERT_FALSE(history);
  EXPECT_EQ(history.error().reason, "LedgerTooNew");
}

}  // namespace
}  // namespace athanor::engine
