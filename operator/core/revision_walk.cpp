#include "core/revision_walk.hpp"

#include <algorithm>
#include <vector>

#include "core/revision_query.hpp"
#include "core/target_advice.hpp"
#include "core/words.hpp"

namespace athanor {
namespace {

using Index = RevisionGraph::Index;

std::string quoted(std::string_view text) {
  return "\"" + std::string(text) + "\"";
}

std::vector<Index> above(const RevisionGraph& graph, Place place, const Members* branch) {
  std::vector<Index> next;
  if (place) {
    next.assign(graph.children(*place).begin(), graph.children(*place).end());
  } else {
    for (const std::string& base : graph.bases()) next.push_back(*graph.find(base));
  }
  if (branch != nullptr) std::erase_if(next, [branch](Index node) { return !(*branch)[node]; });
  return next;
}

std::vector<Place> below(const RevisionGraph& graph, Place place) {
  if (!place) return {};
  const auto parents = graph.parents(*place);
  if (parents.empty()) return {Place()};
  return {parents.begin(), parents.end()};
}

/// @param next the places one step on
template <class Next>
Reach reach(std::vector<Place> from, int steps, AtTheEnd at_the_end, Next next) {
  Reach reached{std::move(from), 0};
  std::vector<Place> ends;
  for (; reached.steps < steps; ++reached.steps) {
    std::vector<Place> further;
    for (const Place place : reached.places) {
      const auto on = next(place);
      further.insert(further.end(), on.begin(), on.end());
      if (on.empty()) ends.push_back(place);
    }
    if (further.empty()) break;
    std::sort(further.begin(), further.end());
    further.erase(std::unique(further.begin(), further.end()), further.end());
    reached.places = std::move(further);
  }
  if (at_the_end == AtTheEnd::Refuse) return reached;
  if (reached.steps == steps) ends.insert(ends.end(), reached.places.begin(), reached.places.end());
  return {std::move(ends), steps};
}

/// Places as the command is told them.
std::vector<std::string> named(const RevisionGraph& graph, const std::vector<Place>& places,
                               const Walk& walk) {
  constexpr std::size_t kMost = 20;  // a name may take a plan, and no message holds as many
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(places.size(), kMost); ++i) {
    std::string name = walk.name ? walk.name(places[i]) : places[i] ? graph.at(*places[i]).id : "base";
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

std::string in_steps(int steps) {
  return std::to_string(steps) + (steps == 1 ? " step" : " steps");
}

tl::unexpected<Error> ambiguous(const Walk& walk, const std::string& why, const std::string& way) {
  return fail(ErrorKind::Terminal, "AmbiguousTarget",
              "The target " + quoted(walk.expression) + " is ambiguous: " + why + way);
}

tl::unexpected<Error> too_far(const RevisionGraph& graph, Place end, int walked, int steps,
                              std::string_view where, const Walk& walk) {
  const std::string way = walked > 0 ? offer("To go as far as that", walk.command, named(graph, {end}, walk))
                          : walk.command.empty() ? ""
                                                 : " athanor history lists all revisions.";
  return fail(ErrorKind::Terminal, "InvalidTarget",
              "The target " + quoted(walk.expression) + " is " + in_steps(steps) + " " + std::string(where) +
                  ", and after " + std::to_string(walked) + " there is nothing " + std::string(where) + " " +
                  describe(graph, end) + "." + way);
}

}  // namespace

std::string describe(const RevisionGraph& graph, Place place) {
  return place ? "revision " + graph.at(*place).id : "base";
}

Reach reach_up(const RevisionGraph& graph, const std::vector<Place>& from, int steps, const Members* branch,
               AtTheEnd at_the_end) {
  return reach(from, steps, at_the_end, [&](Place place) {
    const std::vector<Index> next = above(graph, place, branch);
    return std::vector<Place>(next.begin(), next.end());
  });
}

Reach reach_down(const RevisionGraph& graph, const std::vector<Place>& from, int steps, AtTheEnd at_the_end) {
  return reach(from, steps, at_the_end, [&graph](Place place) { return below(graph, place); });
}

std::string which_way(const RevisionGraph& graph, const Reach& reach, int steps, std::string_view where,
                      const Walk& walk) {
  if (reach.steps < steps) {
    std::string way = ", and nothing is " + in_steps(steps) + " " + std::string(where) + ".";
    if (reach.steps == 0) return way + (walk.command.empty() ? "" : " athanor history lists all revisions.");
    return way + offer("The furthest, " + in_steps(reach.steps) + " " + std::string(where), walk.command,
                       named(graph, reach.places, walk));
  }
  const std::vector<std::string> names = named(graph, reach.places, walk);
  const std::string words =
      names.size() == 1 ? "Only one is " + in_steps(steps) + " " + std::string(where) : "Choose one";
  return "." + offer(words, walk.command, names);
}

Result<Place> walk_up(const RevisionGraph& graph, Place from, int steps, const Members* branch,
                      const Walk& walk) {
  const Place start = from;
  for (int walked = 0; walked < steps; ++walked) {
    const std::vector<Index> next = above(graph, from, branch);
    if (next.empty()) {
      if (walk.at_the_end == AtTheEnd::Stop) return from;
      return too_far(graph, from, walked, steps, "above", walk);
    }
    if (next.size() > 1) {
      return ambiguous(
          walk, join_words(ids_of(graph, next)) + " come after " + describe(graph, from),
          which_way(graph, reach_up(graph, {start}, steps, branch, walk.at_the_end), steps, "above", walk));
    }
    from = next.front();
  }
  return from;
}

Result<Place> walk_down(const RevisionGraph& graph, Place from, int steps, const Walk& walk) {
  const Place start = from;
  for (int walked = 0; walked < steps; ++walked) {
    if (!from) {
      if (walk.at_the_end == AtTheEnd::Stop) return from;
      return too_far(graph, from, walked, steps, "below", walk);
    }
    const auto parents = graph.parents(*from);
    if (parents.size() > 1) {
      const std::vector<Index> merged(parents.begin(), parents.end());
      return ambiguous(
          walk, describe(graph, from) + " merges " + join_words(ids_of(graph, merged)),
          which_way(graph, reach_down(graph, {start}, steps, walk.at_the_end), steps, "below", walk));
    }
    from = parents.empty() ? Place() : Place(parents.front());
  }
  return from;
}

Result<Place> place_of(const RevisionGraph& graph, const std::string& absolute, const TypedCommand& command) {
  const auto target = resolve_target(graph, absolute, command);
  if (!target) return fail(target.error());
  if (target->is_base || target->revisions.empty()) return Place();
  if (target->revisions.size() > 1) {
    return fail(ErrorKind::Terminal, "MultipleHeads",
                "\"" + absolute + "\" means " + std::to_string(target->revisions.size()) +
                    " heads: " + join_words(target->revisions) + "." +
                    offer("Choose one", command, names_of_heads(graph, target->revisions)));
  }
  return Place(*graph.find(target->revisions.front()));
}

}  // namespace athanor
