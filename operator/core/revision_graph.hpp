// The graph of revisions: parents, dependencies, labels (Alembic's script/revision.py is the model).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "core/adjacency.hpp"
#include "core/branch_labels.hpp"
#include "core/result.hpp"
#include "core/revision.hpp"

namespace athanor {

// Every way in which a set of revisions can fail to be a graph; `sources` name the files at fault.
struct DuplicateRevision {
  std::string id;
  std::vector<std::string> sources;
};
struct MissingParent {
  std::string id, parent, source;
};
struct MissingDependency {
  std::string id, dependency, source;
};
struct SelfLoop {
  std::string id, source;
};
struct DependencySelfLoop {
  std::string id, source;
};
struct Cycle {
  std::vector<std::string> ids, sources;
};
struct DependencyCycle {
  std::vector<std::string> ids, sources;
};
struct DuplicateLabel {
  std::string label;
  std::vector<std::string> ids, sources;
};
using GraphError = std::variant<DuplicateRevision, MissingParent, MissingDependency, SelfLoop,
                                DependencySelfLoop, Cycle, DependencyCycle, DuplicateLabel>;

/// A Terminal Error whose reason is the type's name (`MissingParent`, ...) and whose message names the files
/// and the way out.
[[nodiscard]] Error to_error(const GraphError& error);

/// An immutable, checked graph. Nodes are addressed by index into revisions(); all work on it is iterative.
class RevisionGraph {
 public:
  using Index = Adjacency::Index;

  RevisionGraph() = default;

  /// Checks and links. The same id twice is fine where both revisions are equal but for where they stand
  /// (source, first_line). depends_on may name revisions or branch labels, down_revisions ids only.
  /// Linear in revisions and edges, but for sorting.
  [[nodiscard]] static tl::expected<RevisionGraph, GraphError> build(std::vector<Revision> revisions);

  /// Sorted by id, whatever order they were given in: equal sets make equal plans.
  [[nodiscard]] std::span<const Revision> revisions() const { return revisions_; }
  [[nodiscard]] std::size_t size() const { return revisions_.size(); }
  [[nodiscard]] std::optional<Index> find(std::string_view id) const;
  [[nodiscard]] const Revision& at(Index index) const { return revisions_[index]; }

  /// In the order of down_revisions.
  [[nodiscard]] std::span<const Index> parents(Index index) const { return parents_[index]; }
  /// depends_on, without parents and without what an ancestor's depends_on already implies (Alembic's
  /// normalized_down_revisions).
  [[nodiscard]] std::span<const Index> dependencies(Index index) const { return dependencies_[index]; }
  [[nodiscard]] std::span<const Index> children(Index index) const { return children_[index]; }
  [[nodiscard]] std::span<const Index> dependents(Index index) const { return dependents_[index]; }
  /// Labels of the revision's lineage, sorted: its own, spread to descendants, and to ancestors as Alembic
  /// spreads them (branch_labels.hpp). Gathered on demand, since keeping them would be quadratic.
  [[nodiscard]] std::vector<std::string> labels(Index index) const { return labels_.of(index); }
  /// The revision that declares a branch label.
  [[nodiscard]] std::optional<Index> find_label(std::string_view label) const;

  /// Versioned heads: revisions without children. Ids, in the order of revisions().
  [[nodiscard]] const std::vector<std::string>& heads() const { return heads_; }
  /// Heads that no other revision depends on either: what the version table holds once all is applied.
  [[nodiscard]] const std::vector<std::string>& effective_heads() const { return effective_heads_; }
  /// Revisions without parents; they may have dependencies.
  [[nodiscard]] const std::vector<std::string>& bases() const { return bases_; }

  /// Every index, parents and dependencies before what needs them; ties keep the order of revisions().
  [[nodiscard]] std::span<const Index> topological_order() const { return topological_; }

 private:
  using Failure = std::optional<GraphError>;

  [[nodiscard]] Failure sort_and_fold(std::vector<Revision> revisions);
  [[nodiscard]] Failure index_labels();
  [[nodiscard]] Failure link_parents();
  [[nodiscard]] Failure link_dependencies(Adjacency& resolved) const;
  void collect_ends();
  [[nodiscard]] std::vector<std::string> sources_of(std::span<const Index> nodes) const;

  std::vector<Revision> revisions_;
  Adjacency parents_, dependencies_, children_, dependents_;
  BranchLabels labels_;
  std::vector<std::string> heads_, effective_heads_, bases_;
  std::vector<Index> topological_;
  std::unordered_map<std::string, Index> by_label_;
};

}  // namespace athanor
