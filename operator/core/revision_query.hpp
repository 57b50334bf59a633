// From what a person writes as a target to revisions of the graph (facts/alembic: identifiers).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/target_advice.hpp"

namespace athanor {

/// A resolved target.
struct Target {
  std::vector<std::string> revisions;  ///< ids to be at; empty for base
  bool is_base = false;
  bool is_heads = false;  ///< written as `heads`: every effective head
  /// A full id or base was written: the only targets a downgrade may have. The beginning of an id may mean
  /// another revision once a file has gone.
  bool is_explicit = false;
  /// `label@x`: id of the revision that the label names; a downgrade keeps to its branch. Else empty.
  std::string branch{};

  bool operator==(const Target&) const = default;
};

/// Resolves `heads` (effective heads), `head` (the one versioned head), `base`, a full or unique partial id,
/// and `label@x` with x one of head, heads, base, an id; the label may be a revision id and must share x's
/// lineage.
/// @return Terminal `InvalidTarget`, naming the candidates, for: relative targets, unknown, ambiguous, wrong
/// branch;
///   Terminal `MultipleHeads` for `head` where there are several, naming them
/// @param command what a person typed before the expression, such as "athanor upgrade": errors then say what
/// to type instead. Empty for what stands in a manifest
[[nodiscard]] Result<Target> resolve_target(const RevisionGraph& graph, std::string_view expression,
                                            const TypedCommand& command = {});

/// The revision that a branch is named after: one that declares the label, else one whose id, or the unique
/// beginning of it, is written.
/// @return Terminal `UnknownRevision` or `AmbiguousRevision`
[[nodiscard]] Result<RevisionGraph::Index> find_branch(const RevisionGraph& graph, std::string_view label);

/// The same for a label that stands in a target.
/// @return Terminal `InvalidTarget` that names the target and what to type instead (resolve_target's
/// `command`)
[[nodiscard]] Result<RevisionGraph::Index> find_branch_for(const RevisionGraph& graph, std::string_view label,
                                                           std::string_view expression,
                                                           const TypedCommand& command);

/// Finds one revision by full id or unique prefix (Alembic's rule for prefixes).
/// @return Terminal `UnknownRevision` or `AmbiguousRevision`, which names the candidates
[[nodiscard]] Result<RevisionGraph::Index> find_revision(const RevisionGraph& graph,
                                                         std::string_view id_or_prefix);

}  // namespace athanor
