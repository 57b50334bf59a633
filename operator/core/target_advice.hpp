// What to type instead: the ways out that errors about targets name.
#pragma once

#include <concepts>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/revision_graph.hpp"

namespace athanor {

/// The command around a target that a person typed, for errors that say what to type instead.
struct TypedCommand {
  /// `{}` stands for the target, as in "athanor history -r {}:head"; without one it comes last. Empty for
  /// what stands in a manifest, whose reader has no terminal at hand: nothing is offered then.
  std::string text{};
  /// Whether the command is not refused with this target; null: it takes whatever the graph has. It must not
  /// offer anything itself, or offers would be looked for without end.
  std::function<bool(const std::string&)> would_do{};

  TypedCommand() = default;
  template <std::convertible_to<std::string_view> Text>
  TypedCommand(const Text& typed) : text(std::string_view(typed)) {}
  TypedCommand(std::string typed, std::function<bool(const std::string&)> check)
      : text(std::move(typed)), would_do(std::move(check)) {}

  [[nodiscard]] bool empty() const { return text.empty(); }
  [[nodiscard]] bool takes(const std::string& target) const {
    return !empty() && (!would_do || would_do(target));
  }
};

/// The command with this target in it.
[[nodiscard]] std::string command_with(const TypedCommand& command, std::string_view target);

/// The command for a target without what stands behind it, such as the steps of `head-1`.
[[nodiscard]] TypedCommand with_suffix(const TypedCommand& command, const std::string& suffix);

/// What goes down where this goes up, or the other way round: `athanor plan` knows both.
[[nodiscard]] std::string other_direction(const TypedCommand& command);

/// "athanor upgrade a, athanor upgrade b or athanor upgrade c" of those that would do, and "… or 4 more" past
/// a handful; empty where none would.
[[nodiscard]] std::string any_of_commands(const TypedCommand& command,
                                          const std::vector<std::string>& targets);

/// " Choose one: athanor upgrade a or athanor upgrade b." with these words before it; empty where no command
/// would do.
[[nodiscard]] std::string offer(std::string_view words, const TypedCommand& command,
                                const std::vector<std::string>& targets);

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

/// The id, the label or the word (head, heads, base) that is probably meant by one that means nothing; ""
/// where none is near.
[[nodiscard]] std::string nearest_name(const RevisionGraph& graph, std::string_view written);

/// "the head is a", "the heads are a, b": for the end of a sentence.
[[nodiscard]] std::string the_heads(const std::vector<std::string>& heads);

/// Where to look for what cannot be found: the labels, and the command that lists all.
[[nodiscard]] std::string where_to_look(const RevisionGraph& graph);

}  // namespace athanor
