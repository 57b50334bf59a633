// The head of a revision that `athanor revision` or `athanor merge` is to write.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/revision.hpp"
#include "core/revision_graph.hpp"

namespace athanor {

struct NewRevision {
  std::string id;
  std::string message;
  std::vector<std::string> heads{"head"};  ///< expressions: what it comes after; `base` for a line of its own
  bool splice = false;                     ///< a parent may have children already
  std::vector<std::string> branch_labels;
  std::vector<std::string> depends_on;  ///< expressions; a label stays a label, as Alembic writes it
};

/// @return id, message, down_revisions, branch_labels and depends_on, each as it is to be written; the rest
/// empty. Terminal `InvalidRevisionId`, `RevisionExists`, `InvalidLabel`, `LabelInUse`; `MultipleHeads` (says
/// --head and merge), `NotAHead` (says --splice), `OverlappingParents` where one parent is an ancestor of
/// another; `InvalidTarget` for a head or a dependency that cannot be found; `DependencyCycle` for a
/// dependency on the label that the revision itself brings
[[nodiscard]] Result<Revision> plan_new_revision(const RevisionGraph& graph, const NewRevision& request);

/// The same for `athanor merge`, whose heads are at least two: `heads`, ids, label@head.
/// @return also Terminal `NothingToMerge`
[[nodiscard]] Result<Revision> plan_merge(const RevisionGraph& graph, const NewRevision& request);

}  // namespace athanor
