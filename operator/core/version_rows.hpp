// The rows of a version table as revisions of the graph.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/reachability.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"

namespace athanor {

/// @param what begins the sentence about ids that the graph does not have, such as "The target is"
/// @return in the order of revisions(), each once; Terminal `UnknownRevision`
[[nodiscard]] Result<std::vector<RevisionGraph::Index>> find_all(const RevisionGraph& graph,
                                                                 const std::vector<std::string>& ids,
                                                                 std::string_view what);

/// The rows' revisions.
/// @return in the order of revisions(), each once; Terminal `UnknownRevision`
[[nodiscard]] Result<std::vector<RevisionGraph::Index>> find_rows(const RevisionGraph& graph,
                                                                  const std::vector<std::string>& rows);

/// What is applied where the rows are: the rows' revisions and all that they need.
/// @return Terminal `UnknownRevision`
[[nodiscard]] Result<Members> applied_by(const RevisionGraph& graph, const std::vector<std::string>& rows);

/// Where each applied line ends: applied revisions without an applied child. That is more than the rows where
/// one of them depends on the end of another line, which then has no row (Alembic's _get_all_current, what
/// `alembic current` prints).
[[nodiscard]] std::vector<RevisionGraph::Index> applied_heads(const RevisionGraph& graph,
                                                              const Members& applied);

}  // namespace athanor
