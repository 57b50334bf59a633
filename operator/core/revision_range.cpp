#include "core/revision_range.hpp"

#include <algorithm>

#include "core/downgrade_target.hpp"
#include "core/plan_order.hpp"
#include "core/reachability.hpp"
#include "core/revision_query.hpp"
#include "core/revision_walk.hpp"
#include "core/target_advice.hpp"
#include "core/target_expression.hpp"
#include "core/upgrade_target.hpp"
#include "core/version_rows.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;
using Nodes = std::vector<Index>;

constexpr std::string_view kCommand = "athanor history -r";

tl::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::Terminal, "InvalidRange", std::move(message));
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

Nodes nodes_of(const RevisionGraph& graph, const std::vector<std::string>& ids) {
  Nodes nodes;
  for (const std::string& id : ids) nodes.push_back(*graph.find(id));
  return nodes;
}

/// Some revisions, newest first. Those that none of the others needs are where the order begins.
Nodes newest_first(const RevisionGraph& graph, const Members& chosen) {
  Members needed(graph.size(), false);
  for (Index node = 0; node < graph.size(); ++node) {
    if (chosen[node]) for_each_need(graph, node, [&needed](Index need) { needed[need] = true; });
  }
  Nodes heads;
  for (Index node = 0; node < graph.size(); ++node) {
    if (chosen[node] && !needed[node]) heads.push_back(node);
  }
  return descending_order(graph, chosen, heads);
}

/// One end of a range.
struct End {
  Nodes nodes;        ///< none: base
  std::string label;  ///< what stands before an `@`
};

/// An end that does not count from the other.
/// @param command with the rest of the range, for errors: "athanor history -r {}:head"
Result<End> absolute_end(const RevisionGraph& graph, const std::vector<std::string>& rows,
                         const std::string& written, const TypedCommand& command) {
  if (written == "current") {
    auto nodes = find_rows(graph, rows);
    if (!nodes) return fail(nodes.error());
    return End{std::move(*nodes), {}};
  }
  const auto parts = parse_target(graph, written);
  if (!parts) return fail(parts.error());
  if (parts->steps && parts->symbol == "current" && !graph.find("current")) {
    return invalid("No steps are counted from current (" + quoted(written) +
                   "). Write the revision in its place: athanor current shows it.");
  }
  if (!parts->steps) {
    const auto target = resolve_upgrade_target(graph, {}, written, command);
    if (!target) return fail(target.error());
    return End{nodes_of(graph, target->revisions), parts->label};
  }
  const auto start = place_of(graph, parts->start(), with_suffix(command, parts->suffix()));
  if (!start) return fail(start.error());
  const Walk walk{command, written, AtTheEnd::Stop};
  Members branch;
  if (!parts->label.empty()) {
    const auto named = find_branch_for(graph, parts->label, written, command);
    if (!named) return fail(named.error());
    branch = lineage_of(graph, *named);
  }
  const auto end = *parts->steps > 0
                       ? walk_up(graph, *start, *parts->steps, parts->label.empty() ? nullptr : &branch, walk)
                       : walk_down(graph, *start, -*parts->steps, walk);
  if (!end) return fail(end.error());
  return End{*end ? Nodes{**end} : Nodes{}, parts->label};
}

bool counts_from_the_other(const RevisionGraph& graph, const std::string& written) {
  const auto parts = parse_target(graph, written);
  return parts && parts->steps && parts->symbol.empty();
}

/// `-3`: so many steps below each revision of the other end; base where one line is no longer than that.
/// @param upper kept to the branch already where `written` names one
Result<End> counted_down(const RevisionGraph& graph, const std::string& written, const Nodes& upper,
                         const TypedCommand& command) {
  const auto parts = parse_target(graph, written);
  if (*parts->steps >= 0) {
    return invalid("The range begins with " + quoted(written) +
                   ", and its beginning counts down from its end." +
                   offer("Downwards", command, {"-" + std::to_string(*parts->steps)}));
  }
  End end{{}, parts->label};
  bool to_base = false;
  for (const Index node : upper) {
    const auto below = walk_down(graph, node, -*parts->steps, {command, written, AtTheEnd::Stop});
    if (!below) return fail(below.error());
    if (*below) end.nodes.push_back(**below);
    to_base = to_base || !*below;
  }
  if (to_base) end.nodes.clear();
  return end;
}

