#include "core/revision_query.hpp"

#include <algorithm>
#include <optional>

#include "core/reachability.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
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

/// The revisions whose ids begin so, the one with that very id included.
std::vector<Index> beginning_with(const RevisionGraph& graph, std::string_view prefix) {
  const auto all = graph.revisions();
  auto at = std::lower_bound(all.begin(), all.end(), prefix,
                             [](const Revision& revision, std::string_view id) { return revision.id < id; });
  std::vector<Index> found;
  for (; !prefix.empty() && at != all.end() && at->id.starts_with(prefix); ++at) {
    found.push_back(static_cast<Index>(at - all.begin()));
  }
  return found;
}

/// All revisions that `prefix` may mean; the full id alone if it is one.
std::vector<Index> candidates(const RevisionGraph& graph, std::string_view prefix) {
  if (const auto exact = graph.find(prefix)) return {*exact};
  std::vector<Index> found = beginning_with(graph, prefix);
  std::erase_if(found, [&](Index node) { return graph.at(node).id.size() <= kLongestIdWithoutPrefixes; });
  return found;
}

std::string unknown(const RevisionGraph& graph, std::string_view written) {
  // What the candidates left out.
  if (const auto too_short = beginning_with(graph, written); !too_short.empty()) {
    return "No revision has the id " + quoted(written) + ", and of " + join_words(ids_of(graph, too_short)) +
           " the whole id has to be written: only ids of more than " +
           std::to_string(kLongestIdWithoutPrefixes) + " characters are found by their beginning.";
  }
  const std::string none = "No revision has the id " + quoted(written) + ", or one that begins so";
  if (const std::string near = nearest_name(graph, written); !near.empty())
    return none + "; did you mean " + near + "?";
  return none + (graph.heads().empty() ? "." : "; " + the_heads(graph.heads()) + ".");
}

Result<Index> only_one(const RevisionGraph& graph, const std::vector<Index>& found,
                       std::string_view written) {
  if (found.size() == 1) return found.front();
  if (found.empty()) return fail(ErrorKind::Terminal, "UnknownRevision", unknown(graph, written));
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

/// Where a person may write neither steps nor `current`.
tl::unexpected<Error> not_taken_here(std::string_view expression, bool is_current) {
  return invalid(
      is_current
          ? "The target \"current\" is where the database stands, which only show, edit, repair and the "
            "ends of history -r take. Write a revision's id, head, heads, base or label@head: athanor "
            "current shows where it stands."
          : "The target " + quoted(expression) +
                " is relative, and steps are not taken here. Write the revision's id: athanor "
                "history lists them.");
}

bool contains(const TypedCommand& command, std::string_view words) {
  return command.text.find(words) != std::string::npos;
}

/// How several heads are taken all at once.
std::string all_at_once(const RevisionGraph& graph, std::string_view expression,
                        const std::vector<std::string>& heads, const TypedCommand& command) {
  if (contains(command, "--depends-on")) return "";
  const std::string all = std::string(expression) + "s";
  // A downgrade goes back to one revision, and what begins a range is one.
  const bool takes_all =
      !contains(command, "athanor downgrade") && !contains(command, "{}:") && command.takes(all);
  return " " + merge_of(graph, heads) + " joins them" +
         (takes_all && !contains(command, "athanor merge") ? "; all of them: " + command_with(command, all)
                                                           : "") +
         ".";
}

/// @param expression `head` or `label@head`
tl::unexpected<Error> several_heads(const RevisionGraph& graph, std::string_view expression,
                                    const std::vector<std::string>& heads, const TypedCommand& command) {
  const std::string several = "The target " + quoted(expression) + " means one head, and there are " +
                              std::to_string(heads.size()) + ": " + join_words(heads) + ".";
  return fail(ErrorKind::Terminal, "MultipleHeads",
              several + (command.empty()
                             ? " Merge them, or choose one by its id or label@head, or take all with heads."
                             : offer("Choose one", command, names_of_heads(graph, heads)) +
                                   all_at_once(graph, expression, heads, command)));
}

/// What to type instead of an id that is unknown or ambiguous; nothing for a manifest.
/// @param label of `label@id`; "" for none
std::string way_out(const RevisionGraph& graph, const std::vector<Index>& found, std::string_view written,
                    const std::string& label, const TypedCommand& command) {
  if (command.empty()) return "";
  if (!found.empty()) return offer("Choose one", command, ids_of(graph, found));
  if (const auto too_short = beginning_with(graph, written); !too_short.empty())
    return offer("Choose one", command, ids_of(graph, too_short));
  const std::string near = nearest_name(graph, written);
  const std::string way =
      near.empty() ? "" : offer("Then", command, {label.empty() ? near : label + "@" + near});
  return way.empty() ? " " + where_to_look(graph) : way;
}

Target at_revisions(std::vector<std::string> ids) {
  Target target;
  target.revisions = std::move(ids);
  return target;
}

Result<Target> resolve_plain(const RevisionGraph& graph, std::string_view written,
                             const TypedCommand& command) {
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
    if (written == "current" && !command.empty()) return not_taken_here(written, true);
  }
  const auto node = find_revision(graph, written);
  if (!node)
    return invalid("The target cannot be found. " + node.error().message +
                   way_out(graph, candidates(graph, written), written, "", command));
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
                                 const TypedCommand& command) {
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
    return invalid("The target " + quoted(expression) +
                   " does not exist: " + join_words(ids_of(graph, everywhere)) + " is not on the branch " +
                   quoted(label) + "." + offer("Without the label", command, ids_of(graph, everywhere)));
  }
  const auto node = only_one(graph, found, written);
  if (!node) {
    return invalid("The target " + quoted(expression) + " cannot be found. " + node.error().message +
                   way_out(graph, found, written, std::string(label), command));
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
                              const TypedCommand& command) {
  auto branch = find_branch(graph, label);
  if (branch) return branch;
  const std::string names_none = "The target " + quoted(expression) + " names no branch: ";
  const TypedCommand with_label =
      with_suffix(command, std::string(expression.substr(std::min(label.size(), expression.size()))));
  if (branch.error().reason == "AmbiguousRevision") {
    return invalid(names_none + branch.error().message +
                   offer("Choose one", with_label, ids_of(graph, candidates(graph, label))));
  }
  const std::string near = closest_word(label, declared_labels(graph));
  const std::string neither = names_none + quoted(label) + " is neither a branch label nor a revision" +
                              (near.empty() ? "." : "; did you mean " + near + "?");
  if (command.empty()) return invalid(neither);
  const std::string way = near.empty() ? "" : offer("Then", with_label, {near});
  return invalid(neither + (way.empty() ? " " + where_to_look(graph) : way));
}

Result<Target> resolve_target(const RevisionGraph& graph, std::string_view expression,
                              const TypedCommand& command) {
  if (!command.empty() && !command.would_do) {
    const auto resolves = [&graph](const std::string& target) {
      return resolve_target(graph, target).has_value();
    };
    return resolve_target(graph, expression, {command.text, resolves});
  }
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
  if (!command.empty()) {
    const auto parts = parse_target(graph, expression);
    if (parts && parts->steps) return not_taken_here(expression, false);
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
