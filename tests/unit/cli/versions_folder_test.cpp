// Folders of revision files, as people's editors, checkouts and other tools leave them.
#include "cli/project/versions_folder.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/system/posix_filesystem.hpp"
#include "core/revision_file.hpp"
#include "support/temp_folder.hpp"
#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string revision(const std::string& id, const std::string& parent = "none") {
  return "-- revision: " + id + "\n-- down_revision: " + parent + "\n\n-- athanor:upgrade\nSELECT 1;\n";
}

class VersionsFolder : public ::testing::Test {
 protected:
  VersionsFolder() {
    project_.config = folder_.path() / "alembic.ini";
    project_.section = "staging";
    project_.script_location = folder_.path() / "staging";
    project_.version_locations = {folder_.path() / "staging/versions"};
    std::filesystem::create_directories(project_.version_locations.front());
  }

  void put(const std::string& name, std::string_view text) {
    static_cast<void>(folder_.write("staging/versions/" + name, text));
  }
  [[nodiscard]] Result<std::vector<Revision>> read(ReadDepth depth = ReadDepth::Whole) const {
    return read_revisions(project_, files_, depth);
  }
  /// Of all that was read, or the error's message.
  [[nodiscard]] std::vector<std::string> ids(ReadDepth depth = ReadDepth::Whole) const {
    const auto revisions = read(depth);
    if (!revisions) return {revisions.error().message};
    std::vector<std::string> found;
    for (const Revision& each : *revisions) found.push_back(each.id);
    return found;
  }

  const athanor::testing::TempFolder folder_;
  const system::PosixFilesystem files_;
  Project project_;
};

TEST_F(VersionsFolder, without_files_is_an_empty_project) {
  EXPECT_THAT(ids(), IsEmpty());
  EXPECT_EQ(read_graph(project_, files_, ReadDepth::Heads)->size(), 0U);
}

TEST_F(VersionsFolder, that_is_missing_names_the_command_that_makes_it) {
  const std::filesystem::path home = project_.script_location;
  const std::filesystem::path folder = project_.version_locations.front();
  std::filesystem::remove_all(folder);
  const auto told = [this] {
    const auto revisions = read();
    EXPECT_EQ(revisions.error().reason, "VersionsMissing");
    return revisions.error().message;
  };
  EXPECT_THAT(told(), EndsWith("Make it with: athanor init " + home.string()));
  // init makes a whole environment or nothing.
  std::ofstream(home / "env.py").flush();
  EXPECT_THAT(told(), EndsWith("Make it with: mkdir -p " + folder.string()));
  // And it makes no folder of version_locations.
  std::filesystem::remove_all(home);
  project_.version_locations = {folder_.path() / "the core"};
  EXPECT_THAT(told(),
              EndsWith("Make it with: mkdir -p '" + project_.version_locations.front().string() + "'"));
}

TEST_F(VersionsFolder, crlf_and_byte_order_mark_and_other_letters_change_nothing) {
  const std::string text =
      "-- revision: a1\n-- message: Größe, 漢字 — ok\n\n-- athanor:upgrade\nSELECT 'ü';\nSELECT 2;\n";
  put("a.sql", text);
  const auto plain = read();
  ASSERT_TRUE(plain) << plain.error().message;
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : text) windows += c == '\n' ? "\r\n" : std::string(1, c);
  put("a.sql", windows);
  const auto crlf = read();
  ASSERT_TRUE(crlf) << crlf.error().message;
  EXPECT_EQ(*plain, *crlf);
  EXPECT_EQ(plain->front().message, "Größe, 漢字 — ok");
  const auto heads = read(ReadDepth::Heads);
  ASSERT_TRUE(heads) << heads.error().message;
  EXPECT_EQ(heads->front().message, "Größe, 漢字 — ok");
}

TEST_F(VersionsFolder, odd_file_names_are_names_like_others) {
  int count = 0;
  for (const std::string name : {"a b.sql", "-n.sql", "größe.sql", "$(x).sql", "a\nb.sql", "'.sql", "%s.sql",
                                 "a.sql.sql", "\xff\xfe.sql", "x;y.sql"}) {
    put(name, revision("r" + std::to_string(count++)));
  }
  EXPECT_EQ(ids().size(), static_cast<std::size_t>(count));
}

