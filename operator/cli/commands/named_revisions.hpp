// The revisions that `show` and `edit` are asked for.
#pragma once

#include <string_view>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/revision_graph.hpp"

namespace athanor::cli {

/// @param expression as a target of upgrade, or `current`, for which the database is asked
/// @return Terminal `InvalidTarget` and its kind; the database's errors for `current`
[[nodiscard]] Result<std::vector<RevisionGraph::Index>> named_revisions(World& world,
                                                                        const ProjectGraph& project,
                                                                        std::string_view expression);

}  // namespace athanor::cli
