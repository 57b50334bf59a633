// How a revision is printed: as Alembic prints it, since scripts read that.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/revision_graph.hpp"

namespace athanor::cli {

/// What stands in the line of a revision beside its id (Alembic's cmd_format).
struct LineParts {
  bool parents = false;     ///< `ae10 -> 27c6`
  bool labels = false;      ///< `(billing)`
  bool heads = true;        ///< `(head)`, `(effective head)`, `(current)`
  bool tree = true;         ///< the same, and `(branchpoint)`, `(mergepoint)`
  bool message = false;     ///< `, add users`
  bool is_current = false;  ///< the database is at it
  bool depends_on = false;  ///< `(depends on ae10)`, which `parents` tell already
};

/// `ae10 -> 27c6 (head), add users`
[[nodiscard]] std::string revision_line(const RevisionGraph& graph, RevisionGraph::Index index,
                                        const LineParts& parts);

/// Alembic's verbose form, several lines and an empty one at the end.
[[nodiscard]] std::string revision_entry(const RevisionGraph& graph, RevisionGraph::Index index,
                                         bool is_current = false);

/// The same facts for scripts.
[[nodiscard]] nlohmann::ordered_json revision_json(const RevisionGraph& graph, RevisionGraph::Index index);

}  // namespace athanor::cli
