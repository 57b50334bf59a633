// kill -9 between any two steps of the protocol, and what a fresh process makes of it.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/failpoints.hpp"
#include "integration/engine/environment.hpp"
#include "integration/engine/killed_process.hpp"

namespace athanor::testing {
namespace {

using ::testing::ElementsAre;

struct Kind {
  std::string name;
  std::function<Environment()> make;
  std::string id_column;       ///< counts the rows in the order in which they came
  std::string bare_statement;  ///< of the third revision
};

/// A table that counts: every transactional statement adds its own row.
RevisionGraph counting_graph(const Kind& kind) {
  return graph_of(
      {revision("r1", "",
                fmt::format("CREATE TABLE mark (id {}, what text); INSERT INTO mark (what) VALUES ('r1');",
                            kind.id_column)),
       revision("r2", "r1",
                "INSERT INTO mark (what) VALUES ('r2a'); INSERT INTO mark (what) VALUES ('r2b');"),
       off(revision(
           "r3", "r2",
           fmt::format("INSERT INTO mark (what) VALUES ('r3a'); {}; INSERT INTO mark (what) VALUES ('r3b');",
                       kind.bare_statement))),
       revision("r4", "r3", "INSERT INTO mark (what) VALUES ('r4');")});
}

/// What the table must hold, told by version row and ledger alone.
std::string expected_marks(const std::string& version, const std::string& last_act) {
  if (version == "-") return "-";
  if (version == "r1") return "r1";
  if (version == "r3") return "r1,r2a,r2b,r3a,r3b";
  if (version == "r4") return "r1,r2a,r2b,r3a,r3b,r4";
  if (last_act == "r3 running 1" || last_act == "r3 running 2") return "r1,r2a,r2b,r3a";
  if (last_act == "r3 running 3") return "r1,r2a,r2b,r3a,r3b";
  return "r1,r2a,r2b";
}

class Killing : public ::testing::TestWithParam<Kind> {
 protected:
  /// Claims and migrates as one process of the operator does.
  static bool work(Environment environment, const RevisionGraph& graph) {
    return environment.migrator().claim() && !environment.upgrade(graph).failure;
  }

  /// Schema, version table and ledger agree, in one reading of all three.
  static void expect_agreement(Environment& environment, const Kind& kind) {
    const auto state = environment.state();
    if (!state.version_table_exists || state.version_rows.empty()) return;
    const std::string join = kind.name == "Sqlite" ? "group_concat" : "string_agg";
    const auto line =
        environment.ask(fmt::format("SELECT (SELECT version_num FROM alembic_version), (SELECT {1}(what, "
                                    "',') FROM (SELECT what FROM mark ORDER BY "
                                    "id) AS m), (SELECT revision || ' ' || state || ' ' || "
                                    "coalesce(statements_done, 0) FROM {0} ORDER BY seq DESC "
                                    "LIMIT 1)",
                                    environment.ledger_table, join));
    ASSERT_EQ(line.size(), 1U);
    const auto space = line.front().find(' ');
    const auto second = line.front().find(' ', space + 1);
    const std::string version = line.front().substr(0, space);
    const std::string marks = line.front().substr(space + 1, second - space - 1);
    const std::string last = line.front().substr(second + 1);
    EXPECT_EQ(marks, expected_marks(version, last)) << line.front();
  }