/// `+2`: so many steps above the other end.
/// @param begins_at the command with a place for the other end
Result<End> counted_up(const RevisionGraph& graph, const std::string& written, const Nodes& lower,
                       const TypedCommand& command, const TypedCommand& begins_at) {
  const auto parts = parse_target(graph, written);
  if (*parts->steps <= 0) {
    return invalid("The range ends with " + quoted(written) + ", and its end counts up from its beginning." +
                   offer("Upwards", command, {"+" + std::to_string(-*parts->steps)}));
  }
  Members branch;
  if (!parts->label.empty()) {
    const auto named = find_branch_for(graph, parts->label, written, command);
    if (!named) return fail(named.error());
    branch = lineage_of(graph, *named);
  }
  if (lower.size() > 1) {
    return fail(ErrorKind::Terminal, "AmbiguousTarget",
                "The end " + quoted(written) + " of the range counts from one revision, and it begins at " +
                    join_words(ids_of(graph, lower)) + "." +
                    offer("Begin it at one of them", begins_at, ids_of(graph, lower)));
  }
  if (!parts->label.empty() && !lower.empty() && !branch[lower.front()]) {
    const std::string& id = graph.at(lower.front()).id;
    return invalid("The range ends with " + quoted(written) +
                   ", which counts up from its beginning, and revision " + id + " is not on the branch " +
                   quoted(parts->label) + ". Begin it on that branch, or leave the label out: " +
                   std::string(kCommand) + " " + id + ":+" + std::to_string(*parts->steps) + ".");
  }
  const Place from = lower.empty() ? Place() : Place(lower.front());
  const auto end = walk_up(graph, from, *parts->steps, parts->label.empty() ? nullptr : &branch,
                           {command, written, AtTheEnd::Stop});
  if (!end) return fail(end.error());
  return End{*end ? Nodes{**end} : Nodes{}, parts->label};
}

/// `label@…` at the beginning keeps to the revisions on that branch.
/// @param range what was typed
/// @return `InvalidRange` where the range begins at a revision and nothing of its end is left
Result<void> keep_to_branch(const RevisionGraph& graph, std::string_view range, const std::string& label,
                            const Nodes& lower, Nodes& upper, const TypedCommand& command) {
  const auto labelled = graph.find_label(label);
  const std::string from(range.substr(0, range.find(':')));
  const auto named = find_branch_for(graph, label, from, command);
  if (!named) return fail(named.error());
  const Members lineage = lineage_of(graph, *named);
  const std::vector<std::string> written = ids_of(graph, upper);
  std::erase_if(upper, [&](Index node) {
    if (!labelled) return !lineage[node];
    const auto labels = graph.labels(node);
    return !std::binary_search(labels.begin(), labels.end(), label);
  });
  if (!upper.empty() || written.empty() || lower.empty()) return {};
  return invalid("The range " + quoted(range) + " is empty: its end (" + join_words(written) +
                 ") is not on the branch " + quoted(label) +
                 ", to which its beginning keeps. Leave the label out, "
                 "or end it on that branch.");
}

tl::unexpected<Error> not_below(const RevisionGraph& graph, std::string_view range, Index node,
                                const Nodes& upper) {
  const std::string& id = graph.at(node).id;
  if (upper.empty()) {
    return invalid("The range " + quoted(range) + " is empty: it ends at base, or at a database to which " +
                   "nothing is applied, and begins at revision " + id +
                   ". What comes after that: " + std::string(kCommand) + " " + id + ":.");
  }
  return invalid("The range " + quoted(range) + " is empty: revision " + id + " is not below its end (" +
                 join_words(ids_of(graph, upper)) + "). Write the older end first: " + std::string(kCommand) +
                 " OLDER:NEWER.");
}

