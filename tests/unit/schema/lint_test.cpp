// lint(): the set as a whole, ignores, the order of findings, dialects.
#include "schema/lint.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/schema/linting.hpp"

namespace athanor::schema {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> told(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  for (const Finding& finding : findings)
    lines.push_back(finding.file + ":" + std::to_string(finding.line) + " " + finding.rule);
  return lines;
}

TEST(Lint, TellsOfAFileThatIsNoRevisionAndGoesOn) {
  const auto findings = lint({{"bad.sql", "-- revision: a\n-- athanor:upgrade\n-- athanor:sidegrade\n"},
                              revision_file("r1", "", "TRUNCATE t")});
  EXPECT_THAT(told(findings), ElementsAre("bad.sql:3 invalid-revision-file", "r1.sql:4 truncate"));
  EXPECT_EQ(findings[0].severity, Severity::Error);
  EXPECT_EQ(findings[1].revision, "r1");
}

TEST(Lint, TellsOfEveryErrorOfTheGraphAtItsHeader) {
  const auto findings =
      lint({revision_file("r1", "gone", "", "", "-- depends_on: lost\n"),
            revision_file("r2", "r2", ""),
            revision_file("r3", "r4", ""),
            revision_file("r4", "r3", ""),
            {"again.sql", "-- revision: r1\n-- athanor:upgrade\nSELECT 2;\n-- athanor:downgrade\n"}},
           LintOptions{.only = {"graph-error"}});
  EXPECT_THAT(told(findings), testing::UnorderedElementsAre("r1.sql:1 graph-error", "r1.sql:2 graph-error",
                                                            "r1.sql:3 graph-error", "r2.sql:2 graph-error",
                                                            "r3.sql:2 graph-error"));
  EXPECT_THAT(findings.front().message, HasSubstr("more than once"));
}

TEST(Lint, TellsOfHeadsThatNothingTellsApart) {
  const std::vector<RevisionText> fork = {revision_file("r1", "", ""), revision_file("r2", "r1", ""),
                                          revision_file("r3", "r1", "")};
  const auto findings = lint(fork);
  EXPECT_THAT(told(findings), ElementsAre("r3.sql:1 multiple-heads"));
  EXPECT_THAT(findings[0].message, HasSubstr("r2, r3"));
}

TEST(Lint, TakesHeadsWithLabelsOfTheirOwnForMeant) {
  const auto meant = lint({revision_file("r1", "", "", "", "-- branch_labels: shop\n"),
                           revision_file("r2", "", "", "", "-- branch_labels: billing\n")});
  EXPECT_THAT(told(meant), ElementsAre("r2.sql:1 multiple-heads"));
  EXPECT_EQ(meant.front().severity, Severity::Info);
  EXPECT_THAT(meant.front().message, HasSubstr("athanor upgrade heads"));
  EXPECT_THAT(told(lint({revision_file("r1", "", "", "", "-- branch_labels: shop\n"),
                         revision_file("r2", "r1", ""), revision_file("r3", "r1", "")})),
              ElementsAre("r3.sql:1 multiple-heads"));
}

TEST(Lint, MeasuresIdsAgainstTheVersionColumn) {
  const std::string id(33, 'a');
  EXPECT_THAT(told(lint({revision_file(id, "", "")})), ElementsAre(id + ".sql:1 id-too-long"));
  EXPECT_THAT(told(lint({revision_file(id, "", "")}, LintOptions{.version_column_width = 64})), IsEmpty());
  LintOptions sqlite;
  sqlite.dialect = Dialect::Sqlite;
  const auto not_enforced = lint({revision_file(id, "", "")}, sqlite);
  ASSERT_THAT(told(not_enforced), ElementsAre(id + ".sql:1 id-too-long"));
  EXPECT_EQ(not_enforced.front().severity, Severity::Warning) << "it is applied there, by Alembic too";
  std::string umlauts;
  for (int i = 0; i < 32; ++i) umlauts += "\u00e4";
  EXPECT_THAT(told(lint({revision_file(umlauts, "", "")})), IsEmpty()) << "characters count, not bytes";
}

TEST(Lint, MissesADowngradeUnlessTheHeadSaysWhyThereIsNone) {
  const std::string start = "-- revision: r1\n";
  const std::string rest = "-- athanor:upgrade\nSELECT 1;\n";
  EXPECT_THAT(told(lint({{"r1.sql", "\xEF\xBB\xBF" + start + rest}})),
              ElementsAre("r1.sql:1 missing-downgrade"));
  EXPECT_THAT(
      told(lint({{"r1.sql", start + "-- athanor:ignore missing-downgrade data is gone for good\n" + rest}})),
      IsEmpty());
}

TEST(Lint, TellsOfADowngradeOnlyWhatKeepsItFromRunning) {
  const auto findings =
      lint({revision_file("r1", "", "CREATE TABLE t ();", "DROP TABLE t;\nCOMMIT;\nDROP TABEL t;")});
  EXPECT_THAT(told(findings), ElementsAre("r1.sql:7 transaction-control", "r1.sql:8 not-parsed"));
}

TEST(Lint, TellsOfSqlThatCannotBeCut) {
  const auto findings = lint({revision_file("r1", "", "SELECT 1;\n\\connect other")});
  EXPECT_THAT(told(findings), ElementsAre("r1.sql:5 invalid-sql"));
}

TEST(Lint, KnowsWhatEarlierRevisionsHaveProven) {
  const auto proven = [](const std::string& third) {
    return told(
        lint({revision_file("r1", "", "CREATE TABLE t (a int)"),
              revision_file("r2", "r1", "ALTER TABLE t ADD CONSTRAINT c CHECK (a IS NOT NULL) NOT VALID"),
              revision_file("r3", "r2", third)}));
  };
  EXPECT_THAT(proven("ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL"), IsEmpty());
  EXPECT_THAT(proven("ALTER TABLE t ALTER a SET NOT NULL"), ElementsAre("r3.sql:4 set-not-null"));
  EXPECT_THAT(proven("ALTER TABLE t VALIDATE CONSTRAINT c; ALTER TABLE t RENAME a TO b;\n"
                     "ALTER TABLE t ALTER b SET NOT NULL"),
              ElementsAre("r3.sql:4 rename-column"));
  EXPECT_THAT(proven("ALTER TABLE t DROP CONSTRAINT c; ALTER TABLE t ALTER a SET NOT NULL"),
              ElementsAre("r3.sql:4 set-not-null"));
}

TEST(Lint, FollowsATypeThroughItsChangesAndRenames) {
  EXPECT_THAT(told(lint({revision_file("r1", "", "CREATE TABLE t (a varchar(5))"),
                         revision_file("r2", "r1", "ALTER TABLE t ALTER a TYPE varchar(50)"),
                         revision_file("r3", "r2", "ALTER TABLE t RENAME TO u", "",
                                       "-- athanor:ignore rename-table a view stands in its place\n"),
                         revision_file("r4", "r3", "ALTER TABLE u ALTER a TYPE varchar(40)")})),
              ElementsAre("r4.sql:4 column-type-rewrites"));
}

struct IgnoreCase {
  std::string sql;
  std::vector<std::string> found;
};

TEST(Ignores, SilenceOneRuleForOneStatement) {
  const std::string why = "-- athanor:ignore truncate nobody reads it\n";
  for (const IgnoreCase& wanted : std::vector<IgnoreCase>{
           {why + "TRUNCATE a;", {}},
           {"TRUNCATE a; " + why, {}},
           {"TRUNCATE\n  a " + why + "  , b;", {}},
           {"SELECT 1;\n" + why + "-- and why that is\n\nTRUNCATE a;", {}},
           {why + "TRUNCATE a;\nTRUNCATE b;", {"truncate:3"}},
           {"TRUNCATE a; TRUNCATE b; " + why, {"truncate:1"}},
           {"TRUNCATE a;\n" + why, {"truncate:1", "unused-ignore:2"}},
           {why + "SELECT 1;", {"unused-ignore:1"}},
           {why + "TRUNCATE a CASCADE;", {"unused-ignore:1", "truncate-cascade:2"}},
           {"-- athanor:ignore truncate\nTRUNCATE a;", {"bad-ignore:1", "truncate:2"}},
           {"-- athanor:ignore trunkate typo\nTRUNCATE a;", {"bad-ignore:1", "truncate:2"}},
           {"-- athanor:ignore\nTRUNCATE a;", {"bad-ignore:1", "truncate:2"}},
           {"SELECT '\n-- athanor:ignore truncate text\n'; TRUNCATE a;", {"truncate:3"}},
       }) {
    EXPECT_EQ(found_in(wanted.sql), wanted.found) << wanted.sql;
  }
}

TEST(Lint, LeavesOutRulesAndAllButSome) {
  const std::string sql = "TRUNCATE a;\nDROP TABLE a;";
  EXPECT_THAT(found_in(sql, "", LintOptions{.exclude = {"truncate"}}), ElementsAre("drop-table:2"));
  EXPECT_THAT(found_in(sql, "", LintOptions{.only = {"truncate"}}), ElementsAre("truncate:1"));
}

TEST(Lint, NeverParsesWhatIsTooLongOrTooDeep) {
  for (const std::string& sql : {"SELECT 1" +
                                     [] {
                                       std::string s;
                                       for (int i = 0; i < 100'000; ++i) s += "||1";
                                       return s;
                                     }(),
                                 "SELECT " + std::string(50'000, '(') + "1" + std::string(50'000, ')'),
                                 "INSERT INTO t VALUES (1)" +
                                     [] {
                                       std::string s;
                                       for (int i = 0; i < 100'000; ++i) s += ",(1)";
                                       return s;
                                     }()}) {
    const auto findings = lint({revision_file("r1", "", sql)});
    EXPECT_THAT(told(findings), ElementsAre("r1.sql:4 not-parsed"));
    EXPECT_EQ(findings[0].severity, Severity::Info);
  }
}

TEST(Lint, KeepsToRulesThatHoldForSqlite) {
  LintOptions sqlite;
  sqlite.dialect = Dialect::Sqlite;
  EXPECT_THAT(
      found_in("CREATE INDEX i ON users (id);\nPRAGMA x = [1];\nALTER TABLE users ADD a int NOT NULL;\n"
               "DROP TABLE users;\nBEGIN;\nDELETE FROM orders;",
               "", sqlite),
      ElementsAre("drop-table:4", "transaction-control:5", "destroys-data:6"));
}

TEST(LintRules, HaveNamesInKebabCaseOnceEachAndSayWhy) {
  std::set<std::string_view> names;
  for (const RuleInfo& rule : all_rules()) {
    EXPECT_TRUE(names.insert(rule.name).second) << rule.name;
    EXPECT_EQ(rule.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), std::string_view::npos)
        << rule.name;
    EXPECT_FALSE(rule.summary.empty()) << rule.name;
    EXPECT_TRUE(rule.why.ends_with('.')) << rule.name;
  }
  EXPECT_EQ(find_rule("no-such-rule"), nullptr);
}

}  // namespace
}  // namespace athanor::schema
