// Steps from one revision to another along the parents: what `+2` and `-1` count.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/reachability.hpp"
#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/target_advice.hpp"
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
  const TypedCommand& command;
  std::string_view expression;
  AtTheEnd at_the_end = AtTheEnd::Refuse;
  /// How the command is told a place; "" for one that it can't be told. Null: by its id, or base.
  std::function<std::string(Place)> name{};
};

/// Where steps lead, whichever way is taken.
struct Reach {
  std::vector<Place> places;  ///< so many steps away, or as far as the longest way goes
  int steps = 0;              ///< how far that is
};

[[nodiscard]] Reach reach_up(const RevisionGraph& graph, const std::vector<Place>& from, int steps,
                             const Members* branch, AtTheEnd at_the_end);
[[nodiscard]] Reach reach_down(const RevisionGraph& graph, const std::vector<Place>& from, int steps,
                               AtTheEnd at_the_end);

/// What ends the sentence that says why steps are ambiguous: the commands for what they can mean, or that
/// nothing is so far away.
/// @param where "above" or "below"
[[nodiscard]] std::string which_way(const RevisionGraph& graph, const Reach& reach, int steps,
                                    std::string_view where, const Walk& walk);

/// Up from child to child, from base to a revision without parents.
/// @param steps how many; not negative
/// @param branch only children on it count; null: all
/// @return Terminal `AmbiguousTarget`, naming the children and where the steps can lead, where there are
/// several; `InvalidTarget` at the end
[[nodiscard]] Result<Place> walk_up(const RevisionGraph& graph, Place from, int steps, const Members* branch,
                                    const Walk& walk);

/// Down from parent to parent, and from a revision without parents to base.
/// @param steps how many; not negative
/// @return Terminal `AmbiguousTarget`, naming the parents, at a merge; `InvalidTarget` below base
[[nodiscard]] Result<Place> walk_down(const RevisionGraph& graph, Place from, int steps, const Walk& walk);

/// The one place that an expression without its steps means.
/// @return errors of resolve_target; Terminal `MultipleHeads` for `heads` where there are several
[[nodiscard]] Result<Place> place_of(const RevisionGraph& graph, const std::string& absolute,
                                     const TypedCommand& command);

/// "revision a" or "base".
[[nodiscard]] std::string describe(const RevisionGraph& graph, Place place);

}  // namespace athanor
