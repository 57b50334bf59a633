#include "cli/commands/project_graph.hpp"

#include <utility>

namespace athanor::cli {

Result<Project> open_settings(const World& world, const CommonOptions& common) {
  auto project = load_project(common.project, world.files, world.variables);
  if (project && !project->note.empty() && !common.json) world.console.note(project->note);
  return project;
}

Result<ProjectGraph> open_project(const World& world, const CommonOptions& common, ReadDepth depth) {
  auto project = open_settings(world, common);
  if (!project) return fail(std::move(project.error()));
  auto graph = read_graph(*project, world.files, depth);
  if (!graph) return fail(std::move(graph.error()));
  return ProjectGraph{std::move(*project), std::move(*graph)};
}

}  // namespace athanor::cli
