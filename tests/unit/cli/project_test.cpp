// What a section of alembic.ini says of a project.
#include "cli/project/project.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "adapters/system/posix_filesystem.hpp"
#include "support/temp_folder.hpp"
#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::optional<std::string> variable(const std::string& name) {
  static const std::map<std::string, std::string> kSet{
      {"NAME", "shop"}, {"PASSWORD", "s3cret${NAME}%40"}, {"EMPTY", ""}};
  const auto found = kSet.find(name);
  return found == kSet.end() ? std::nullopt : std::optional(found->second);
}

class ProjectFile : public ::testing::Test {
 protected:
  [[nodiscard]] Result<Project> load(std::string_view ini, const std::string& section = "alembic",
                                     const std::string& url = "") const {
    const auto path = folder_.write("alembic.ini", ini);
    return load_project({.config = path.string(), .section = section, .url = url}, files_, variable);
  }

  const athanor::testing::TempFolder folder_;
  const system::PosixFilesystem files_;
};

TEST_F(ProjectFile, with_a_folder_alone_has_the_rest_as_alembic_has_it) {
  const auto project = load("[alembic]\nscript_location = alembic/local\n");
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->script_location, "alembic/local");
  EXPECT_THAT(project->version_locations, ElementsAre("alembic/local/versions"));
  EXPECT_FALSE(project->recursive);
  EXPECT_EQ(project->url.value(), "");
  EXPECT_EQ(project->file_template, "");
  EXPECT_EQ(project->timezone, "");
  EXPECT_EQ(project->truncate_slug_length, 40U);
  EXPECT_EQ(project->version_table.name, "alembic_version");
  EXPECT_EQ(project->version_table.schema, "");
}

TEST_F(ProjectFile, says_every_setting) {
  const auto project = load(
      "[DEFAULT]\ntimezone = UTC\n[staging]\nscript_location = %(here)s/s\nsqlalchemy.url = "
      "postgresql://h/${NAME}\n"
      "file_template = %%(rev)s\ntruncate_slug_length = 12\nversion_table = v\nversion_table_schema = s\n"
      "recursive_version_locations = True\nprepend_sys_path = .\nsomething_else = 1\n",
      "staging");
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->script_location, folder_.path() / "s");
  EXPECT_EQ(project->url.value(), "postgresql://h/shop");
  EXPECT_EQ(project->file_template, "%(rev)s");
  EXPECT_EQ(project->timezone, "UTC");
  EXPECT_EQ(project->truncate_slug_length, 12U);
  EXPECT_EQ(project->version_table.name, "v");
  EXPECT_EQ(project->version_table.schema, "s");
  EXPECT_TRUE(project->recursive);
}

TEST_F(ProjectFile, the_url_of_the_command_goes_before_that_of_the_file) {
  const std::string ini = "[alembic]\nscript_location = x\nsqlalchemy.url = postgresql://${UNSET}@h/d\n";
  const auto project = load(ini, "alembic", "sqlite:///x.db");
  ASSERT_TRUE(project);
  EXPECT_EQ(database_url(*project).value(), "sqlite:///x.db");
}

TEST_F(ProjectFile, a_variable_that_is_not_set_is_an_error_of_the_database_alone) {
  const auto project =
      load("[alembic]\nscript_location = x\n\nsqlalchemy.url = postgresql://u:${UNSET}@h/d\n");
  ASSERT_TRUE(project) << "commands that need no database work";
  const auto url = database_url(*project);
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().reason, "VariableMissing");
  EXPECT_EQ(url.error().site.line, 4U);
  EXPECT_THAT(url.error().message, HasSubstr("export UNSET="));
  EXPECT_THAT(url.error().message, Not(HasSubstr("@h/d")));
}

TEST_F(ProjectFile, without_a_database_says_how_to_name_one) {
  const auto url = database_url(load("[alembic]\nscript_location = x\n").value());
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().reason, "MissingKey");
  EXPECT_THAT(url.error().message, HasSubstr("--url URL"));
}

struct Locations {
  std::string sentence;
  std::string settings;
  std::vector<std::filesystem::path> folders;
};

class VersionLocations : public ProjectFile, public ::testing::WithParamInterface<Locations> {};

