// What most commands begin with.
#pragma once

#include "cli/commands/command.hpp"
#include "cli/project/project.hpp"
#include "cli/project/versions_folder.hpp"
#include "core/revision_graph.hpp"

namespace athanor::cli {

struct ProjectGraph {
  Project project;
  RevisionGraph graph;
};

/// Reads the project, and tells what a person should know of it.
/// @return as load_project()
[[nodiscard]] Result<Project> open_settings(const World& world, const CommonOptions& common);

/// Reads the project and its revisions.
/// @return as load_project() and read_graph()
[[nodiscard]] Result<ProjectGraph> open_project(const World& world, const CommonOptions& common,
                                                ReadDepth depth);

}  // namespace athanor::cli