  static void expect_finished(Environment& environment, const Kind& kind) {
    EXPECT_THAT(environment.ask("SELECT what FROM mark ORDER BY id"),
                ElementsAre("r1", "r2a", "r2b", "r3a", "r3b", "r4"));
    EXPECT_THAT(environment.ask("SELECT version_num FROM alembic_version"), ElementsAre("r4"));
    auto acts = environment.ledger();
    std::erase(acts, "claim - done");
    EXPECT_THAT(acts,
                ElementsAre("upgrade r1 done", "upgrade r2 done", "upgrade r3 done", "upgrade r4 done"));
    if (kind.name == "Sqlite") return;
    EXPECT_THAT(
        environment.ask("SELECT relname, indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE "
                        "indrelid = 'mark'::regclass"),
        ElementsAre("mark_what t"));
  }
};

INSTANTIATE_TEST_SUITE_P(On, Killing,
                         ::testing::Values(Kind{"PostgreSql", [] { return Environment::on_postgres(); },
                                                "serial",
                                                "CREATE INDEX CONCURRENTLY mark_what ON mark (what)"},
                                           Kind{"Sqlite", [] { return Environment::on_sqlite(); },
                                                "integer PRIMARY KEY", "VACUUM"}),
                         [](const auto& named) { return named.param.name; });

TEST_P(Killing, AtAnyFailpointLosesNothingAndAppliesNothingTwice) {
  const auto graph = counting_graph(GetParam());
  std::vector<std::string> passed;
  for (const std::string_view name : engine::failpoints::names()) {
    for (int count = 1;; ++count) {
      const std::string failpoint = fmt::format("{}:{}", name, count);
      SCOPED_TRACE(failpoint);
      Environment environment = GetParam().make();
      const Ended ended = run_in_child(failpoint, [&] { return work(environment, graph); });
      ASSERT_NE(ended, Ended::Failed);
      expect_agreement(environment, GetParam());
      EXPECT_TRUE(work(environment, graph)) << told(environment.upgrade(graph));
      expect_finished(environment, GetParam());
      if (ended == Ended::Finished) break;
      if (count == 1) passed.emplace_back(name);
    }
  }
  // Two are passed only when an interrupted statement is taken up: StatementByStatement tries them. Neither a
  // stamp nor a repair is a part of it: Stamping and Repairing try those.
  for (const std::string_view name : engine::failpoints::names()) {
    if (name == engine::failpoints::kOffAfterJudgement || name == engine::failpoints::kOffAfterDrop) continue;
    if (name.starts_with("stamp.") || name.starts_with("repair.")) continue;
    EXPECT_THAT(passed, ::testing::Contains(name));
  }
}

TEST_P(Killing, TwiceInTheSameRevisionIsAsGoodAsOnce) {
  namespace fp = engine::failpoints;
  const auto graph = counting_graph(GetParam());
  for (const auto& [first, second] : {std::pair{fp::kOffAfterBareStatement, fp::kOffAfterJudgement},
                                      std::pair{fp::kOffAfterProgress, fp::kOffAfterIntent},
                                      std::pair{fp::kOffBeforeStatement, fp::kOffBeforeStatement},
                                      std::pair{fp::kOffAfterBareStatement, fp::kOffBeforeProgressCommit}}) {
    SCOPED_TRACE(fmt::format("{} then {}", first, second));
    Environment environment = GetParam().make();
    ASSERT_EQ(run_in_child(std::string(first), [&] { return work(environment, graph); }), Ended::Killed);
    ASSERT_EQ(run_in_child(std::string(second), [&] { return work(environment, graph); }), Ended::Killed);
    expect_agreement(environment, GetParam());
    EXPECT_TRUE(work(environment, graph)) << told(environment.upgrade(graph));
    expect_finished(environment, GetParam());
  }
}

TEST_P(Killing, AnInterruptedRunIsSeenByWhoeverLooks) {
  const auto graph = counting_graph(GetParam());
  Environment environment = GetParam().make();
  ASSERT_EQ(run_in_child(fmt::format("{}:1", engine::failpoints::kOffAfterProgress),
                         [&] { return work(environment, graph); }),
            Ended::Killed);
  const auto state = environment.state();
  ASSERT_TRUE(state.interrupted);
  EXPECT_EQ(state.interrupted->revision, "r3");
  EXPECT_EQ(state.interrupted->direction, Direction::Upgrade);
  EXPECT_EQ(state.interrupted->checksum, graph.at(*graph.find("r3")).upgrade.checksum);
  EXPECT_EQ(state.interrupted->statements_done, 1U);
  EXPECT_THAT(state.version_rows, ElementsAre("r2"));

  // A take-over in the midst of it keeps the run open.
  environment.settings.take_over = environment.settings.self.short_name();
  environment.settings.self.name = "other";
  const auto claim = environment.migrator().claim();
  ASSERT_TRUE(claim) << claim.error().message;
  EXPECT_EQ(claim->ownership, engine::Ownership::TakenOver);
  EXPECT_TRUE(environment.state().interrupted);
  EXPECT_EQ(told(environment.upgrade(graph)), "ok");
  expect_finished(environment, GetParam());
}

}  // namespace
}  // namespace athanor::testing