TEST_F(VersionsFolder, what_editors_and_other_tools_leave_is_passed_by) {
  put("a.sql", revision("a1"));
  for (const std::string name : {".a.sql", ".#a.sql", ".a.sql.swp", "a.sql~", "a.sql.orig", "a.SQL.bak",
                                 "README.md", "__init__.py", "old.py", ".gitkeep", "a.sql.gz"}) {
    put(name, "no revision");
  }
  put("__pycache__/x.sql", "no revision");
  // Emacs locks what it edits by a link to nowhere.
  std::filesystem::create_symlink("me@host.1234", project_.version_locations.front() / ".#b.sql");
  EXPECT_THAT(ids(), ElementsAre("a1"));
}

TEST_F(VersionsFolder, a_link_to_a_revision_is_one) {
  const auto elsewhere = folder_.write("elsewhere/a.sql", revision("a1"));
  std::filesystem::create_symlink(elsewhere, project_.version_locations.front() / "a.sql");
  EXPECT_THAT(ids(), ElementsAre("a1"));
}

TEST_F(VersionsFolder, what_is_named_as_a_revision_and_is_no_file_is_told) {
  const auto& folder = project_.version_locations.front();
  put("a.sql", revision("a1"));
  std::filesystem::create_symlink("../gone.sql", folder / "b.sql");
  EXPECT_THAT(
      ids(), ElementsAre(folder.string() + "/b.sql has the name of a revision, and is a link to ../gone.sql, "
                                           "which is not there. Remove it, or give it another name."));
  std::filesystem::remove(folder / "b.sql");
  put("folder.sql/c.sql", revision("c1", "a1"));
  EXPECT_THAT(ids(), ElementsAre(HasSubstr("folder.sql has the name of a revision, and is a folder.")));
  project_.recursive = true;
  EXPECT_THAT(ids(), ElementsAre("a1", "c1"));
  std::filesystem::create_symlink("/dev/null", folder / "d.sql");
  EXPECT_THAT(ids(), ElementsAre(HasSubstr("d.sql has the name of a revision, and is no regular file.")));
}

TEST_F(VersionsFolder, of_python_scripts_alone_is_not_imported_yet) {
  put("__init__.py", "");
  EXPECT_THAT(ids(), IsEmpty());
  put("a1_users.py", "revision = 'a1'");
  put("a2_orders.py", "revision = 'a2'");
  const auto revisions = read();
  ASSERT_FALSE(revisions);
  EXPECT_EQ(revisions.error().reason, "NotImported");
  EXPECT_THAT(revisions.error().message, HasSubstr("2 Python script(s)"));
  EXPECT_THAT(revisions.error().message, HasSubstr("athanor import"));
}

/// Scripts beside the SQL revisions a1 and a2, and what is said of them; nothing: they are fine.
struct Beside {
  std::string sentence;
  std::vector<std::pair<std::string, std::string>> scripts;
  std::string told;
};

void PrintTo(const Beside& beside, std::ostream* out) {
  *out << beside.sentence;
}

class ScriptsBeside : public VersionsFolder, public ::testing::WithParamInterface<Beside> {};

