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
  using Index = std::uint32_t;

  RevisionGraph() = default;

  /// Checks and links. The same id twice is fine where both revisions are equal but for their source.
  /// Linear in revisions and edges.
  [[nodiscard]] static tl::expected<RevisionGraph, GraphError> build(std::vector<Revision> revisions);

  [[nodiscard]] std::span<const Revision> revisions() const { return revisions_; }
  [[nodiscard]] std::size_t size() const { return revisions_.size(); }
  [[nodiscard]] std::optional<Index> find(std::string_view id) const;
  [[nodiscard]] const Revision& at(Index index) const { return revisions_[index]; }

  [[nodiscard]] std::span<const Index> parents(Index index) const { return parents_[index]; }
  /// depends_on, without what an ancestor already implies (Alembic's normalized_down_revisions).
  [[nodiscard]] std::span<const Index> dependencies(Index index) const { return dependencies_[index]; }
  [[nodiscard]] std::span<const Index> children(Index index) const { return children_[index]; }
  [[nodiscard]] std::span<const Index> dependents(Index index) const { return dependents_[index]; }
  /// Labels of the revision's lineage: its own, spread to descendants, and to ancestors up to a branch or
  /// merge point.
  [[nodiscard]] std::span<const std::string> labels(Index index) const { return labels_[index]; }
  /// The revision that declares a branch label.
  [[nodiscard]] std::optional<Index> find_label(std::string_view label) const;

  /// Versioned heads: revisions without children. Ids, in the order of revisions().
  [[nodiscard]] const std::vector<std::string>& heads() const { return heads_; }
  /// Heads that no other revision depends on either: what the version table holds once all is applied.
  [[nodiscard]] const std::vector<std::string>& effective_heads() const { return effective_heads_; }
  [[nodiscard]] const std::vector<std::string>& bases() const { return bases_; }

  /// Every index, parents and dependencies before what needs them; ties keep the order of revisions().
  [[nodiscard]] std::span<const Index> topological_order() const { return topological_; }

 private:
  std::vector<Revision> revisions_;
  std::vector<std::vector<Index>> parents_, dependencies_, children_, dependents_;
  std::vector<std::vector<std::string>> labels_;
  std::vector<std::string> heads_, effective_heads_, bases_;
  std::vector<Index> topological_;
  std::unordered_map<std::string, Index> by_id_;
  std::unordered_map<std::string, Index> by_label_;
};

}  // namespace athanor
