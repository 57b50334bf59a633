#include "core/revision_query.hpp"

#include <algorithm>
#include <optional>

#include "core/reachability.hpp"
#include "core/target_advice.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

/// Alembic's rule: shorter ids are found by their full name only.
constexpr std::size_t kLongestIdWithoutPrefixes = 3;

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidTarget", std::move(message));
}

std::string quoted(std::string_view word) {
  return "\"" + std::string(word) + "\"";
}

/// All revisions that `prefix` may mean; the full id alone if it is one.
std::vector<Index> candidates(const RevisionGraph& graph, std::string_view prefix) {
  if (const auto exact = graph.find(prefix)) return {*exact};
  const auto all = graph.revisions();
  auto at = std::lower_bound(all.begin(), all.end(), prefix,
                             [](const Revision& revision, std::string_view id) { return revision.id < id; });
  std::vector<Index> found;
  for (; !prefix.empty() && at != all.end() && at->id.starts_with(prefix); ++at) {
    if (at->id.size() > kLongestIdWithoutPrefixes) found.push_back(static_cast<Index>(at - all.begin()));
  }
  return found;
}

Result<Index> only_one(const RevisionGraph& graph, const std::vector<Index>& found,
                       std::string_view written) {
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return fail(ErrorKind::Terminal, "UnknownRevision",
                "No revision has the id " + quoted(written) + ", or one that begins so" +
                    (graph.heads().empty() ? "." : "; the heads are " + join_words(graph.heads()) + "."));
  }
  return fail(
      ErrorKind::Terminal, "AmbiguousRevision",
      quoted(written) + " may be any of " + join_words(ids_of(graph, found)) + ". Write more of the id.");
}

/// `+2`, `-1`, `ae10+1`: relative to something, wherever a label ends.
bool is_relative(std::string_view written) {
  return written.find_first_of("+-") != std::string_view::npos;
}

tl::unexpected<Error> relative(std::string_view expression) {
  return invalid("The target " + quoted(expression) +
                 " is relative: it would move on at every look. Name a revision, heads, head, base or "
                 "label@head.");
}

/// A downgrade goes back to one revision, and what begins a range is one.
bool takes_several(std::string_view command) {
  return command.find("downgrade") == std::string_view::npos && command.find("{}:") == std::string_view::npos;
}

/// @param expression `head` or `label@head`
tl::unexpected<Error> several_heads(const RevisionGraph& graph, std::string_view expression,
                                    const std::vector<std::string>& heads, std::string_view command) {
  const std::string several = "The target " + quoted(expression) + " means one head, and there are " +
                              std::to_string(heads.size()) + ": " + join_words(heads) + ".";
  return fail(
      ErrorKind::Terminal, "MultipleHeads",
      several + (command.empty()
                     ? " Merge them, or choose one by its id or label@head, or take all with heads."
                     : " Choose one: " + any_of_commands(command, names_of_heads(graph, heads)) + ". " +
                           merge_of(graph, heads) + " joins them" +
                           (takes_several(command)
                                ? "; all of them: " + command_with(command, std::string(expression) + "s")
                                : "") +
                           "."));
}

/// What to type instead of an id that is unknown or ambiguous; nothing for a manifest, whose reader has no
/// terminal at hand.
std::string way_out(const RevisionGraph& graph, const std::vector<Index>& found, std::string_view command) {
  if (command.empty()) return "";
  if (found.empty()) return " " + where_to_look(graph);
  return " Choose one: " + any_of_commands(command, ids_of(graph, found)) + ".";
}

Target at_revisions(std::vector<std::string> ids) {
  Target target;
  target.revisions = std::move(ids);
  return target;
}

Result<Target> resolve_plain(const RevisionGraph& graph, std::string_view written, std::string_view command) {
  if (written == "heads") {
    Target target = at_revisions(graph.effective_heads());
    target.is_heads = true;
    return target;
  }
  if (written == "head") {
    if (graph.heads().size() > 1) return several_heads(graph, written, graph.heads(), command);
    return at_revisions(graph.heads());
  }
  if (!graph.find(written)) {
    // A label alone means the revision that declares it, as for Alembic. It is no explicit target: whoever
    // writes it probably means the branch, and must not lose the rest of it to a downgrade.
    if (const auto labelled = graph.find_label(written)) return at_revisions({graph.at(*labelled).id});
    if (is_relative(written) && command.empty()) return relative(written);
  }
  const auto node = find_revision(graph, written);
  if (!node)
    return invalid("The target cannot be found. " + node.error().message +
                   way_out(graph, candidates(graph, written), command));
  Target target = at_revisions({graph.at(*node).id});
  target.is_explicit = graph.at(*node).id == written;
  return target;
}

