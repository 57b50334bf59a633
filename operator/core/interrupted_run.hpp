// A `transaction: off` revision that stands half done: whether it still does, and what to do about it.
#pragma once

#include <string>
#include <vector>

#include "core/audience.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"

namespace athanor {

/// Whether the version table was moved past the run: a person finished or undid the revision by hand, and
/// stamped it. Then it is over, whatever the ledger's last row says.
/// @param rows the version table's
[[nodiscard]] bool is_overtaken(const InterruptedRun& run, const RevisionGraph& graph,
                                const std::vector<std::string>& rows);

/// Terminal `InterruptedRevision`: nothing else may run before it, and how it can be finished.
[[nodiscard]] Error interrupted_revision(const InterruptedRun& run, const RevisionGraph& graph,
                                         Audience audience);

}  // namespace athanor
