// What to type instead: the ways out that errors about targets name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/revision_graph.hpp"

namespace athanor {

/// The command with this target in it.
/// @param command `{}` stands for the target, as in "athanor history -r {}:head"; without one it comes last
[[nodiscard]] std::string command_with(std::string_view command, std::string_view target);

/// "athanor upgrade a, athanor upgrade b or athanor upgrade c", and "… or 4 more" past a handful.
/// @param command as for command_with()
[[nodiscard]] std::string any_of_commands(std::string_view command, const std::vector<std::string>& targets);

/// The shortest sure name for each of some heads: `label@head` where a label means this head and none of the
/// others, else the id.
[[nodiscard]] std::vector<std::string> names_of_heads(const RevisionGraph& graph,
                                                      const std::vector<std::string>& heads);

/// The merge that leaves one head of these: `athanor merge heads` means effective heads, and would leave out
/// one that another depends on.
[[nodiscard]] std::string merge_of(const RevisionGraph& graph, const std::vector<std::string>& heads);

/// For each node the name of a branch that it is on and none of the others is: a label, else its own id. Past
/// a handful only ids.
[[nodiscard]] std::vector<std::string> branch_names(const RevisionGraph& graph,
                                                    const std::vector<RevisionGraph::Index>& nodes);

/// All labels that revisions declare, sorted.
[[nodiscard]] std::vector<std::string> declared_labels(const RevisionGraph& graph);

/// Where to look for what cannot be found: the labels, and the command that lists all.
[[nodiscard]] std::string where_to_look(const RevisionGraph& graph);

}  // namespace athanor
