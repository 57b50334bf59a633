#include "schema/graph_rules.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "core/words.hpp"
#include "schema/lint_rules.hpp"

namespace athanor::schema {
namespace {

/// A set that is wrong throughout need not be told of to the end, and each error costs a pass over the set.
constexpr std::size_t kMostErrors = 100;

void drop(std::vector<std::string>& words, const std::string& word) {
  std::erase(words, word);
}

/// Takes out of the set what the error is about.
class Mender {
 public:
  explicit Mender(std::vector<Revision>& revisions) : revisions_(revisions) {}

  /// @return the header at fault
  std::string_view operator()(const DuplicateRevision& error) {
    bool first = true;
    std::erase_if(revisions_,
                  [&](const Revision& one) { return one.id == error.id && !std::exchange(first, false); });
    return "revision";
  }
  std::string_view operator()(const MissingParent& error) {
    each(error.id, [&](Revision& one) { drop(one.down_revisions, error.parent); });
    return "down_revision";
  }
  std::string_view operator()(const MissingDependency& error) {
    each(error.id, [&](Revision& one) { drop(one.depends_on, error.dependency); });
    return "depends_on";
  }
  std::string_view operator()(const SelfLoop& error) {
    each(error.id, [&](Revision& one) { drop(one.down_revisions, error.id); });
    return "down_revision";
  }
  std::string_view operator()(const DependencySelfLoop& error) {
    each(error.id, [](Revision& one) { one.depends_on.clear(); });
    return "depends_on";
  }
  std::string_view operator()(const Cycle& error) {
    each(error.ids.front(), [](Revision& one) { one.down_revisions.clear(); });
    return "down_revision";
  }
  std::string_view operator()(const DependencyCycle& error) {
    for (const std::string& id : error.ids) {
      each(id, [](Revision& one) { one.depends_on.clear(); });
    }
    return "depends_on";
  }
  std::string_view operator()(const DuplicateLabel& error) {
    each(error.ids.back(), [&](Revision& one) { drop(one.branch_labels, error.label); });
    return "branch_labels";
  }

 private:
  template <class Change>
  void each(const std::string& id, Change change) {
    for (Revision& one : revisions_) {
      if (one.id == id) change(one);
    }
  }

  std::vector<Revision>& revisions_;
};

/// Whether every head has a label that no other head has.
bool are_told_apart(const RevisionGraph& graph, const std::vector<std::string>& heads) {
  std::vector<std::vector<std::string>> labels;
  std::multiset<std::string> all;
  for (const std::string& head : heads) {
    labels.push_back(graph.labels(*graph.find(head)));
    all.insert(labels.back().begin(), labels.back().end());
  }
  return std::all_of(labels.begin(), labels.end(), [&all](const std::vector<std::string>& own) {
    return std::any_of(own.begin(), own.end(),
                       [&all](const std::string& label) { return all.count(label) == 1; });
  });
}

}  // namespace

RevisionGraph build_tolerantly(std::vector<Revision> revisions,
                               const std::function<void(GraphFinding)>& tell) {
  for (std::size_t errors = 0; errors < kMostErrors; ++errors) {
    auto graph = RevisionGraph::build(revisions);
    if (graph) return std::move(*graph);
    const Error error = to_error(graph.error());
    const std::string_view header = std::visit(Mender(revisions), graph.error());
    tell({rules::kGraphError, error.site.revision, error.site.file, header, error.message, {}});
  }
  return {};
}

void check_heads(const RevisionGraph& graph, const std::function<void(GraphFinding)>& tell) {
  const auto& heads = graph.effective_heads();
  if (heads.size() < 2) return;
  const auto order = graph.topological_order();
  const auto last = std::find_if(order.rbegin(), order.rend(), [&](RevisionGraph::Index index) {
    return std::find(heads.begin(), heads.end(), graph.at(index).id) != heads.end();
  });
  const Revision& head = graph.at(*last);
  const std::string counted = "There are " + std::to_string(heads.size()) + " heads";
  if (are_told_apart(graph, heads)) {
    tell({rules::kMultipleHeads, head.id, head.source, "revision",
          counted + ", each with a label of its own: " + join_words(heads) +
              ". `athanor upgrade heads` brings the database to all of them.",
          Severity::Info});
    return;
  }
  tell({rules::kMultipleHeads, head.id, head.source, "revision",
        counted + ": " + join_words(heads) +
            ". `athanor upgrade head` refuses; join them with `athanor merge heads`, or give the branches "
            "labels."});
}

}  // namespace athanor::schema
