// `athanor lint` on a project of real files: what it prints where, and its exit codes.
#include <fstream>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "adapters/system/posix_filesystem.hpp"
#include "cli/commands/all_commands.hpp"
#include "cli/commands/database_connectors.hpp"
#include "fakes/fake_clock.hpp"
#include "fakes/fake_randomness.hpp"
#include "schema/lint_rules.hpp"
#include "support/temp_folder.hpp"

namespace athanor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RecordingConsole final : public Console {
 public:
  void out(std::string_view text) override { printed += text; }
  void err(std::string_view text) override { noted += text; }
  [[nodiscard]] bool out_is_terminal() const override { return false; }
  [[nodiscard]] bool err_is_terminal() const override { return false; }
  [[nodiscard]] std::size_t width() const override { return 80; }
  [[nodiscard]] std::string ask(std::string_view /*question*/) override { return ""; }

  std::string printed, noted;
};

class LintCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(versions());
    set_url("postgresql://shop@localhost/shop");
    write("a1_users.sql", "a1", "none", "CREATE TABLE users (id int);");
    write("b2_index.sql", "b2", "a1", "CREATE INDEX ON users (id);");
    write("c3_drop.sql", "c3", "b2", "-- athanor:ignore drop-table it is empty\nDROP TABLE users;\nCOMMIT;");
  }

  [[nodiscard]] std::filesystem::path versions() const { return folder_.path() / "versions"; }
  void set_url(const std::string& url) const {
    std::ofstream(folder_.path() / "alembic.ini")
        << "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = " << url << "\n";
  }
  void write(const std::string& file, const std::string& id, const std::string& parent,
             const std::string& sql) const {
    std::ofstream(versions() / file) << "-- revision: " << id << "\n-- down_revision: " << parent
                                     << "\n-- athanor:upgrade\n"
                                     << sql << "\n-- athanor:downgrade\n";
  }

  /// @return the exit code; 2 as well for what the parser refuses, -1 with the error noted for a failed run
  int lint(std::vector<std::string> arguments) {
    console_ = {};
    CLI::App app;
    CommonOptions common;
    CommandTable table(app, common);
    add_lint(table);
    common.project.config = (folder_.path() / "alembic.ini").string();
    arguments.insert(arguments.begin(), "lint");
    std::reverse(arguments.begin(), arguments.end());
    try {
      app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
      console_.noted = error.what();
      return kUsage;
    }
    World world{console_, clock_,      randomness_,
                files_,   connectors_, [](const std::string&) { return std::nullopt; },
                {},       {}};
    const auto code = table.choice()->run(world, common);
    if (!code) console_.noted = code.error().message;
    return code ? *code : -1;
  }

  /// Rules of the findings in JSON, each with its file's first letter.
  [[nodiscard]] std::vector<std::string> found() const {
    std::vector<std::string> rules;
    for (const auto& finding : nlohmann::json::parse(console_.printed)) {
      const auto file = std::filesystem::path(finding.at("file").get<std::string>()).filename().string();
      rules.push_back(file.substr(0, 1) + " " + finding.at("rule").get<std::string>());
    }
    return rules;
  }

  athanor::testing::TempFolder folder_;
  RecordingConsole console_;
  fakes::FakeClock clock_;
  fakes::FakeRandomness randomness_;
  system::PosixFilesystem files_;
  DatabaseConnectors connectors_;
};

TEST_F(LintCommand, PrintsALineForEachFindingAndASummaryBesideThem) {
  EXPECT_EQ(lint({}), kFailed);
  EXPECT_THAT(console_.printed, HasSubstr((versions() / "b2_index.sql").string() + ":4: warning: "));
  EXPECT_THAT(console_.printed, HasSubstr((versions() / "c3_drop.sql").string() + ":6: error: "));
  EXPECT_EQ(std::count(console_.printed.begin(), console_.printed.end(), '\n'), 2);
  EXPECT_EQ(console_.noted, "3 files: 1 error, 1 warning\n");
}

