#include "core/new_revision.hpp"

#include <algorithm>

#include "core/reachability.hpp"
#include "core/revision_header.hpp"
#include "core/revision_query.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

constexpr std::string_view kHeadOption = "athanor revision --head";

tl::unexpected<Error> refuse(std::string reason, std::string message) {
  return fail(ErrorKind::Terminal, std::move(reason), std::move(message));
}

std::string quoted(const std::string& word) {
  return "\"" + word + "\"";
}

Result<void> check_names(const RevisionGraph& graph, const NewRevision& request) {
  if (const std::string why = why_not_an_id(request.id); !why.empty()) {
    return refuse("InvalidRevisionId",
                  "The id " + quoted(request.id) + " " + why +
                      ". An id is letters, digits and underscores; leave --rev-id out for "
                      "one that is free.");
  }
  if (const auto node = graph.find(request.id)) {
    return refuse("RevisionExists", "Revision " + request.id + " exists already (" + graph.at(*node).source +
                                        "). Choose another --rev-id, or leave it out.");
  }
  if (const auto node = graph.find_label(request.id)) {
    return refuse("RevisionExists", quoted(request.id) + " is a branch label of revision " +
                                        graph.at(*node).id +
                                        " and cannot be an id too. Choose another --rev-id.");
  }
  for (const std::string& label : request.branch_labels) {
    if (const std::string why = why_not_a_branch_label(label); !why.empty()) {
      return refuse("InvalidLabel", "The branch label " + quoted(label) + " " + why + ".");
    }
    if (graph.find(label) || label == request.id) {
      return refuse("LabelInUse",
                    "The branch label " + quoted(label) +
                        " is a revision's id, so nobody could tell the two apart. Choose another.");
    }
    if (const auto node = graph.find_label(label)) {
      return refuse("LabelInUse", "The branch label " + quoted(label) + " is revision " + graph.at(*node).id +
                                      "'s already. To add to that branch: " + std::string(kHeadOption) + " " +
                                      label + "@head.");
    }
    if (std::count(request.branch_labels.begin(), request.branch_labels.end(), label) > 1) {
      return refuse("LabelInUse", "The branch label " + quoted(label) + " is named twice.");
    }
  }
  return {};
}

/// @param command what stood before the expression, for errors
Result<Target> resolve_one(const RevisionGraph& graph, const std::string& expression,
                           std::string_view command) {
  const auto parts = parse_target(graph, expression);
  if (!parts) return fail(parts.error());
  if (parts->steps) {
    return refuse("InvalidTarget", quoted(expression) +
                                       " is relative. Write the revision's id, head, heads, base or "
                                       "label@head: athanor history lists all revisions.");
  }
  // The first revision of a project comes after nothing.
  if (graph.size() == 0 && (expression == "head" || expression == "heads")) return Target{};
  return resolve_target(graph, expression, command);
}

/// The parents, in the order written, each once.
Result<std::vector<Index>> find_parents(const RevisionGraph& graph, const NewRevision& request,
                                        std::string_view command) {
  std::vector<Index> parents;
  for (const std::string& expression : request.heads) {
    const auto target = resolve_one(graph, expression, command);
    if (!target) return fail(target.error());
    for (const std::string& id : target->revisions) {
      const Index node = *graph.find(id);
      if (std::find(parents.begin(), parents.end(), node) == parents.end()) parents.push_back(node);
    }
  }
  const Members below = ancestors_of(graph, parents, Along::Parents);
  for (const Index parent : parents) {
    for (const Index child : graph.children(parent)) {
      if (!below[child]) continue;
      return refuse("OverlappingParents", "Revision " + graph.at(parent).id +
                                              " is an ancestor of another of the parents, " +
                                              join_words(ids_of(graph, parents)) +
                                              ", which therefore brings it along. Leave it out.");
    }
  }
  return parents;
}

Result<void> check_heads(const RevisionGraph& graph, const std::vector<Index>& parents, bool splice) {
  if (splice) return {};
  for (const Index parent : parents) {
    const auto children = graph.children(parent);
    if (children.empty()) continue;
    const std::vector<std::string> ids = ids_of(graph, std::vector<Index>(children.begin(), children.end()));
    const Members branch = descendants_of(graph, {parent}, Along::Parents);
    std::vector<std::string> heads;
    for (const std::string& head : graph.heads()) {
      if (branch[*graph.find(head)]) heads.push_back(head);
    }
    return refuse("NotAHead", "Revision " + graph.at(parent).id + " is no head: " + join_words(ids) +
                                  " come after it. To begin a branch there: " + std::string(kHeadOption) +
                                  " " + graph.at(parent).id + " --splice. To go on where it ends: " +
                                  any_of_commands(kHeadOption, names_of_heads(graph, heads)) + ".");
  }
  return {};
}

Result<std::vector<std::string>> find_dependencies(const RevisionGraph& graph, const NewRevision& request) {
  std::vector<std::string> dependencies;
  for (const std::string& expression : request.depends_on) {
    const auto& labels = request.branch_labels;
    if (std::find(labels.begin(), labels.end(), expression) != labels.end()) {
      return refuse("DependencyCycle", "The revision cannot depend on " + quoted(expression) +
                                           ", the label that it brings itself.");
    }
    const auto target = resolve_one(graph, expression, "athanor revision --depends-on");
    if (!target) return fail(target.error());
    if (target->revisions.size() != 1) {
      return refuse("InvalidTarget",
                    "--depends-on names one revision at a time, and " + quoted(expression) + " means " +
                        (target->revisions.empty() ? "none" : join_words(target->revisions)) +
                        ". Give the option once for each.");
    }
    std::string written = graph.find_label(expression) ? expression : target->revisions.front();
    if (std::find(dependencies.begin(), dependencies.end(), written) == dependencies.end()) {
      dependencies.push_back(std::move(written));
    }
  }
  return dependencies;
}

Result<Revision> plan(const RevisionGraph& graph, const NewRevision& request, std::string_view command) {
  if (const auto names = check_names(graph, request); !names) return fail(names.error());
  const auto parents = find_parents(graph, request, command);
  if (!parents) return fail(parents.error());
  if (const auto heads = check_heads(graph, *parents, request.splice); !heads) return fail(heads.error());
  auto dependencies = find_dependencies(graph, request);
  if (!dependencies) return fail(dependencies.error());
  Revision revision;
  revision.id = request.id;
  revision.message = request.message;
  revision.down_revisions = ids_of(graph, *parents);
  revision.branch_labels = request.branch_labels;
  revision.depends_on = std::move(*dependencies);
  return revision;
}

}  // namespace

Result<Revision> plan_new_revision(const RevisionGraph& graph, const NewRevision& request) {
  return plan(graph, request, kHeadOption);
}

Result<Revision> plan_merge(const RevisionGraph& graph, const NewRevision& request) {
  auto merged = plan(graph, request, "athanor merge");
  if (!merged || merged->down_revisions.size() > 1) return merged;
  return refuse("NothingToMerge",
                "A merge joins several revisions, and " + join_words(request.heads) + " means " +
                    (merged->down_revisions.empty() ? "none" : merged->down_revisions.front()) + "." +
                    (graph.heads().size() > 1 ? " To join all heads: " + merge_of(graph, graph.heads()) + "."
                                              : " athanor heads shows what could be merged."));
}

}  // namespace athanor
