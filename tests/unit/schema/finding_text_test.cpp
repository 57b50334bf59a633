#include "schema/finding_text.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athanor::schema {
namespace {

using ::testing::HasSubstr;

const Finding kFinding{"truncate", Severity::Warning,        "r1", "versions/a, b:c.sql",
                       7,          "100 %\nof it, gone: all"};

TEST(FindingLine, IsWhatEditorsFollow) {
  EXPECT_EQ(finding_line({"drop-table", Severity::Error, "r1", "v/r1.sql", 7, "Gone."}),
            "v/r1.sql:7: error: Gone. [drop-table]");
}

TEST(GithubAnnotation, EscapesWhatWouldEndAPart) {
  EXPECT_EQ(github_annotation(kFinding),
            "::warning file=versions/a%2C b%3Ac.sql,line=7,title=truncate::100 %25%0Aof it, gone: all");
}

TEST(GithubAnnotation, CallsInformationANotice) {
  Finding info = kFinding;
  info.severity = Severity::Info;
  EXPECT_TRUE(github_annotation(info).starts_with("::notice file="));
}

TEST(RulesText, HasALineForEachRule) {
  const std::string text = rules_text();
  EXPECT_EQ(static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')), all_rules().size());
  EXPECT_THAT(text, HasSubstr("\ntruncate-cascade               error    TRUNCATE ... CASCADE\n"));
}

TEST(RulesMarkdown, IsThePageInDocs) {
  std::ifstream file(ATHANOR_LINT_PAGE, std::ios::binary);
  std::ostringstream page;
  page << file.rdbuf();
  EXPECT_EQ(page.str(), rules_markdown()) << "run: athanor lint --rules --format markdown > docs/lint.md";
}

}  // namespace
}  // namespace athanor::schema
