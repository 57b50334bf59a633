#include "core/adoption.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/words.hpp"
#include "support/revisions.hpp"
#include "unit/sentence.hpp"

namespace athanor {
namespace {

using ::testing::HasSubstr;
using Tool = MigrationTool;

/// Each on top of the one before.
RevisionGraph chain(const std::vector<std::string>& ids) {
  std::vector<Revision> revisions;
  std::string parent;
  for (const std::string& id : ids) {
    revisions.push_back(testing::revision(id, parent, ""));
    parent = id;
  }
  return testing::graph_of(std::move(revisions));
}

ForeignVersion up_to(std::string version) {
  return {std::move(version), false, true};
}
ForeignVersion one(std::string version) {
  return {std::move(version)};
}
ForeignVersion failed(std::string version) {
  return {std::move(version), true};
}

struct Case {
  std::string sentence;
  Tool tool;
  std::vector<std::string> set;
  std::vector<ForeignVersion> versions;
  std::string expected;  ///< "rows, how many of them applied", or a part of the refusal
};

class PlanAdoption : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    Of, PlanAdoption,
    ::testing::Values(
        Case{"golang migrate at a number without its zeros",
             Tool::GolangMigrate,
             {"000001", "000002", "000003"},
             {up_to("2")},
             "000002 (2)"},
        Case{"golang migrate at a time",
             Tool::GolangMigrate,
             {"20200101120000", "20210101120000"},
             {up_to("20210101120000")},
             "20210101120000 (2)"},
        Case{"golang migrate with nothing applied", Tool::GolangMigrate, {"1"}, {}, " (0)"},
        Case{"golang migrate at a version without a file",
             Tool::GolangMigrate,
             {"1", "2"},
             {up_to("3")},
             "says that 3 is applied, and no revision here has that id"},
        Case{"golang migrate in the midst of a migration",
             Tool::GolangMigrate,
             {"1", "2"},
             {{"2", true, true}},
             "its migration 2 failed or was interrupted"},
        Case{"golang migrate before a revision that was written since",
             Tool::GolangMigrate,
             {"000001", "000002", "3f2a9c1b7d10"},
             {up_to("2")},
             "000002 (2)"},
        Case{"dbmate with all applied",
             Tool::Dbmate,
             {"20200101120000", "20210101120000"},
             {one("20200101120000"), one("20210101120000")},
             "20210101120000 (2)"},
        Case{"dbmate with a hole",
             Tool::Dbmate,
             {"1", "2", "3", "4"},
             {one("1"), one("4")},
             "the revision 2, 3 is not applied by the account of public.t"},
        Case{"dbmate with versions that nobody has",
             Tool::Dbmate,
             {"1"},
             {one("1"), one("7"), one("8")},
             "says that 7, 8 is applied"},
        Case{"goose with some applied",
             Tool::Goose,
             {"00001", "00002", "00003"},
             {one("1"), one("2")},
             "00002 (2)"},
        Case{"flyway by parts",
             Tool::Flyway,
             {"1", "1.1", "1_2", "2"},
             {one("1"), one("1.1"), one("1.2")},
             "1_2 (3)"},
        Case{"flyway with noughts that mean nothing",
             Tool::Flyway,
             {"1.0", "01.10"},
             {one("1"), one("1.10")},
             "01.10 (2)"},
        Case{"flyway above a baseline without a file",
             Tool::Flyway,
             {"2", "3"},
             {up_to("1"), one("2")},
             "2 (1)"},
        Case{"flyway at a baseline between files",
             Tool::Flyway,
             {"1", "1.9", "1.10", "2"},
             {up_to("1.9.5")},
             "1.9 (2)"},
        Case{"flyway at a baseline with a file", Tool::Flyway, {"1", "2", "3"}, {up_to("2")}, "2 (2)"},
        Case{"flyway with a failed migration",
             Tool::Flyway,
             {"1", "2"},
             {one("1"), failed("2")},
             "its migration 2 failed"},
        Case{"atlas",
             Tool::Atlas,
             {"20200101120000", "20210101120000"},
             {one("20200101120000")},
             "20200101120000 (1)"},
        Case{"atlas with names in place of numbers",
             Tool::Atlas,
             {"alpha", "beta"},
             {one("alpha"), one("beta")},
             "beta (2)"},
        Case{"atlas at a baseline without a file", Tool::Atlas, {"2"}, {up_to("1"), one("2")}, "2 (1)"},
        Case{"alembic", Tool::Alembic, {"01ab", "02cd"}, {up_to("02cd")}, "02cd (2)"},
        Case{"alembic at a revision without a file",
             Tool::Alembic,
             {"1"},
             {up_to("01")},
             "no revision here has that id"},
        Case{"two revisions that are one version to the tool",
             Tool::Goose,
             {"1", "01"},
             {one("1")},
             "the revisions 01 and 1 are the same version"}),
    sentence_name<Case>);

TEST_P(PlanAdoption, StampsOrSaysWhyNot) {
  const auto& [sentence, tool, set, versions, expected] = GetParam();
  const auto planned = plan_adoption(chain(set), {tool, "public.t", versions});
  if (planned) {
    EXPECT_EQ(join_words(planned->rows) + " (" + std::to_string(planned->applied) + ")", expected);
  } else {
    EXPECT_EQ(planned.error().kind, ErrorKind::Terminal);
    EXPECT_EQ(planned.error().reason, "AdoptionMismatch");
    EXPECT_THAT(planned.error().message, HasSubstr(expected));
  }
}

TEST(PlanAdoptionOf, BranchesStampsARowForEach) {
  const auto graph = testing::graph_of({testing::revision("1", "", ""), testing::revision("2", "1", ""),
                                        testing::revision("3", "1", ""), testing::revision("4", "3", "")});
  const auto planned = plan_adoption(graph, {Tool::Dbmate, "t", {one("1"), one("2"), one("3")}});
  ASSERT_TRUE(planned);
  EXPECT_THAT(planned->rows, ::testing::ElementsAre("2", "3"));
}

TEST(MigrationTools, AreNamedAsTheyNameThemselves) {
  for (const auto tool :
       {Tool::Alembic, Tool::GolangMigrate, Tool::Dbmate, Tool::Goose, Tool::Flyway, Tool::Atlas}) {
    EXPECT_EQ(migration_tool(to_string(tool)), tool);
  }
  EXPECT_FALSE(migration_tool("liquibase"));
  EXPECT_EQ(join_words(migration_tool_names(), 10), "alembic, golang-migrate, dbmate, goose, flyway, atlas");
}

}  // namespace
}  // namespace athanor
