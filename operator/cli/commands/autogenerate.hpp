// The revision that leads from what the revisions make to the schema that is desired.
#pragma once

#include <optional>
#include <string>

#include "cli/commands/command.hpp"
#include "cli/commands/project_graph.hpp"
#include "core/result.hpp"
#include "core/revision.hpp"

namespace athanor::cli {

/// Fills in the sections of a planned revision, and proves it: applied to a scratch copy it makes the desired
/// schema, and undone it leaves the one that it began with.
/// @param revision with its head, and without SQL
/// @return nullopt where nothing differs; Terminal `NotProved` with what is left over, once the SQL was
/// shown; as compare_with_desired()
[[nodiscard]] Result<std::optional<Revision>> autogenerate(World& world, const CommonOptions& common,
                                                           const ProjectGraph& opened, Revision revision,
                                                           const std::string& dev_url);

}  // namespace athanor::cli
