#include "core/target_advice.hpp"

#include <algorithm>

#include "core/reachability.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace athanor {

namespace {

using Index = RevisionGraph::Index;

/// As many as one sentence holds; labels are looked for no further, each look costing a walk.
constexpr std::size_t kNamed = 5;
/// So many are tried for a command that would do: a try may plan over the whole graph.
constexpr std::size_t kLookedAt = 20;
constexpr std::string_view kPlace = "{}";

}  // namespace

std::string command_with(const TypedCommand& command, std::string_view target) {
  const std::size_t place = command.text.find(kPlace);
  if (place == std::string::npos) return command.text + " " + std::string(target);
  std::string whole = command.text;
  return whole.replace(place, kPlace.size(), target);
}

TypedCommand with_suffix(const TypedCommand& command, const std::string& suffix) {
  if (command.empty() || suffix.empty()) return command;
  return {command_with(command, std::string(kPlace) + suffix),
          [command, suffix](const std::string& target) { return command.takes(target + suffix); }};
}

std::string other_direction(const TypedCommand& command) {
  constexpr std::string_view kPlan = "athanor plan", kPlanDown = "athanor plan --downgrade";
  constexpr std::string_view kUp = "athanor upgrade", kDown = "athanor downgrade";
  std::string_view rest = command.text;
  if (take_prefix(rest, kPlanDown)) return std::string(kPlan).append(rest);
  if (take_prefix(rest, kPlan)) return std::string(kPlanDown).append(rest);
  if (take_prefix(rest, kUp)) return std::string(kDown).append(rest);
  if (take_prefix(rest, kDown)) return std::string(kUp).append(rest);
  return {};
}

std::string any_of_commands(const TypedCommand& command, const std::vector<std::string>& targets) {
  std::vector<std::string> commands;
  std::size_t looked_at = 0;
  for (; looked_at < std::min(targets.size(), kLookedAt) && commands.size() < kNamed; ++looked_at) {
    if (command.takes(targets[looked_at])) commands.push_back(command_with(command, targets[looked_at]));
  }
  const std::size_t more = commands.empty() ? 0 : targets.size() - looked_at;
  std::string text;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const bool is_last = i + 1 == commands.size() && more == 0;
    if (i > 0) text += is_last ? " or " : ", ";
    text += commands[i];
  }
  if (more > 0) text += " or " + std::to_string(more) + " more";
  return text;
}

std::string offer(std::string_view words, const TypedCommand& command,
                  const std::vector<std::string>& targets) {
  const std::string commands = any_of_commands(command, targets);
  return commands.empty() ? "" : " " + std::string(words) + ": " + commands + ".";
}

std::vector<std::string> branch_names(const RevisionGraph& graph, const std::vector<Index>& nodes) {
  std::vector<std::string> names = ids_of(graph, nodes);
  for (std::size_t i = 0; i < std::min(nodes.size(), kNamed); ++i) {
    for (const std::string& label : graph.labels(nodes[i])) {
      const Members branch = lineage_of(graph, *graph.find_label(label));
      const auto on_it = std::count_if(nodes.begin(), nodes.end(), [&](Index node) { return branch[node]; });
      if (on_it == 1) names[i] = label;
    }
  }
  return names;
}

std::vector<std::string> names_of_heads(const RevisionGraph& graph, const std::vector<std::string>& heads) {
  std::vector<Index> nodes;
  for (const std::string& head : heads) nodes.push_back(*graph.find(head));
  std::vector<std::string> names = branch_names(graph, nodes);
  for (std::size_t i = 0; i < heads.size(); ++i) {
    if (names[i] != heads[i]) names[i] += "@head";
  }
  return names;
}

std::string merge_of(const RevisionGraph& graph, const std::vector<std::string>& heads) {
  std::string command = "athanor merge";
  if (heads == graph.effective_heads()) return command + " heads";
  for (const std::string& head : heads) command += " " + head;
  return command;
}

std::vector<std::string> declared_labels(const RevisionGraph& graph) {
  std::vector<std::string> labels;
  for (const Revision& revision : graph.revisions()) {
    labels.insert(labels.end(), revision.branch_labels.begin(), revision.branch_labels.end());
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

std::string nearest_name(const RevisionGraph& graph, std::string_view written) {
  std::vector<std::string> known = declared_labels(graph);
  for (const Revision& revision : graph.revisions()) known.push_back(revision.id);
  for (const char* word : {"head", "heads", "base"}) known.emplace_back(word);
  return closest_word(written, known);
}

std::string the_heads(const std::vector<std::string>& heads) {
  return (heads.size() == 1 ? "the head is " : "the heads are ") + join_words(heads);
}

std::string where_to_look(const RevisionGraph& graph) {
  if (graph.size() == 0) return "There are no revisions yet; athanor revision writes the first.";
  const std::vector<std::string> labels = declared_labels(graph);
  return (labels.empty() ? "" : "The branch labels are " + join_words(labels) + ". ") +
         std::string("athanor history lists all revisions.");
}

}  // namespace athanor
