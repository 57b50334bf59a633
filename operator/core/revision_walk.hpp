// Steps from one revision to another along the parents: what `+2` and `-1` count.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/reachability.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/target_expression.hpp"

namespace athanor {

/// A revision, or the base below all of them.
using Place = std::optional<RevisionGraph::Index>;

enum class AtTheEnd {
  Refuse,  ///< fewer steps than asked for are an error
  Stop,    ///< stay at the last revision, or at base
};

struct Walk {
  /// What the steps stand in, for errors: the command and what was typed, such as "athanor upgrade", "x@+2".
  std::string_view command;
  std::string_view expression;
  AtTheEnd at_the_end = AtTheEnd::Refuse;
};

/// Up from child to child, from base to a revision without parents.
/// @param steps how many; not negative
/// @param branch only children on it count; null: all
/// @return Terminal `AmbiguousTarget`, naming the children, where there are several; `InvalidTarget` at the
/// end
[[nodiscard]] Result<Place> walk_up(const RevisionGraph& graph, Place from, int steps, const Members* branch,
                                    const Walk& walk);

/// Down from parent to parent, and from a revision without parents to base.
/// @param steps how many; not negative
/// @return Terminal `AmbiguousTarget`, naming the parents, at a merge; `InvalidTarget` below base
[[nodiscard]] Result<Place> walk_down(const RevisionGraph& graph, Place from, int steps, const Walk& walk);

/// The one place that an expression without its steps means.
/// @return errors of resolve_target; Terminal `MultipleHeads` for `heads` where there are several
[[nodiscard]] Result<Place> place_of(const RevisionGraph& graph, const std::string& absolute,
                                     std::string_view command);

/// "revision a" or "base".
[[nodiscard]] std::string describe(const RevisionGraph& graph, Place place);

}  // namespace athanor