TEST_F(LintCommand, PrintsJsonAlone) {
  EXPECT_EQ(lint({"--json"}), kFailed);
  EXPECT_THAT(found(), ElementsAre("b create-index-not-concurrent", "c transaction-control"));
  const auto first = nlohmann::json::parse(console_.printed)[0];
  EXPECT_EQ(first["severity"], "warning");
  EXPECT_EQ(first["revision"], "b2");
  EXPECT_EQ(first["line"], 4);
  EXPECT_EQ(console_.noted, "");
  const std::string json = console_.printed;
  EXPECT_EQ(lint({"--format", "json"}), kFailed);
  EXPECT_EQ(console_.printed, json);
}

TEST_F(LintCommand, PrintsAnnotationsForGithub) {
  EXPECT_EQ(lint({"--format", "github", "--exclude", "transaction-control"}), kFine)
      << "a warning is no failure";
  EXPECT_THAT(console_.printed, ::testing::StartsWith("::warning file="));
  EXPECT_EQ(console_.noted, "");
}

TEST_F(LintCommand, TellsOfWhatItIsAskedForAlone) {
  EXPECT_EQ(lint({"--json", "b2"}), kFine);
  EXPECT_THAT(found(), ElementsAre("b create-index-not-concurrent"));
  EXPECT_EQ(lint({"--json", "a1:b2"}), kFine);
  EXPECT_THAT(found(), ElementsAre("b create-index-not-concurrent"));
  EXPECT_EQ(lint({"--json", ":a1"}), kFine);
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(lint({"--json", "b2:"}), kFailed);
  EXPECT_THAT(found(), ElementsAre("c transaction-control"));
  EXPECT_EQ(lint({"--json", (versions() / ".." / "versions" / "b2_index.sql").string(), "a1"}), kFine);
  EXPECT_THAT(found(), ElementsAre("b create-index-not-concurrent"));
}

TEST_F(LintCommand, RefusesWhatIsNotThere) {
  EXPECT_EQ(lint({"other.sql"}), -1);
  EXPECT_THAT(console_.noted, HasSubstr("other.sql is not among the revision files"));
  EXPECT_EQ(lint({"zz"}), -1);
  EXPECT_THAT(console_.noted, HasSubstr("zz"));
  EXPECT_EQ(lint({"--exclude", "no-such-rule"}), kUsage);
  EXPECT_EQ(lint({"--format", "xml"}), kUsage);
  EXPECT_EQ(lint({"--format", "markdown"}), -1);
  EXPECT_EQ(console_.noted, "--format markdown is for --rules alone");
}

TEST_F(LintCommand, GoesOnPastFilesThatAreNoRevisionsAndPastGraphErrors) {
  write("d4_lost.sql", "d4", "gone", "SELECT 1;");
  std::ofstream(versions() / "e5_junk.sql") << "DROP TABLE users;\n";
  EXPECT_EQ(lint({"--json"}), kFailed);
  EXPECT_THAT(found(), ElementsAre("b create-index-not-concurrent", "c transaction-control",
                                   "d multiple-heads", "d graph-error", "e invalid-revision-file"));
  EXPECT_EQ(lint({"--json", "a1"}), kFailed) << "what depends on the set is told for a revision as well";
  EXPECT_THAT(found(), ElementsAre("d graph-error", "e invalid-revision-file"));
  EXPECT_EQ(lint({"--json", (versions() / "b2_index.sql").string()}), kFine);
}

TEST_F(LintCommand, JudgesAProjectOnSqliteByItsOwnRules) {
  set_url("sqlite:///shop.db");
  EXPECT_EQ(lint({"--json"}), kFailed);
  EXPECT_THAT(found(), ElementsAre("c transaction-control"));
  EXPECT_EQ(lint({"--json", "--dialect", "postgresql"}), kFailed);
  EXPECT_THAT(found(), ElementsAre("b create-index-not-concurrent", "c transaction-control"));
}

TEST_F(LintCommand, ListsItsRulesWithoutAProject) {
  std::filesystem::remove(folder_.path() / "alembic.ini");
  EXPECT_EQ(lint({"--rules"}), kFine);
  EXPECT_THAT(console_.printed, HasSubstr("drop-column"));
  EXPECT_EQ(lint({"--rules", "--json"}), kFine);
  EXPECT_EQ(nlohmann::json::parse(console_.printed).size(), schema::all_rules().size());
  EXPECT_EQ(lint({"--rules", "--format", "markdown"}), kFine);
  EXPECT_THAT(console_.printed, ::testing::StartsWith("# What `athanor lint` finds"));
}

}  // namespace
}  // namespace athanor::cli
