// The rules that look at the set of revisions as a whole.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/revision_graph.hpp"
#include "schema/lint_rules.hpp"

namespace athanor::schema {

/// A finding about a file.
struct GraphFinding {
  std::string_view rule;
  std::string revision;
  std::string source;
  std::string_view header;  ///< the header line at fault
  std::string message;
  std::optional<Severity> severity{};  ///< nullopt: the rule's own
};

/// Builds the graph of `revisions`. What keeps it from being one is told and then left out (the parent that
/// is missing, the second of two ids), so that everything that is wrong is told at once.
[[nodiscard]] RevisionGraph build_tolerantly(std::vector<Revision> revisions,
                                             const std::function<void(GraphFinding)>& tell);

/// `multiple-heads`: told once, at the last of them. Heads that carry labels of their own are meant to stand
/// side by side: for information only.
void check_heads(const RevisionGraph& graph, const std::function<void(GraphFinding)>& tell);

}  // namespace athanor::schema
