#include "cli/commands/revision_text.hpp"

#include <span>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace athanor::cli {
namespace {

using Index = RevisionGraph::Index;

bool is_branch_point(const RevisionGraph& graph, Index index) {
  return graph.children(index).size() > 1;
}

bool is_merge_point(const RevisionGraph& graph, Index index) {
  return graph.parents(index).size() > 1;
}

bool is_head(const RevisionGraph& graph, Index index) {
  return graph.children(index).empty();
}

bool is_effective_head(const RevisionGraph& graph, Index index) {
  return is_head(graph, index) && graph.dependents(index).empty();
}

std::string listed(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string> ids_of(const RevisionGraph& graph, std::span<const Index> nodes) {
  std::vector<std::string> ids;
  for (const Index node : nodes) ids.push_back(graph.at(node).id);
  return ids;
}

std::string parents_of(const Revision& revision) {
  return revision.down_revisions.empty() ? "<base>" : listed(revision.down_revisions);
}

}  // namespace

std::string revision_line(const RevisionGraph& graph, Index index, const LineParts& parts) {
  const Revision& revision = graph.at(index);
  std::string text;
  if (parts.parents) {
    text += parents_of(revision);
    if (!revision.depends_on.empty()) text += fmt::format(" ({})", listed(revision.depends_on));
    text += " -> ";
  }
  text += revision.id;
  const auto labels = parts.labels ? graph.labels(index) : std::vector<std::string>();
  if (!labels.empty()) text += fmt::format(" ({})", listed(labels));
  if (parts.heads || parts.tree) {
    if (is_effective_head(graph, index)) text += " (head)";
    if (is_head(graph, index) && !is_effective_head(graph, index)) text += " (effective head)";
    if (parts.is_current) text += " (current)";
  }
  if (parts.tree) {
    if (is_branch_point(graph, index)) text += " (branchpoint)";
    if (is_merge_point(graph, index)) text += " (mergepoint)";
  }
  if (parts.depends_on && !revision.depends_on.empty())
    text += fmt::format(" (depends on {})", listed(revision.depends_on));
  if (parts.message) text += ", " + revision.message;
  return text;
}

std::string revision_entry(const RevisionGraph& graph, Index index, bool is_current) {
  const Revision& revision = graph.at(index);
  std::string entry = "Rev: " + revision.id;
  if (is_head(graph, index)) entry += " (head)";
  if (is_branch_point(graph, index)) entry += " (branchpoint)";
  if (is_merge_point(graph, index)) entry += " (mergepoint)";
  if (is_current) entry += " (current)";
  entry +=
      fmt::format("\n{}: {}\n", is_merge_point(graph, index) ? "Merges" : "Parent", parents_of(revision));
  if (!revision.depends_on.empty())
    entry += fmt::format("Also depends on: {}\n", listed(revision.depends_on));
  if (is_branch_point(graph, index)) {
    entry += fmt::format("Branches into: {}\n", listed(ids_of(graph, graph.children(index))));
  }
  if (const auto labels = graph.labels(index); !labels.empty()) {
    entry += fmt::format("Branch names: {}\n", listed(labels));
  }
  entry += fmt::format("Path: {}\n", revision.source);
  if (revision.transaction == TransactionMode::Off) entry += "Transaction: off\n";
  entry += fmt::format("\n    {}\n", revision.message);
  entry += fmt::format("    \n    Revision ID: {}\n    Revises: {}\n    Create Date: {}\n", revision.id,
                       listed(revision.down_revisions), revision.create_date);
  return entry;
}

nlohmann::ordered_json revision_json(const RevisionGraph& graph, Index index) {
  const Revision& revision = graph.at(index);
  return {{"revision", revision.id},
          {"downRevisions", revision.down_revisions},
          {"dependsOn", revision.depends_on},
          {"branchLabels", graph.labels(index)},
          {"message", revision.message},
          {"createDate", revision.create_date},
          {"path", revision.source},
          {"head", is_head(graph, index)},
          {"effectiveHead", is_effective_head(graph, index)},
          {"branchPoint", is_branch_point(graph, index)},
          {"mergePoint", is_merge_point(graph, index)}};
}

}  // namespace athanor::cli