std::vector<std::string> heads_within(const RevisionGraph& graph, const Members& branch) {
  std::vector<std::string> heads;
  for (const std::string& head : graph.heads()) {
    if (branch[*graph.find(head)]) heads.push_back(head);
  }
  return heads;
}

Result<Target> resolve_on_branch(const RevisionGraph& graph, std::string_view label, std::string_view written,
                                 std::string_view command) {
  const std::string expression = std::string(label) + "@" + std::string(written);
  const auto branch = find_branch_for(graph, label, expression, command);
  if (!branch) return fail(branch.error());
  Target target;
  target.branch = graph.at(*branch).id;
  const bool whole_branch = graph.find_label(label) || target.branch == label;
  if (written == "base") {
    target.is_base = true;
    target.is_explicit = whole_branch;
    return target;
  }
  const Members lineage = lineage_of(graph, *branch);
  if (written == "heads" || written == "head") {
    target.revisions = heads_within(graph, lineage);
    if (written == "head" && target.revisions.size() > 1) {
      return several_heads(graph, expression, target.revisions, command);
    }
    return target;
  }
  // A label behind the `@` means the revision that declares it, as one alone does.
  const auto labelled = graph.find(written) ? std::nullopt : graph.find_label(written);
  if (!labelled && is_relative(written) && command.empty()) return relative(expression);
  std::vector<Index> found = labelled ? std::vector<Index>{*labelled} : candidates(graph, written);
  const std::vector<Index> everywhere = found;
  std::erase_if(found, [&lineage](Index node) { return !lineage[node]; });
  if (found.empty() && !everywhere.empty()) {
    return invalid(
        "The target " + quoted(expression) + " does not exist: " + join_words(ids_of(graph, everywhere)) +
        " is not on the branch " + quoted(label) + "." +
        (command.empty()
             ? ""
             : " Without the label: " + any_of_commands(command, ids_of(graph, everywhere)) + "."));
  }
  const auto node = only_one(graph, found, written);
  if (!node) {
    return invalid("The target " + quoted(expression) + " cannot be found. " + node.error().message +
                   way_out(graph, found, command));
  }
  target.revisions = {graph.at(*node).id};
  target.is_explicit = whole_branch && target.revisions.front() == written;
  return target;
}

}  // namespace

Result<Index> find_revision(const RevisionGraph& graph, std::string_view id_or_prefix) {
  return only_one(graph, candidates(graph, id_or_prefix), id_or_prefix);
}

Result<Index> find_branch(const RevisionGraph& graph, std::string_view label) {
  if (const auto labelled = graph.find_label(label)) return *labelled;
  return find_revision(graph, label);
}

Result<Index> find_branch_for(const RevisionGraph& graph, std::string_view label, std::string_view expression,
                              std::string_view command) {
  auto branch = find_branch(graph, label);
  if (branch) return branch;
  return invalid("The target " + quoted(expression) + " names no branch: " + quoted(label) +
                 " is neither a branch label nor a revision." +
                 (command.empty() ? "" : " " + where_to_look(graph)));
}

Result<Target> resolve_target(const RevisionGraph& graph, std::string_view expression,
                              std::string_view command) {
  if (expression.empty()) {
    return invalid("The target is empty. Write heads, head, base, a revision's id or label@head.");
  }
  if (expression == "base") {
    Target target;
    target.is_base = target.is_explicit = true;
    return target;
  }
  if (graph.size() == 0) {
    return invalid("There are no revisions, so the target " + quoted(expression) + " means nothing.");
  }
  const std::size_t at = expression.find('@');
  if (at == std::string_view::npos) return resolve_plain(graph, expression, command);
  const std::string_view label = expression.substr(0, at);
  const std::string_view rest = expression.substr(at + 1);
  if (label.empty() || rest.empty() || rest.find('@') != std::string_view::npos) {
    return invalid("The target " + quoted(expression) + " is malformed. Write label@head or label@id.");
  }
  return resolve_on_branch(graph, label, rest, command);
}

}  // namespace athanor
