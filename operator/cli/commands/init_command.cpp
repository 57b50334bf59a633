#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/new_files.hpp"
#include "cli/project/ini_file.hpp"
#include "cli/project/project_files.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

/// Keeps a folder without revisions in git; neither tool reads it.
constexpr const char* kKeeper = ".gitkeep";

/// What is to become of the ini file.
struct IniChange {
  fs::path path;
  std::optional<std::string> text;  ///< nullopt: the section is there, and the file stays as it is
  bool is_new = false;
};

Result<void> require_empty(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  const bool is_folder = fs::is_directory(folder, error);
  if (is_folder && fs::is_empty(folder, error) && !error) return {};
  return fail(ErrorKind::Terminal, "DirectoryNotEmpty",
              fmt::format("{} is there already and is {}. Name a new folder, such as alembic/NAME.",
                          folder.string(), is_folder ? "not empty" : "no folder"),
              ErrorSite{.file = folder.string()});
}

/// A section that is there keeps what it says, and must mean the same folder.
Result<void> require_same_folder(const World& world, const CommonOptions& common, const fs::path& folder) {
  const auto project = load_project(common.project, world.files, world.variables);
  if (!project) return fail(project.error());
  const auto plain = [](const fs::path& path) { return fs::weakly_canonical(fs::absolute(path) / "."); };
  if (plain(project->script_location) == plain(folder)) return {};
  std::error_code error;
  const std::string make_it = fs::exists(project->script_location, error)
                                  ? "Name"
                                  : fmt::format("Make that one (athanor init {}), or name",
                                                shell_word(project->script_location.string()));
  return fail(
      ErrorKind::Terminal, "InvalidArgument",
      fmt::format("{}: [{}] is there already, with its folder at {}. {} another environment with -n NAME.",
                  project->config.string(), project->section, project->script_location.string(), make_it),
      ErrorSite{.file = project->config.string()});
}

Result<IniChange> plan_ini(const World& world, const CommonOptions& common, const fs::path& folder) {
  IniChange change{.path = common.project.config, .text = std::nullopt};
  const NewSection section{common.project.section, common.project.config, folder};
  const auto old = world.files.read(change.path);
  if (!old && old.error().reason != "FileMissing") return fail(old.error());
  if (!old) {
    change.is_new = true;
    auto text = new_ini(section);
    if (!text) return fail(std::move(text.error()));
    change.text = std::move(*text);
    return change;
  }
  // Its own file, where the name is a link.
  change.path = fs::canonical(change.path);
  const auto ini = IniFile::parse(*old, common.project.config);
  if (!ini) return fail(ini.error());
  if (ini->has_section(section.name)) {
    if (auto same = require_same_folder(world, common, folder); !same) return fail(std::move(same.error()));
    return change;
  }
  auto text = with_section(*old, section);
  if (!text) return fail(std::move(text.error()));
  change.text = std::move(*text);
  return change;
}

void tell(const World& world, const CommonOptions& common, const IniChange& ini, const NewFiles& made) {
  const std::string& section = common.project.section;
  if (common.json) {
    nlohmann::ordered_json told{{"config", common.project.config}, {"section", section}};
    told["sectionAdded"] = ini.text.has_value();
    for (const fs::path& path : made.made()) told["created"].push_back(path.string());
    world.console.line(json_text(told));
    return;
  }
  for (const fs::path& path : made.made()) tell_generated(world.console, path);
  if (!ini.is_new && ini.text)
    world.console.line(fmt::format("  Adding [{}] to {} ...  done", section, ini.path.string()));
  if (!ini.text)
    world.console.line(fmt::format("  {} has [{}] already, and stays as it is", ini.path.string(), section));
  const std::string revision = world.advice.complete("athanor revision -m \"MESSAGE\"");
  if (!ini.text) {
    world.console.line("Then: " + revision);
    return;
  }
  world.console.line(
      fmt::format("Its database is what the variable {} says, or what you write into {} (sqlalchemy.url of "
                  "[{}]). Then: {}",
                  url_variable(section), common.project.config, section, revision));
}

Result<int> run_init(const fs::path& folder, World& world, const CommonOptions& common) {
  if (auto empty = require_empty(folder); !empty) return fail(std::move(empty.error()));
  const auto ini = plan_ini(world, common, folder);
  if (!ini) return fail(ini.error());

  NewFiles made(world.files, world.stop);
  const std::pair<fs::path, std::string_view> contents[] = {{folder / "versions" / kKeeper, ""},
                                                            {folder / "env.py", env_py()},
                                                            {folder / "script.py.mako", script_py_mako()}};
  for (const auto& [path, text] : contents) {
    if (auto created = made.create(path, text); !created) return fail(std::move(created.error()));
  }
  if (ini->text) {
    auto written = ini->is_new ? made.create(ini->path, *ini->text) : made.replace(ini->path, *ini->text);
    if (!written) return fail(std::move(written.error()));
  }
  made.keep();
  tell(world, common, *ini, made);
  return kFine;
}

}  // namespace

void add_init(CommandTable& table) {
  const auto folder = std::make_shared<std::string>();
  CLI::App& command = table.add(
      "init", "Make an environment: its folder, and its section of alembic.ini", CommandTable::Takes::Files,
      [folder](World& world, const CommonOptions& common) { return run_init(*folder, world, common); });
  command
      .add_option("directory", *folder,
                  "The folder to make, with versions/ for the revisions in it: alembic/staging")
      ->type_name("DIRECTORY")
      ->required();
  command.footer(
      "Without -n the section is [alembic], the environment of commands without -n.\n"
      "A project of three environments:\n"
      "  athanor init alembic/local\n"
      "  athanor -n staging init alembic/staging\n"
      "  athanor -n production init alembic/production\n"
      "An alembic.ini that is there gets the section at its end; nothing else of it is touched.");
}

}  // namespace athanor::cli
