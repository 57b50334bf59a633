// The revisions that `show` and `edit` are asked for.
#pragma once

#include <string_view>
#include <vector>

#include "cli/commands/command.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/revision_graph.hpp"
#include "core/target_advice.hpp"

namespace athanor::cli {

/// @param expression as a target of upgrade, or `current`, for which the database is asked
/// @param command in which it was written, for what to type instead: "athanor show"
/// @return Terminal `InvalidTarget` and its kind; the database's errors for `current`
[[nodiscard]] Result<std::vector<RevisionGraph::Index>> named_revisions(World& world,
                                                                        const ProjectGraph& project,
                                                                        std::string_view expression,
                                                                        const TypedCommand& command);

}  // namespace athanor::cli
