#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/named_revisions.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/commands/revision_file_search.hpp"
#include "cli/commands/revision_text.hpp"
#include "cli/terminal/editor.hpp"
#include "core/revision_file.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

/// What the editor left behind: each file by itself, SQL and all, and then the graph.
Result<RevisionGraph> check_edited(const World& world, const Project& project,
                                   const std::vector<std::filesystem::path>& files) {
  for (const auto& file : files) {
    const auto text = world.files.read(file);
    if (!text) return fail(text.error());
    if (const auto revision = parse_revision_file(*text, file.string()); !revision)
      return fail(revision.error());
  }
  return read_graph(project, world.files, ReadDepth::Heads);
}

/// By the history, and where there is none to be had, for a file is damaged, by the files alone.
Result<std::vector<std::filesystem::path>> files_to_edit(const std::string& expression,
                                                         const Project& project, World& world) {
  auto graph = read_graph(project, world.files, ReadDepth::Heads);
  if (!graph || expression.ends_with(".sql")) {
    auto found = find_revision_files(project, world.files, expression);
    if (!found) return found;
    if (found->size() == 1) return found;
    if (found->size() > 1) {
      std::vector<std::string> names;
      for (const auto& path : *found) names.push_back(path.filename().string());
      return fail(
          ErrorKind::Terminal, "AmbiguousRevision",
          fmt::format("\"{}\" may be each of {}. Name one of these files.", expression, join_words(names)));
    }
    if (!graph) return fail(std::move(graph.error()));
  }
  const ProjectGraph opened{project, std::move(*graph)};
  const auto named = named_revisions(world, opened, expression, "athanor edit");
  if (!named) return fail(named.error());
  std::vector<std::filesystem::path> files;
  for (const auto index : *named) files.emplace_back(opened.graph.at(index).source);
  return files;
}

Result<int> run_edit(const std::string& expression, World& world, const CommonOptions& common) {
  const auto project = open_settings(world, common);
  if (!project) return fail(project.error());
  const auto found = files_to_edit(expression, *project, world);
  if (!found) return fail(found.error());
  const std::vector<std::filesystem::path>& files = *found;
  const auto editor = find_editor(world.variables);
  if (!editor) return fail(editor.error());
  if (auto edited = run_editor(*editor, files); !edited) return fail(std::move(edited.error()));

  const auto graph = check_edited(world, *project, files);
  if (!graph) return fail(graph.error());
  if (!common.json) return kFine;
  auto listed = nlohmann::ordered_json::array();
  for (RevisionGraph::Index index = 0; index < graph->size(); ++index) {
    const std::filesystem::path source = graph->at(index).source;
    if (std::ranges::find(files, source) != files.end()) listed.push_back(revision_json(*graph, index));
  }
  world.console.line(json_text(listed));
  return kFine;
}

}  // namespace

void add_edit(CommandTable& table) {
  const auto expression = std::make_shared<std::string>();
  CLI::App& command =
      table.add("edit", "Open a revision's file in $VISUAL or $EDITOR, and check it afterwards",
                CommandTable::Takes::Database, [expression](World& world, const CommonOptions& common) {
                  return run_edit(*expression, world, common);
                });
  command
      .add_option("revision", *expression,
                  "An id or its beginning, a file's name, head, heads, label@head, or current")
      ->type_name("REVISION")
      ->required();
  command.footer(
      "A file that cannot be read as a revision is found by its name or its id, too.\n"
      "\n"
      "Examples:\n"
      "  athanor edit head\n"
      "  EDITOR='code --wait' athanor -n staging edit 3f2a");
}

}  // namespace athanor::cli