Result<Nodes> between(const RevisionGraph& graph, std::string_view range, const Nodes& lower,
                      const Nodes& upper) {
  Members chosen = ancestors_of(graph, upper, Along::Needs);
  if (lower.empty()) return newest_first(graph, chosen);
  for (const Index node : lower) {
    if (!chosen[node]) return not_below(graph, range, node, upper);
  }
  const Members below = needed_by(graph, lower);
  const Members above = descendants_of(graph, lower, Along::Parents);
  const Members ends = with(Members(graph.size(), false), lower);
  for (Index node = 0; node < graph.size(); ++node) {
    chosen[node] = chosen[node] && above[node] && (ends[node] || !below[node]);
  }
  return newest_first(graph, chosen);
}

}  // namespace

Nodes whole_history(const RevisionGraph& graph) {
  return newest_first(graph, Members(graph.size(), true));
}

Nodes branch_points(const RevisionGraph& graph) {
  Nodes points = whole_history(graph);
  std::erase_if(points, [&graph](Index node) { return graph.children(node).size() < 2; });
  return points;
}

namespace {

/// @param advise whether errors say what to type instead: not in the look that tells whether that would do
Result<Nodes> slice(const RevisionGraph& graph, const std::vector<std::string>& rows, std::string_view range,
                    bool advise) {
  const std::size_t colon = range.find(':');
  if (colon == std::string_view::npos || range.find(':', colon + 1) != std::string_view::npos) {
    return invalid(quoted(range) + " is no range. Write athanor history -r FROM:TO, FROM: or :TO.");
  }
  std::string from(range.substr(0, colon));
  std::string to(range.substr(colon + 1));
  TypedCommand first, last;
  if (advise) {
    first = {std::string(kCommand) + " {}:" + to, [&, rest = ":" + to](const std::string& id) {
               return slice(graph, rows, id + rest, false).has_value();
             }};
    last = {std::string(kCommand) + " " + from + ":{}", [&, rest = from + ":"](const std::string& id) {
              return slice(graph, rows, rest + id, false).has_value();
            }};
  }
  if (from.empty()) from = "base";
  if (to.empty()) to = "heads";
  const bool down = counts_from_the_other(graph, from);
  const bool up = counts_from_the_other(graph, to);
  if (down && up) {
    return invalid("Both ends of the range " + quoted(range) +
                   " count from the other. Name one: athanor history -r -3:current.");
  }
  auto lower = down ? Result<End>(End{}) : absolute_end(graph, rows, from, first);
  if (!lower) return fail(lower.error());
  auto upper = up ? counted_up(graph, to, lower->nodes, last, first) : absolute_end(graph, rows, to, last);
  if (!upper) return fail(upper.error());
  if (const std::string label = down ? parse_target(graph, from)->label : lower->label; !label.empty()) {
    const auto kept = keep_to_branch(graph, range, label, lower->nodes, upper->nodes, first);
    if (!kept) return fail(kept.error());
  }
  if (down) lower = counted_down(graph, from, upper->nodes, first);
  if (!lower) return fail(lower.error());
  return between(graph, range, lower->nodes, upper->nodes);
}

/// Where SQL on paper begins, and what it goes to.
Result<OfflineRange> ends_on_paper(const RevisionGraph& graph, std::string_view range, Direction direction,
                                   bool advise);

/// Whether a migration on paper would be planned.
bool leads_somewhere(const RevisionGraph& graph, const std::string& range, Direction direction) {
  const auto ends = ends_on_paper(graph, range, direction, false);
  if (!ends) return false;
  return direction == Direction::Upgrade
             ? resolve_upgrade_target(graph, ends->rows, ends->target, {}).has_value()
             : resolve_downgrade_target(graph, ends->rows, ends->target, {}).has_value();
}

/// A downgrade on paper is told where it begins, and so can't be told that its end is not applied.
Result<void> check_goes_down(const RevisionGraph& graph, const std::string& from, const std::string& to,
                             const std::vector<std::string>& rows) {
  const auto target = resolve_target(graph, to);
  if (!target || target->is_base || target->revisions.size() != 1) return {};  // told where it is planned
  const std::string& end = target->revisions.front();
  const Index node = *graph.find(end);
  const Nodes begin = nodes_of(graph, rows);
  if (ancestors_of(graph, begin, Along::Needs)[node]) return {};
  const Members above_end = descendants_of(graph, begin, Along::Parents);
  const std::string place = rows.empty() ? "base" : join_words(rows);
  if (!rows.empty() && !above_end[node]) {
    return invalid("The range " + quoted(from + ":" + to) + " leads nowhere: revision " + end +
                   " is not below its beginning, " + place +
                   ", nor above it. athanor history --graph shows the lines.");
  }
  return invalid("The range " + quoted(from + ":" + to) + " goes up, from " + place + " to revision " + end +
                 ", and a downgrade goes down: athanor downgrade --sql " + to + ":" + from +
                 ". To go up: athanor upgrade --sql " + from + ":" + to + ".");
}

}  // namespace

