// The parts of what a person writes as a target: `label@symbol+2`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/revision_graph.hpp"

namespace athanor {

struct TargetExpression {
  std::string label;  ///< before the `@`; empty: none
  std::string
      symbol;  ///< an id, the beginning of one, a label, head, heads, base; empty: relative to the rows
  /// `+2` is 2, `-1` is -1; none: the target is absolute. Numbers too large to walk are as large as can be.
  std::optional<int> steps;

  /// Without the steps: `label@symbol`.
  [[nodiscard]] std::string start() const { return label.empty() ? symbol : label + "@" + symbol; }
  /// The steps as they are written: "+2"; "" for none.
  [[nodiscard]] std::string suffix() const {
    return steps ? (*steps < 0 ? "" : "+") + std::to_string(*steps) : "";
  }
};

/// Takes an expression apart. A label may contain `-`: an expression that is a label as a whole, or whose
/// part behind the `@` is, is absolute.
/// @return Terminal `InvalidTarget` for an empty or malformed one, and for a range (`a:b`)
[[nodiscard]] Result<TargetExpression> parse_target(const RevisionGraph& graph, std::string_view expression);

}  // namespace athanor
