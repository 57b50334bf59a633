#include "engine/stamp.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/revisions.hpp"
#include "unit/sentence.hpp"

namespace athanor::engine {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = RowChange::Kind;

/// r1 ← r2 ← r3, and r1 ← s2.
RevisionGraph forked() {
  return testing::graph_of({testing::revision("r1", "", ""), testing::revision("r2", "r1", ""),
                            testing::revision("r3", "r2", ""), testing::revision("s2", "r1", "")});
}

StampWork prepared(const RevisionGraph& graph, std::vector<std::string> before,
                   std::vector<RowChange> changes) {
  auto work = prepare_stamp(graph, {std::move(before), std::move(changes)});
  if (!work) throw std::invalid_argument(work.error().message);
  return std::move(*work);
}

TEST(PrepareStamp, GoesStraightToWhereSeveralChangesLead) {
  const auto graph = forked();
  const auto work = prepared(
      graph, {"r1"}, {{Kind::Update, "r1", "r2"}, {Kind::Update, "r2", "r3"}, {Kind::Insert, "", "s2"}});
  EXPECT_THAT(work.rows_after, ElementsAre("r3", "s2"));
  EXPECT_THAT(work.changes,
              ElementsAre(RowChange{Kind::Update, "r1", "r3"}, RowChange{Kind::Insert, "", "s2"}));
  EXPECT_THAT(work.moved, ElementsAre("r2", "r3", "s2"));
  EXPECT_FALSE(work.purges);
}

TEST(PrepareStamp, ARowThatGoesAndComesBackIsNotTouched) {
  const auto graph = forked();
  const auto work = prepared(graph, {"r2", "s2"},
                             {{Kind::Delete, "r2", ""}, {Kind::Delete, "s2", ""}, {Kind::Insert, "", "r2"}});
  EXPECT_THAT(work.changes, ElementsAre(RowChange{Kind::Delete, "s2", ""}));
  EXPECT_THAT(work.moved, ElementsAre("s2"));
}

TEST(PrepareStamp, RowsThatNobodyKnowsMayGoButNotStayOrCome) {
  const auto graph = forked();
  const auto work = prepared(graph, {"gone", "r2"}, {{Kind::Delete, "gone", ""}});
  EXPECT_TRUE(work.purges);
  EXPECT_THAT(work.moved, IsEmpty());
  for (const auto& changes : {std::vector<RowChange>{}, {{Kind::Update, "gone", "new"}}}) {
    const auto refused = prepare_stamp(graph, {{"gone"}, changes});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().reason, "UnknownRevision");
  }
}

TEST(VoidedBy, WhatTheLedgerKnowsAndTheStampMoves) {
  const auto graph = forked();
  History history;
  history.applied = {{"r1", {}}, {"r2", {}}, {"r3", {}}, {"old", {}}};
  EXPECT_EQ(voided_by(prepared(graph, {"r3"}, {{Kind::Update, "r3", "r1"}}), history), "r2,r3");
  EXPECT_EQ(voided_by(prepared(graph, {"r1"}, {{Kind::Update, "r1", "r2"}}), history), "r2")
      << "what arrives was not run as the ledger says";
  EXPECT_EQ(voided_by(prepared(graph, {"r1"}, {{Kind::Update, "r1", "s2"}}), history), "")
      << "nobody thinks that it was run";
  EXPECT_EQ(voided_by(prepared(graph, {"old"}, {{Kind::Update, "old", "r1"}}), history), "old,r1")
      << "a purge leaves nothing of what the set does not have";
}

struct Case {
  std::string sentence;
  std::function<void(View&, bool& in_doubt)> set;
  std::string expected;
};

/// An entry of r2's, which is statement by statement.
LedgerEntry entry(std::string_view act, const std::string& revision, std::string_view state) {
  LedgerEntry made;
  made.seq = 4;
  made.act = act;
  made.revision = revision;
  made.state = state;
  made.statements_done = 1;
  return made;
}

class DecideStamp : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    When, DecideStamp,
    ::testing::Values(
        Case{"the rows are those it was planned from", [](View&, bool&) {}, "Fresh"},
        Case{"the rows are others", [](View& view, bool&) { view.rows = {"r3"}; }, "VersionMoved"},
        Case{"the rows are those afterwards", [](View& view, bool&) { view.rows = {"r2"}; }, "VersionMoved"},
        Case{"they are and its commit was in doubt",
             [](View& view, bool& in_doubt) {
               view = {{"r2"}, entry(kActStamp, "r2", kStateDone)};
               in_doubt = true;
             },
             "AlreadyIn"},
        Case{"they are and it was another who moved them while its commit was in doubt",
             [](View& view, bool& in_doubt) {
               view = {{"r2"}, entry(kActUpgrade, "r2", kStateDone)};
               in_doubt = true;
             },
             "VersionMoved"},
        Case{"a run is open that the stamp moves past",
             [](View& view, bool&) { view.last = entry(kActUpgrade, "r2", kStateRunning); },
             "Fresh, and closes the run"},
        Case{"a run is open that the version table was moved past before",
             [](View& view, bool&) { view.last = entry(kActUpgrade, "r1", kStateRunning); },
             "Fresh, and closes the run"},
        Case{"a run is open that the stamp would leave open",
             [](View& view, bool&) { view.last = entry(kActUpgrade, "r3", kStateStarted); },
             "InterruptedRevision"},
        Case{"a downgrade is open that the stamp would leave open",
             [](View& view, bool&) { view.last = entry(kActDowngrade, "r1", kStateRunning); },
             "InterruptedRevision"},
        Case{"another environment owns the database",
             [](View& view, bool&) {
               view.last = entry(kActUpgrade, "r1", kStateDone);
               view.last->owner.name = "production";
             },
             "DatabaseOwnedElsewhere"}),
    sentence_name<Case>);

TEST_P(DecideStamp, SoItGoes) {
  const auto graph = forked();
  const auto work = prepared(graph, {"r1"}, {{Kind::Update, "r1", "r2"}});
  View view{{"r1"}, std::nullopt};
  bool in_doubt = false;
  GetParam().set(view, in_doubt);
  Settings settings;
  settings.self.name = "staging";
  const auto start = decide_stamp(view, work, settings, in_doubt);
  const std::string decided = !start                                ? start.error().reason
                              : start->kind == StartKind::AlreadyIn ? "AlreadyIn"
                              : start->overtaken == 4               ? "Fresh, and closes the run"
                                                                    : "Fresh";
  EXPECT_EQ(decided, GetParam().expected);
}

TEST(DecideStampTells, WhichStampWouldCloseAnOpenRun) {
  const auto graph = forked();
  const auto work = prepared(graph, {"r1"}, {{Kind::Update, "r1", "r2"}});
  const auto start = decide_stamp({{"r1"}, entry(kActUpgrade, "r3", kStateRunning)}, work, {}, false);
  ASSERT_FALSE(start);
  EXPECT_THAT(start.error().message, HasSubstr("one that includes r3 closes it"));
}

}  // namespace
}  // namespace athanor::engine