Result<Nodes> revision_range(const RevisionGraph& graph, const std::vector<std::string>& rows,
                             std::string_view range) {
  return slice(graph, rows, range, true);
}

namespace {

Result<OfflineRange> ends_on_paper(const RevisionGraph& graph, std::string_view range, Direction direction,
                                   bool advise) {
  const std::string command = direction == Direction::Upgrade ? "athanor upgrade" : "athanor downgrade";
  const std::size_t colon = range.find(':');
  if (colon == std::string_view::npos && direction == Direction::Upgrade) {
    return OfflineRange{{}, std::string(range)};
  }
  const std::string from(range.substr(0, std::min(colon, range.size())));
  const std::string to(colon == std::string_view::npos ? "" : range.substr(colon + 1));
  if (direction == Direction::Downgrade && (from.empty() || to.empty())) {
    return invalid(
        "A downgrade with --sql needs both ends, since no database says where it begins: " + command +
        " FROM:" + (to.empty() ? (colon == std::string_view::npos ? std::string(range) : "TO") : to) +
        " --sql.");
  }
  if (to.empty() || to.find(':') != std::string::npos) {
    return invalid(quoted(range) + " is no range. Write " + command + " FROM:TO --sql.");
  }
  if (from.empty()) return OfflineRange{{}, to};
  const auto parts = parse_target(graph, from);
  if (!parts) return fail(parts.error());
  if (from == "current" || (parts->steps && parts->symbol.empty())) {
    return invalid("The range " + quoted(range) + " begins at " + quoted(from) +
                   ", which counts from a database that --sql does not ask. Name the revision: " + command +
                   " ID:" + to + " --sql.");
  }
  TypedCommand begins_at;
  if (advise) {
    begins_at = {command + " {}:" + to + " --sql", [&, rest = ":" + to](const std::string& id) {
                   return leads_somewhere(graph, id + rest, direction);
                 }};
  }
  const auto start = absolute_end(graph, {}, from, begins_at);
  if (!start) return fail(start.error());
  const std::vector<std::string> rows = ids_of(graph, start->nodes);
  if (rows.size() > 1) {
    return invalid("The range " + quoted(range) + " begins at several revisions: " + join_words(rows) + "." +
                   offer("Begin at one of them", begins_at, rows));
  }
  if (direction == Direction::Downgrade) {
    if (auto down = check_goes_down(graph, from, to, rows); !down) return fail(std::move(down.error()));
  }
  return OfflineRange{rows, to};
}

}  // namespace

Result<OfflineRange> offline_range(const RevisionGraph& graph, std::string_view range, Direction direction) {
  return ends_on_paper(graph, range, direction, true);
}

}  // namespace athanor
