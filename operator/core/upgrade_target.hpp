// What `athanor upgrade EXPRESSION` is to reach.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/revision_query.hpp"

namespace athanor {

/// Everything that resolve_target takes, and targets relative to where the database is (`+2`, `label@+1`) or
/// to a revision (`id+1`, `id-2`, `label@id+1`, `head-1`), as Alembic's upgrade takes them.
///
/// `+N` counts from the one version row; with a label from the row on its branch, else from the end of what
/// is applied of it, else from base. With no revisions at all, head and heads mean nothing to do.
/// @param rows the version table's rows
/// @param command what the expression stands in, for what to type instead: as for any_of_commands()
/// @return Terminal `InvalidTarget`, `MultipleHeads`, `AmbiguousTarget` (several rows or several ways to go
/// on), which name the choices and the commands for them; `UnknownRevision` for a row that the graph does not
/// have
[[nodiscard]] Result<Target> resolve_upgrade_target(const RevisionGraph& graph,
                                                    const std::vector<std::string>& rows,
                                                    std::string_view expression,
                                                    const TypedCommand& command = "athanor upgrade");

}  // namespace athanor
