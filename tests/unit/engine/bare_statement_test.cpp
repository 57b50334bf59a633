#include "engine/bare_statement.hpp"

#include <string>

#include <gtest/gtest.h>

namespace athanor::engine {
namespace {

struct Reading {
  std::string name;
  std::string sql;
  BareKind kind;
  std::string index;
  std::string table;
};

class ReadBare : public ::testing::TestWithParam<Reading> {};

INSTANTIATE_TEST_SUITE_P(
    Head, ReadBare,
    ::testing::Values(
        Reading{"CreateIndex", "CREATE INDEX CONCURRENTLY i ON t (x)", BareKind::CreateIndex, "i", "t"},
        Reading{"UniqueOnlyIfNotExists",
                "create unique index concurrently if not exists i on only s.t using btree (x)",
                BareKind::CreateIndex, "i", "s.t"},
        Reading{"QuotedNames", "CREATE INDEX CONCURRENTLY \"On\" ON \"S.x\" . \"T\"\"q\" (x)",
                BareKind::CreateIndex, "\"On\"", "\"S.x\".\"T\"\"q\""},
        Reading{"CommentsBetween", "CREATE /* a /* b */ */ INDEX -- c\n CONCURRENTLY i ON t(x)",
                BareKind::CreateIndex, "i", "t"},
        Reading{"WithoutAName", "CREATE INDEX CONCURRENTLY ON t (x)", BareKind::CreateIndex, "", "t"},
        Reading{"DropIndex", "DROP INDEX CONCURRENTLY IF EXISTS s.i CASCADE", BareKind::DropIndex, "s.i", ""},
        Reading{"ReindexIndex", "REINDEX INDEX CONCURRENTLY s.i", BareKind::ReindexIndex, "s.i", ""},
        Reading{"ReindexIndexWithOptions", "REINDEX (VERBOSE, CONCURRENTLY true) INDEX i",
                BareKind::ReindexIndex, "i", ""},
        Reading{"ReindexTable", "REINDEX TABLE CONCURRENTLY s.t", BareKind::ReindexTable, "", "s.t"},
        Reading{"ReindexTableWithOptions", "REINDEX (CONCURRENTLY) TABLE t", BareKind::ReindexTable, "", "t"},
        Reading{"ReindexDatabase", "REINDEX DATABASE CONCURRENTLY d", BareKind::ReindexAll, "", ""},
        Reading{"ReindexSystem", "REINDEX SYSTEM d", BareKind::ReindexAll, "", ""},
        Reading{"Vacuum", "VACUUM (FULL) t", BareKind::Repeatable, "", ""},
        Reading{"ClusterAll", "CLUSTER", BareKind::Repeatable, "", ""},
        Reading{"AlterSystem", "ALTER SYSTEM SET work_mem = '1MB'", BareKind::Repeatable, "", ""},
        Reading{"Pragma", "PRAGMA journal_mode = wal", BareKind::Repeatable, "", ""},
        Reading{"CreateDatabase", "CREATE DATABASE d", BareKind::Other, "", ""},
        Reading{"AlterDatabase", "ALTER DATABASE d SET TABLESPACE s", BareKind::Other, "", ""},
        Reading{"DetachPartition", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY", BareKind::DetachPartition,
                "", "t"},
        Reading{"DetachPartitionIfTheTableExists",
                "ALTER TABLE IF EXISTS ONLY s.t * DETACH PARTITION s.p CONCURRENTLY",
                BareKind::DetachPartition, "", "s.t"}),
    [](const auto& named) { return named.param.name; });

TEST_P(ReadBare, TellsWhatItIs) {
  Statement statement;
  statement.text = GetParam().sql;
  const BareStatement bare = read_bare(statement);
  EXPECT_EQ(bare.kind, GetParam().kind);
  EXPECT_EQ(bare.index, GetParam().index);
  EXPECT_EQ(bare.table, GetParam().table);
}

TEST(ReadBarePartition, IsNamed) {
  Statement statement;
  statement.text = "ALTER TABLE s.t DETACH PARTITION \"S\".p CONCURRENTLY";
  EXPECT_EQ(read_bare(statement).partition, "\"S\".p");
}

TEST(ReadBareSchema, IsNamed) {
  Statement statement;
  statement.text = "REINDEX SCHEMA CONCURRENTLY \"S\"";
  const BareStatement bare = read_bare(statement);
  EXPECT_EQ(bare.kind, BareKind::ReindexAll);
  EXPECT_EQ(bare.schema, "\"S\"");
}

struct Judging {
  std::string name;
  BareKind kind;
  IndexFacts facts;
  std::optional<std::int64_t> before;
  Verdict expected;
};

class Judge : public ::testing::TestWithParam<Judging> {};

constexpr IndexFacts kAbsent{};
constexpr IndexFacts kAbsentBusy{std::nullopt, false, true};
constexpr IndexFacts kValid{7, true, false};
constexpr IndexFacts kInvalid{7, false, false};
constexpr IndexFacts kInvalidBusy{7, false, true};

INSTANTIATE_TEST_SUITE_P(
    Interrupted, Judge,
    ::testing::Values(
        Judging{"AnAbsentIndexWasNotBuilt", BareKind::CreateIndex, kAbsent, {}, Verdict::Run},
        Judging{"AValidIndexWasBuilt", BareKind::CreateIndex, kValid, {}, Verdict::Done},
        Judging{"AValidIndexInPlaceOfAnotherWasBuilt", BareKind::CreateIndex, kValid, 6, Verdict::Done},
        Judging{"AValidIndexFromBeforeIsTheServersToJudge", BareKind::CreateIndex, kValid, 7, Verdict::Run},
        Judging{"AnInvalidIndexOfThisRunIsDropped", BareKind::CreateIndex, kInvalid, {}, Verdict::DropAndRun},
        Judging{"AnInvalidIndexFromBeforeIsNot", BareKind::CreateIndex, kInvalid, 7, Verdict::Unknown},
        Judging{"ABuildThatRunsIsWaitedFor", BareKind::CreateIndex, kInvalidBusy, {}, Verdict::StillRunning},
        Judging{"ABuildThatBeginsIsWaitedFor", BareKind::CreateIndex, kAbsentBusy, {}, Verdict::StillRunning},
        Judging{"AnAbsentIndexWasDropped", BareKind::DropIndex, kAbsent, 7, Verdict::Done},
        Judging{"AnIndexThatIsThereWasNotDropped", BareKind::DropIndex, kInvalid, 7, Verdict::Run},
        Judging{"AnotherIndexThatTookTheNameIsLeftAlone", BareKind::DropIndex, kValid, 6, Verdict::Done},
        Judging{
            "AnIndexThatWasNotThereWhenItBeganIsLeftAlone", BareKind::DropIndex, kValid, {}, Verdict::Done},
        Judging{"ADropThatRunsIsWaitedFor", BareKind::DropIndex, kInvalidBusy, 7, Verdict::StillRunning},
        Judging{"AReindexRunsAgainWithoutItsLeftovers", BareKind::ReindexIndex, kValid, 7,
                Verdict::DropLeftovers},
        Judging{"AReindexThatRunsIsWaitedFor", BareKind::ReindexIndex, IndexFacts{7, true, true}, 7,
                Verdict::StillRunning},
        Judging{"AReindexOfATableRunsAgainWithoutItsLeftovers",
                BareKind::ReindexTable,
                kAbsent,
                {},
                Verdict::DropLeftovers},
        Judging{"AReindexOfASchemaThatRunsIsWaitedFor",
                BareKind::ReindexAll,
                kAbsentBusy,
                {},
                Verdict::StillRunning},
        Judging{"VacuumRunsAgain", BareKind::Repeatable, kAbsent, {}, Verdict::Run},
        Judging{"OthersCanNotBeTold", BareKind::Other, kAbsent, {}, Verdict::Unknown}),
    [](const auto& named) { return named.param.name; });

TEST_P(Judge, Decides) {
  EXPECT_EQ(judge(GetParam().kind, GetParam().facts, GetParam().before), GetParam().expected);
}

}  // namespace
}  // namespace athanor::engine
