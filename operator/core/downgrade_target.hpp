// What `athanor downgrade EXPRESSION` is to go back to.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/revision_query.hpp"

namespace athanor {

/// Everything that resolve_target takes as far as it means one revision or base, and targets relative to
/// where the database is (`-1`, `label@-1`) or to a revision (`id-2`, `id+1`, `label@id-1`, `head-1`), as
/// Alembic's downgrade takes them.
///
/// `-N` counts from the one version row and undoes that row's branch only. Alembic takes any row where there
/// are several; this refuses, since it decides what data is lost.
/// @param rows the version table's rows
/// @param command what the expression stands in, for what to type instead: as for any_of_commands()
/// @return Terminal `InvalidTarget` (also for what is not applied, and where nothing above it is),
/// `MultipleHeads`, `AmbiguousTarget` (several rows, or a merge on the way down), which name the choices and
/// the commands for them; `UnknownRevision` for a row that the graph does not have
[[nodiscard]] Result<Target> resolve_downgrade_target(const RevisionGraph& graph,
                                                      const std::vector<std::string>& rows,
                                                      std::string_view expression,
                                                      const TypedCommand& command = "athanor downgrade");

}  // namespace athanor