TEST_P(VersionLocations, are_taken_apart) {
  const auto project = load("[alembic]\nscript_location = x\n" + GetParam().settings);
  ASSERT_TRUE(project) << project.error().message;
  EXPECT_EQ(project->version_locations, GetParam().folders);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, VersionLocations,
    ::testing::Values(
        Locations{"none", "", {"x/versions"}},
        Locations{"an empty value", "version_locations =\n", {"x/versions"}},
        Locations{"spaces and commas as before there were separators",
                  "version_locations = a, b c,d\n",
                  {"a", "b", "c", "d"}},
        Locations{"os", "version_locations = a b:c\nversion_path_separator = os\n", {"a b", "c"}},
        Locations{"a colon", "version_locations = a:b:\nversion_path_separator = :\n", {"a", "b"}},
        Locations{"a semicolon", "version_locations = a:1;b\nversion_path_separator = ;\n", {"a:1", "b"}},
        Locations{"space", "version_locations = a  b,c\nversion_path_separator = space\n", {"a", "b,c"}},
        Locations{
            "newline", "version_locations =\n  a b\n  c\nversion_path_separator = newline\n", {"a b", "c"}},
        Locations{"the separator's newer name", "version_locations = a;b\npath_separator = ;\n", {"a", "b"}},
        Locations{
            "a variable", "version_locations = ${NAME}/a:b\nversion_path_separator = os\n", {"shop/a", "b"}}),
    sentence_name<Locations>);

struct Wrong {
  std::string sentence;
  std::string ini;
  std::string reason;
  std::string said;
};

class WrongProject : public ProjectFile, public ::testing::WithParamInterface<Wrong> {};

TEST_P(WrongProject, is_refused_with_the_way_out) {
  const auto project = load(GetParam().ini);
  ASSERT_FALSE(project);
  EXPECT_EQ(project.error().reason, GetParam().reason);
  EXPECT_THAT(project.error().message, HasSubstr("alembic.ini"));
  EXPECT_THAT(project.error().message, HasSubstr(GetParam().said));
}

INSTANTIATE_TEST_SUITE_P(
    Files, WrongProject,
    ::testing::Values(
        Wrong{"another section", "[staging]\n[qa]\n", "SectionMissing",
              "there is: staging, qa. Choose one with -n"},
        Wrong{"no section", "", "SectionMissing", "there is: none"},
        Wrong{"no folder", "[alembic]\n", "MissingKey", "script_location = alembic/alembic"},
        Wrong{"an unset variable in the folder", "[alembic]\nscript_location = ${UNSET}\n", "VariableMissing",
              "line 2: script_location"},
        Wrong{"another separator",
              "[alembic]\nscript_location = x\nversion_locations = a\nversion_path_separator = |\n",
              "InvalidConfig", "line 4: version_path_separator is \"|\""},
        Wrong{"a length that is no number", "[alembic]\nscript_location = x\ntruncate_slug_length = many\n",
              "InvalidConfig", "line 3: truncate_slug_length is \"many\""},
        Wrong{"a percent sign alone", "[alembic]\nscript_location = 50%\n", "InvalidConfig", "Write %%"}),
    sentence_name<Wrong>);

TEST_F(ProjectFile, that_is_not_there_is_named_with_the_command_that_makes_one) {
  ProjectRequest request;
  request.config = (folder_.path() / "none.ini").string();
  const auto project = load_project(request, files_, variable);
  ASSERT_FALSE(project);
  EXPECT_EQ(project.error().reason, "ConfigMissing");
  EXPECT_THAT(project.error().message, HasSubstr("athanor init alembic"));
}

struct Expansion {
  std::string sentence;
  std::string text;
  std::string expanded;  ///< or the unset variable's name
};

class Variables : public ::testing::TestWithParam<Expansion> {};

TEST_P(Variables, are_expanded) {
  const auto text = expand_variables(GetParam().text, variable);
  EXPECT_EQ(text ? *text : "unset " + text.error(), GetParam().expanded);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, Variables,
    ::testing::Values(Expansion{"none", "plain $NAME {NAME} $", "plain $NAME {NAME} $"},
                      Expansion{"one", "a${NAME}b", "ashopb"}, Expansion{"two", "${NAME}${NAME}", "shopshop"},
                      Expansion{"an empty one", "a${EMPTY}b", "ab"},
                      Expansion{"one whose value looks like one", "${PASSWORD}", "s3cret${NAME}%40"},
                      Expansion{"one that is not set", "${NAME}${UNSET}", "unset UNSET"},
                      Expansion{"one without a name", "${}", "unset "},
                      Expansion{"an escaped one", "$${NAME}", "${NAME}"},
                      Expansion{"an escaped one behind another", "${NAME}$${NAME}", "shop${NAME}"},
                      Expansion{"one behind an escaped one", "$${${NAME}", "${shop"},
                      Expansion{"one that is open", "a${NAME", "a${NAME"}),
    sentence_name<Expansion>);

}  // namespace
}  // namespace athanor::cli
