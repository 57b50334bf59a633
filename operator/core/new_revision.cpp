#include "core/new_revision.hpp"

#include <algorithm>
#include <optional>

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
constexpr std::string_view kMerge = "athanor merge";

/// Which of the two commands asks; it tells what to type instead.
enum class Asked { Revision, Merge };

tl::unexpected<Error> refuse(std::string reason, std::string message) {
  return fail(ErrorKind::Terminal, std::move(reason), std::move(message));
}

std::string quoted(const std::string& word) {
  return "\"" + word + "\"";
}

Result<void> check_names(const RevisionGraph& graph, const NewRevision& request) {
  if (const std::string why = why_not_an_id(request.id); !why.empty()) {
    return refuse(
        "InvalidRevisionId",
        "The id " + quoted(request.id) + " " + why +
            ". Letters, digits, dots and underscores are fine; or leave --rev-id out for one that is free.");
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

Result<Target> resolve_one(const RevisionGraph& graph, const std::string& expression,
                           const TypedCommand& command) {
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

/// The heads that a branch's revisions lead to.
std::vector<std::string> heads_above(const RevisionGraph& graph, Index node) {
  const Members branch = descendants_of(graph, {node}, Along::Parents);
  std::vector<std::string> heads;
  for (const std::string& head : graph.heads()) {
    if (branch[*graph.find(head)]) heads.push_back(head);
  }
  return heads;
}

/// Where the lines of all of these end, for a merge that was asked for further down.
std::string merge_of_their_heads(const RevisionGraph& graph, const std::vector<Index>& parents) {
  std::vector<std::string> heads;
  for (const Index parent : parents) {
    for (std::string& head : heads_above(graph, parent)) heads.push_back(std::move(head));
  }
  std::sort(heads.begin(), heads.end());
  heads.erase(std::unique(heads.begin(), heads.end()), heads.end());
  if (heads.size() < 2)
    return " All of these lead to the head " + heads.front() + ", so there is nothing to join.";
  return " To join the heads that these lead to: " + merge_of(graph, heads) + ".";
}

/// Several revisions of which one brings another along.
Result<void> check_overlap(const RevisionGraph& graph, const std::vector<Index>& parents, Asked asked) {
  const Members below = ancestors_of(graph, parents, Along::Parents);
  const auto included = std::find_if(parents.begin(), parents.end(), [&](Index parent) {
    const auto children = graph.children(parent);
    return std::any_of(children.begin(), children.end(), [&below](Index child) { return below[child]; });
  });
  if (included == parents.end()) return {};
  const Members above = descendants_of(graph, {*included}, Along::Parents);
  const auto bringer = std::find_if(parents.begin(), parents.end(),
                                    [&](Index parent) { return parent != *included && above[parent]; });
  return refuse("OverlappingParents",
                "Revision " + graph.at(*included).id + " is an ancestor of " + graph.at(*bringer).id +
                    ", so that it is included already." +
                    (asked == Asked::Merge ? merge_of_their_heads(graph, parents) : " Leave it out."));
}

/// The parents, in the order written, each once.
/// @param command_for what stands around the expression of that place, for errors
template <class CommandFor>
Result<std::vector<Index>> find_parents(const RevisionGraph& graph, const NewRevision& request, Asked asked,
                                        CommandFor command_for) {
  std::vector<Index> parents;
  for (std::size_t i = 0; i < request.heads.size(); ++i) {
    const auto target = resolve_one(graph, request.heads[i], command_for(i));
    if (!target) return fail(target.error());
    for (const std::string& id : target->revisions) {
      const Index node = *graph.find(id);
      if (std::find(parents.begin(), parents.end(), node) == parents.end()) parents.push_back(node);
    }
  }
  if (const auto apart = check_overlap(graph, parents, asked); !apart) return fail(apart.error());
  return parents;
}

Result<void> check_heads(const RevisionGraph& graph, const std::vector<Index>& parents, bool splice,
                         Asked asked) {
  if (splice) return {};
  for (const Index parent : parents) {
    const auto children = graph.children(parent);
    if (children.empty()) continue;
    const std::vector<std::string> ids = ids_of(graph, std::vector<Index>(children.begin(), children.end()));
    const std::string& id = graph.at(parent).id;
    return refuse("NotAHead",
                  "Revision " + id + " is no head: " + join_words(ids) +
                      (ids.size() == 1 ? " comes" : " come") + " after it." +
                      (asked == Asked::Merge ? merge_of_their_heads(graph, parents)
                                             : " To begin a branch there: " + std::string(kHeadOption) + " " +
                                                   id + " --splice." +
                                                   offer("To go on where it ends", kHeadOption,
                                                         names_of_heads(graph, heads_above(graph, parent)))));
  }
  return {};
}

/// `--depends-on` with what was typed beside it: without --head the command would not do where there are
/// several heads.
std::string depends_on_command(const NewRevision& request, std::size_t replaced) {
  std::string command = "athanor revision";
  for (const std::string& head : request.heads) command += head == "head" ? "" : " --head " + head;
  if (request.splice) command += " --splice";
  for (std::size_t i = 0; i < request.depends_on.size(); ++i)
    command += " --depends-on " + (i == replaced ? "{}" : request.depends_on[i]);
  return command;
}

/// Each of several in an option of its own.
/// @param heads an expression, such as `heads`
/// @param least fewer than so many are not worth a command
std::string all_dependencies(const RevisionGraph& graph, const TypedCommand& command,
                             const std::string& heads, std::size_t least) {
  const auto all = resolve_target(graph, heads);
  if (!all || all->revisions.size() < 2) return "";
  constexpr std::size_t kMost = 10;  // one may mean each of a handful
  if (all->revisions.size() > kMost) return "";
  std::string each;
  std::size_t taken = 0;
  for (const std::string& id : all->revisions) {
    if (command.takes(id)) each += (taken++ == 0 ? "" : " --depends-on ") + id;
  }
  if (taken < least) return "";
  return (taken == 1 ? " Only one is not included already: " : " All that are not included already: ") +
         command_with(command, each) + ".";
}

Result<std::string> find_dependency(const RevisionGraph& graph, const std::string& expression,
                                    const TypedCommand& command) {
  const auto target = resolve_one(graph, expression, command);
  if (!target) {
    Error error = target.error();
    if (error.reason == "MultipleHeads")
      error.message += all_dependencies(graph, command, expression + "s", 2);
    return fail(std::move(error));
  }
  if (target->revisions.size() == 1)
    return graph.find_label(expression) ? expression : target->revisions.front();
  if (target->revisions.empty()) {
    return refuse("InvalidTarget",
                  "--depends-on names a revision, and " +
                      (graph.size() == 0 ? "there are none yet." : quoted(expression) + " means none."));
  }
  return refuse("InvalidTarget", "--depends-on names one revision at a time, and " + quoted(expression) +
                                     " means " + join_words(target->revisions) + "." +
                                     all_dependencies(graph, command, expression, 1));
}

/// @param command_for what stands around the expression of that place, for errors
template <class CommandFor>
Result<std::vector<std::string>> find_dependencies(const RevisionGraph& graph, const NewRevision& request,
                                                   CommandFor command_for) {
  std::vector<std::string> dependencies;
  for (std::size_t i = 0; i < request.depends_on.size(); ++i) {
    const std::string& expression = request.depends_on[i];
    const auto& labels = request.branch_labels;
    if (std::find(labels.begin(), labels.end(), expression) != labels.end()) {
      return refuse("DependencyCycle", "The revision cannot depend on " + quoted(expression) +
                                           ", the label that it brings itself.");
    }
    auto written = find_dependency(graph, expression, command_for(i));
    if (!written) return fail(written.error());
    if (std::find(dependencies.begin(), dependencies.end(), *written) == dependencies.end()) {
      dependencies.push_back(std::move(*written));
    }
  }
  return dependencies;
}

/// @param advise whether errors say what to type instead: not in the plan that tells whether that would do
Result<Revision> plan(const RevisionGraph& graph, const NewRevision& request, Asked asked, bool advise);

bool would_do(const RevisionGraph& graph, const NewRevision& request, Asked asked) {
  const auto planned = plan(graph, request, asked, false);
  return planned && (asked == Asked::Revision || planned->down_revisions.size() > 1);
}

/// Whether a dependency says nothing: the parents need it, or are it.
/// REQUIRES: the request would do
bool is_included(const RevisionGraph& graph, const NewRevision& request, const std::string& dependency) {
  const auto planned = plan(graph, request, Asked::Revision, false);
  const auto target = resolve_target(graph, dependency);
  std::vector<Index> parents;
  for (const std::string& id : planned->down_revisions) parents.push_back(*graph.find(id));
  return ancestors_of(graph, parents, Along::Needs)[*graph.find(target->revisions.front())];
}

/// The command with its heads but one, whose place is kept.
std::string command_around(const NewRevision& request, std::size_t replaced, Asked asked) {
  std::string command(asked == Asked::Merge ? kMerge : kHeadOption);
  for (std::size_t i = 0; i < request.heads.size(); ++i)
    command += " " + (i == replaced ? "{}" : request.heads[i]);
  return command;
}

Result<Revision> plan(const RevisionGraph& graph, const NewRevision& request, Asked asked, bool advise) {
  if (const auto names = check_names(graph, request); !names) return fail(names.error());
  const auto head_at = [&](std::size_t place) -> TypedCommand {
    if (!advise) return {};
    return {command_around(request, place, asked), [&, place](const std::string& instead) {
              NewRevision other = request;
              other.heads[place] = instead;
              other.depends_on.clear();
              return would_do(graph, other, asked);
            }};
  };
  const auto dependency_at = [&](std::size_t place) -> TypedCommand {
    if (!advise) return {};
    return {depends_on_command(request, place), [&, place](const std::string& instead) {
              NewRevision other = request;
              other.depends_on[place] = instead;
              return would_do(graph, other, asked) && !is_included(graph, other, instead);
            }};
  };
  const auto parents = find_parents(graph, request, asked, head_at);
  if (!parents) return fail(parents.error());
  if (const auto heads = check_heads(graph, *parents, request.splice, asked); !heads)
    return fail(heads.error());
  auto dependencies = find_dependencies(graph, request, dependency_at);
  if (!dependencies) return fail(dependencies.error());
  Revision revision;
  revision.id = request.id;
  revision.message = request.message;
  revision.down_revisions = ids_of(graph, *parents);
  revision.branch_labels = request.branch_labels;
  revision.depends_on = std::move(*dependencies);
  return revision;
}

std::string nothing_to_join(const RevisionGraph& graph, const NewRevision& request, const Revision& merged) {
  if (graph.size() == 0) return "there are no revisions yet.";
  std::string means = join_words(request.heads);
  if (merged.down_revisions.empty()) {
    means += " means none.";
  } else if (means == merged.down_revisions.front()) {
    means += " is one.";
  } else {
    means += " means one, " + merged.down_revisions.front() + ".";
  }
  if (graph.heads().size() > 1) return means + " To join all heads: " + merge_of(graph, graph.heads()) + ".";
  return means + " There is one head, " + graph.heads().front() + ", and so nothing to join.";
}

}  // namespace

Result<Revision> plan_new_revision(const RevisionGraph& graph, const NewRevision& request) {
  return plan(graph, request, Asked::Revision, true);
}

Result<Revision> plan_merge(const RevisionGraph& graph, const NewRevision& request) {
  auto merged = plan(graph, request, Asked::Merge, true);
  if (!merged || merged->down_revisions.size() > 1) return merged;
  return refuse("NothingToMerge",
                "A merge joins several revisions, and " + nothing_to_join(graph, request, *merged));
}

}  // namespace athanor
