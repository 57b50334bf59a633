#include "cli/commands/history_html.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/commands/database_session.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/html/history_page.hpp"
#include "cli/project/ini_file.hpp"

namespace athanor::cli {
namespace {

/// What else stands in an alembic.ini: logging, and what runs on new files.
bool is_environment(std::string_view section) {
  constexpr std::array<std::string_view, 4> kOthers = {"loggers", "handlers", "formatters",
                                                       "post_write_hooks"};
  constexpr std::array<std::string_view, 3> kPrefixes = {"logger_", "handler_", "formatter_"};
  return std::ranges::find(kOthers, section) == kOthers.end() &&
         std::ranges::none_of(kPrefixes,
                              [&](std::string_view prefix) { return section.starts_with(prefix); });
}

/// The ini file's environments that say where their revisions are.
Result<std::vector<std::string>> environments_of(const World& world, const CommonOptions& common) {
  const auto text = world.files.read(common.project.config);
  if (!text) return fail(text.error());
  const auto ini = IniFile::parse(*text, common.project.config);
  if (!ini) return fail(ini.error());
  std::vector<std::string> environments;
  for (const std::string& section : ini->sections()) {
    if (!is_environment(section)) continue;
    const auto location = ini->get(section, "script_location");
    if (!location) return fail(location.error());
    if (*location) environments.push_back(section);
  }
  return environments;
}

Result<std::vector<std::string>> rows_of(World& world, const Project& project) {
  const auto session = open_database(world, project, {.command = "athanor history"});
  if (!session) return fail(session.error());
  return session->migrator->read_state(world.cancel).map([](const DatabaseState& state) {
    return state.version_rows;
  });
}

}  // namespace

Result<void> write_history_page(World& world, const CommonOptions& common, const std::string& file) {
  // The section that was named has to be there; the others come along.
  if (auto named = open_project(world, common, ReadDepth::Heads); !named)
    return fail(std::move(named.error()));
  const auto names = environments_of(world, common);
  if (!names) return fail(names.error());
  std::vector<EnvironmentHistory> environments;
  for (const std::string& name : *names) {
    CommonOptions of_section = common;
    if (name != common.project.section) of_section.project.url.clear();
    of_section.project.section = name;
    auto opened = open_project(world, of_section, ReadDepth::Heads);
    if (!opened) return fail(std::move(opened.error()));
    auto rows = rows_of(world, opened->project);
    environments.push_back({name, std::move(opened->graph), std::move(rows)});
  }
  return world.files.write_atomically(file, history_page(environments));
}

}  // namespace athanor::cli
