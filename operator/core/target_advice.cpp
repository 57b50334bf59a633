#include "core/target_advice.hpp"

#include <algorithm>

#include "core/reachability.hpp"
#include "core/words.hpp"

namespace athanor {

namespace {

using Index = RevisionGraph::Index;

/// As many as one sentence holds; labels are looked for no further, each look costing a walk.
constexpr std::size_t kNamed = 5;
constexpr std::string_view kPlace = "{}";

}  // namespace

std::string command_with(std::string_view command, std::string_view target) {
  const std::size_t place = command.find(kPlace);
  if (place == std::string_view::npos) return std::string(command) + " " + std::string(target);
  std::string whole(command);
  return whole.replace(place, kPlace.size(), target);
}

std::string any_of_commands(std::string_view command, const std::vector<std::string>& targets) {
  const std::size_t shown = std::min(targets.size(), kNamed);
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == targets.size() ? " or " : ", ";
    text += command_with(command, targets[i]);
  }
  if (shown < targets.size()) text += " or " + std::to_string(targets.size() - shown) + " more";
  return text;
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

std::string where_to_look(const RevisionGraph& graph) {
  if (graph.size() == 0) return "There are no revisions yet; athanor revision writes the first.";
  const std::vector<std::string> labels = declared_labels(graph);
  return (labels.empty() ? "" : "The branch labels are " + join_words(labels) + ". ") +
         std::string("athanor history lists all revisions.");
}

}  // namespace athanor
