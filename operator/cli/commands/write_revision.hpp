// From a planned head to a file: what `revision` and `merge` end in.
#pragma once

#include <string>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/revision.hpp"

namespace CLI {
class App;
}

namespace athanor::cli {

/// What a new revision may be told by either command.
struct NewRevisionOptions {
  std::string message;
  std::string id;  ///< empty: a random one
  std::string version_path;
  std::vector<std::string> branch_labels;
};

void add_new_revision_options(CLI::App& command, NewRevisionOptions& options);

/// `options.id`, or the last 12 hex digits of a random UUID, which are all random, as Alembic makes them.
[[nodiscard]] std::string id_for(const NewRevisionOptions& options, ports::Randomness& randomness);

/// The graph with one revision more.
/// @return the graph's errors
[[nodiscard]] Result<RevisionGraph> graph_with(const RevisionGraph& graph, Revision revision);

/// Writes a revision to a file of its own and tells where it is. Before, the file is read back and the graph
/// built with it: nothing is written that would break the project.
/// @param revision with its SQL, and without a create date
/// @return `WrongUsage` for a version path, `SeveralFolders` where one has to be named, `InvalidConfig` for
/// the ini file's settings, `InvalidRevisionFile`, the graph's errors, `FileExists`
[[nodiscard]] Result<int> write_revision(World& world, const CommonOptions& common,
                                         const ProjectGraph& opened, Revision revision,
                                         const NewRevisionOptions& options);

}  // namespace athanor::cli
