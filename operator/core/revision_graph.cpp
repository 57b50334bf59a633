#include "core/revision_graph.hpp"

#include <algorithm>
#include <unordered_set>

#include "core/topology.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

bool same_section(const SqlSection& a, const SqlSection& b) {
  return a.sql == b.sql && a.checksum == b.checksum;
}

/// Equal but for where they stand: a licence header in one copy moves the lines of the other.
bool say_the_same(const Revision& a, const Revision& b) {
  const bool downgrades = a.downgrade.has_value() == b.downgrade.has_value() &&
                          (!a.downgrade || same_section(*a.downgrade, *b.downgrade));
  return a.id == b.id && a.down_revisions == b.down_revisions && a.branch_labels == b.branch_labels &&
         a.depends_on == b.depends_on && a.create_date == b.create_date && a.message == b.message &&
         a.transaction == b.transaction && same_section(a.upgrade, b.upgrade) && downgrades;
}

/// Appends what isn't in the list yet.
class Distinct {
 public:
  explicit Distinct(std::vector<Index>& out) : out_(out) { out_.clear(); }
  void add(Index node) {
    if (seen_.insert(node).second) out_.push_back(node);
  }

 private:
  std::vector<Index>& out_;
  std::unordered_set<Index> seen_;
};

/// How many revisions follow each, as children or by their depends_on as written.
std::vector<Index> count_followers(const Adjacency& children, const Adjacency& resolved) {
  const Adjacency dependents = resolved.reversed();
  std::vector<Index> count(children.size());
  for (Index node = 0; node < children.size(); ++node) {
    std::vector<Index> both(children[node].begin(), children[node].end());
    both.insert(both.end(), dependents[node].begin(), dependents[node].end());
    std::sort(both.begin(), both.end());
    count[node] = static_cast<Index>(std::unique(both.begin(), both.end()) - both.begin());
  }
  return count;
}

}  // namespace

tl::expected<RevisionGraph, GraphError> RevisionGraph::build(std::vector<Revision> revisions) {
  RevisionGraph graph;
  Adjacency resolved;
  if (auto error = graph.sort_and_fold(std::move(revisions))) return tl::unexpected(std::move(*error));
  if (auto error = graph.index_labels()) return tl::unexpected(std::move(*error));
  if (auto error = graph.link_parents()) return tl::unexpected(std::move(*error));
  if (auto error = graph.link_dependencies(resolved)) return tl::unexpected(std::move(*error));

  const auto named = [&graph](const std::vector<Index>& cycle) {
    std::vector<std::string> ids;
    ids.reserve(cycle.size());
    for (const Index node : cycle) ids.push_back(graph.revisions_[node].id);
    return ids;
  };
  const Needs by_parents{&graph.parents_};
  const std::vector<Index> versioned = athanor::topological_order(graph.size(), by_parents);
  if (versioned.size() != graph.size()) {
    const auto cycle = find_cycle(graph.size(), by_parents, versioned);
    return tl::unexpected(GraphError(Cycle{named(cycle), graph.sources_of(cycle)}));
  }
  const Needs by_all{&graph.parents_, &resolved};
  graph.topological_ = athanor::topological_order(graph.size(), by_all);
  if (graph.topological_.size() != graph.size()) {
    const auto cycle = find_cycle(graph.size(), by_all, graph.topological_);
    return tl::unexpected(GraphError(DependencyCycle{named(cycle), graph.sources_of(cycle)}));
  }

  graph.dependencies_ = without_inherited(graph.parents_, resolved, versioned);
  graph.children_ = graph.parents_.reversed();
  graph.dependents_ = graph.dependencies_.reversed();
  graph.labels_ = BranchLabels(graph.revisions_, graph.parents_, graph.children_, versioned,
                               count_followers(graph.children_, resolved));
  graph.collect_ends();
  return graph;
}

RevisionGraph::Failure RevisionGraph::sort_and_fold(std::vector<Revision> revisions) {
  std::stable_sort(revisions.begin(), revisions.end(),
                   [](const Revision& a, const Revision& b) { return a.id < b.id; });
  revisions_.reserve(revisions.size());
  for (Revision& revision : revisions) {
    if (revisions_.empty() || revisions_.back().id != revision.id) {
      revisions_.push_back(std::move(revision));
    } else if (!say_the_same(revisions_.back(), revision)) {
      return DuplicateRevision{revision.id, {revisions_.back().source, revision.source}};
    }
  }
  return std::nullopt;
}

RevisionGraph::Failure RevisionGraph::index_labels() {
  for (Index node = 0; node < size(); ++node) {
    for (const std::string& label : revisions_[node].branch_labels) {
      const auto [held, added] = by_label_.emplace(label, node);
      const auto revision = find(label);  // a label may not be another's id either
      if (added && !revision) continue;
      const Index other = added ? *revision : held->second;
      return DuplicateLabel{label,
                            {revisions_[other].id, revisions_[node].id},
                            {revisions_[other].source, revisions_[node].source}};
    }
  }
  return std::nullopt;
}

RevisionGraph::Failure RevisionGraph::link_parents() {
  std::vector<Index> targets;
  for (const Revision& revision : revisions_) {
    Distinct distinct(targets);
    for (const std::string& parent : revision.down_revisions) {
      if (parent == revision.id) return SelfLoop{revision.id, revision.source};
      const auto node = find(parent);
      if (!node) return MissingParent{revision.id, parent, revision.source};
      distinct.add(*node);
    }
    parents_.add_node(targets);
  }
  return std::nullopt;
}

RevisionGraph::Failure RevisionGraph::link_dependencies(Adjacency& resolved) const {
  std::vector<Index> targets;
  for (Index self = 0; self < size(); ++self) {
    const Revision& revision = revisions_[self];
    Distinct distinct(targets);
    for (const std::string& dependency : revision.depends_on) {
      auto node = find(dependency);
      if (!node) node = find_label(dependency);
      if (!node) return MissingDependency{revision.id, dependency, revision.source};
      if (*node == self) return DependencySelfLoop{revision.id, revision.source};
      distinct.add(*node);
    }
    resolved.add_node(targets);
  }
  return std::nullopt;
}

void RevisionGraph::collect_ends() {
  for (Index node = 0; node < size(); ++node) {
    if (parents_[node].empty()) bases_.push_back(revisions_[node].id);
    if (!children_[node].empty()) continue;
    heads_.push_back(revisions_[node].id);
    if (dependents_[node].empty()) effective_heads_.push_back(revisions_[node].id);
  }
}

std::vector<std::string> RevisionGraph::sources_of(std::span<const Index> nodes) const {
  std::vector<std::string> sources;
  for (const Index node : nodes) sources.push_back(revisions_[node].source);
  return sources;
}

std::optional<Index> RevisionGraph::find(std::string_view id) const {
  const auto found = std::lower_bound(
      revisions_.begin(), revisions_.end(), id,
      [](const Revision& revision, std::string_view wanted) { return revision.id < wanted; });
  if (found == revisions_.end() || found->id != id) return std::nullopt;
  return static_cast<Index>(found - revisions_.begin());
}

std::optional<Index> RevisionGraph::find_label(std::string_view label) const {
  const auto found = by_label_.find(std::string(label));
  if (found == by_label_.end()) return std::nullopt;
  return found->second;
}

}  // namespace athanor