TEST_P(ScriptsBeside, are_fine_if_all_of_them_are_there_as_sql) {
  put("a1_users.sql", revision("a1"));
  put("a2.sql", revision("a2", "a1"));
  for (const auto& [name, text] : GetParam().scripts) put(name, text);
  for (const ReadDepth depth : {ReadDepth::Heads, ReadDepth::Whole}) {
    const auto revisions = read(depth);
    if (GetParam().told.empty()) {
      EXPECT_TRUE(revisions) << revisions.error().message;
      continue;
    }
    ASSERT_FALSE(revisions);
    EXPECT_EQ(revisions.error().reason, "NotImported");
    EXPECT_THAT(revisions.error().message, HasSubstr(GetParam().told));
    EXPECT_THAT(revisions.error().message, HasSubstr("athanor import"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, ScriptsBeside,
    ::testing::Values(
        Beside{"named by their ids", {{"a1_users.py", "not looked into"}, {"a2.py", "neither"}}, ""},
        Beside{"named otherwise",
               {{"2026-11-25-a1_users.py", "revision: str = \"a1\"\n"}, {"b.py", "revision='a2'"}},
               ""},
        Beside{"helpers",
               {{"shared.py", "def revision():\n    pass\n  revision = 1\n"}, {"__init__.py", ""}},
               ""},
        Beside{"one more",
               {{"b1_more.py", "revision = 'b1'\n"}},
               "b1_more.py is a Python script of Alembic (revision b1)"},
        Beside{"several more",
               {{"b1.py", "revision = 'b1'\n"}, {"b2.py", "revision = 'b2'"}, {"b3.py", "revision = 'b3'"}},
               "as are 2 more of them"},
        Beside{"a copy that became another",
               {{"a1_users (copy).py", "revision = 'b1'\n"}, {"a1_users.py", "revision = 'a1'\n"}},
               "a1_users (copy).py"},
        Beside{"with Windows line ends", {{"b.py", "x = 1\r\nrevision = 'b1'  # new\r\n"}}, "(revision b1)"},
        Beside{"whose id is computed",
               {{"b.py", "revision = identifier()\n"}},
               "b.py is a Python script of Alembic with"},
        Beside{"whose id stands nowhere", {{"b1_x.py", "down_revision = 'a2'\n"}}, "b1_x.py"}),
    sentence_name<Beside>);

TEST_F(VersionsFolder, subfolders_are_read_where_the_project_wants_them) {
  put("a.sql", revision("a1"));
  put("2026/b.sql", revision("b1"));
  put("2026/11/c.sql", revision("c1"));
  put("__pycache__/d.sql", "no revision");
  EXPECT_THAT(ids(), ElementsAre("a1"));
  project_.recursive = true;
  EXPECT_THAT(ids(), ::testing::UnorderedElementsAre("a1", "b1", "c1"));
}

TEST_F(VersionsFolder, several_folders_are_one_project) {
  put("a.sql", revision("a1"));
  static_cast<void>(folder_.write("more/b.sql", revision("b1", "a1")));
  project_.version_locations.push_back(folder_.path() / "more");
  const auto graph = read_graph(project_, files_, ReadDepth::Heads);
  ASSERT_TRUE(graph) << graph.error().message;
  EXPECT_THAT(graph->heads(), ElementsAre("b1"));
}

TEST_F(VersionsFolder, a_damaged_file_is_named_with_its_line) {
  put("a.sql", revision("a1"));
  put("b.sql", "-- revision: b1\n-- down_revison: a1\n-- athanor:upgrade\n");
  for (const ReadDepth depth : {ReadDepth::Heads, ReadDepth::Whole}) {
    const auto revisions = read(depth);
    ASSERT_FALSE(revisions);
    EXPECT_EQ(revisions.error().site.file, (project_.version_locations.front() / "b.sql").string());
    EXPECT_EQ(revisions.error().site.line, 2U);
    EXPECT_THAT(revisions.error().message, HasSubstr("b.sql, line 2: "));
  }
}

TEST_F(VersionsFolder, two_files_of_one_id_are_both_named) {
  put("a.sql", revision("a1"));
  put("b.sql", revision("a1") + "SELECT 2;\n");
  const auto graph = read_graph(project_, files_, ReadDepth::Whole);
  ASSERT_FALSE(graph);
  EXPECT_EQ(graph.error().reason, "DuplicateRevision");
  EXPECT_THAT(graph.error().message, HasSubstr("a.sql"));
  EXPECT_THAT(graph.error().message, HasSubstr("b.sql"));
}

TEST_F(VersionsFolder, a_revision_of_10_MB_is_read_and_one_beyond_the_limit_is_named) {
  std::string text = revision("a1");
  const std::string line = "INSERT INTO t VALUES ('" + std::string(1000, 'x') + "');\n";
  while (text.size() < std::size_t{10} * 1024 * 1024) text += line;
  put("big.sql", text);
  const auto revisions = read();
  ASSERT_TRUE(revisions) << revisions.error().message;
  EXPECT_GT(revisions->front().upgrade.sql.size(), text.size() - 100);
  EXPECT_THAT(ids(ReadDepth::Heads), ElementsAre("a1"));
  while (text.size() <= kMaxRevisionFileBytes) text += line;
  put("big.sql", text);
  const auto refused = read();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("big.sql is larger than 16 MiB"));
}

}  // namespace
}  // namespace athanor::cli
