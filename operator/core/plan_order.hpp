// The order in which revisions are undone; read backwards, the order in which they are applied.
#pragma once

#include <vector>

#include "core/revision_graph.hpp"

namespace athanor {

/// Sorts some revisions so that each comes before what it needs, exactly as Alembic's _topological_sort does,
/// so that a database moves through the same states under either. Where Alembic compares sets of ancestors,
/// which is quadratic, this keeps lower bounds that it mends only where they are asked for.
///
/// The walk goes down one line as long as it can. Where it meets a revision that another open line still
/// needs, that line is walked first; where a line ends, it goes on with the one opened before.
///
/// Near linear for chains, forests, ladders (two lines that depend on each other revision by revision), wide
/// merges and long depends_on lists. Not for every graph: where searches for several revisions take turns,
/// each walks its way anew.
///
/// @param chosen for each node, whether it is to be sorted
/// @param heads where the lines begin, in index order
/// A chosen node comes before what it needs also where the way from one to the other leads through nodes that
/// aren't chosen.
/// REQUIRES: every chosen node is a head, or needed by one through chosen nodes only.
[[nodiscard]] std::vector<RevisionGraph::Index> descending_order(
    const RevisionGraph& graph, std::vector<bool> chosen, const std::vector<RevisionGraph::Index>& heads);

}  // namespace athanor
