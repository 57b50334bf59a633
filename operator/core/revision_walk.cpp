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

tl::unexpected<Error> too_far(const RevisionGraph& graph, Place end, int walked, int steps,
                              std::string_view where, const Walk& walk) {
  return fail(ErrorKind::Terminal, "InvalidTarget",
              "The target " + quoted(walk.expression) + " is " + std::to_string(steps) +
                  (steps == 1 ? " step " : " steps ") + std::string(where) + ", and after " +
                  std::to_string(walked) + " there is nothing " + std::string(where) + " " +
                  describe(graph, end) + ".");
}

}  // namespace

std::string describe(const RevisionGraph& graph, Place place) {
  return place ? "revision " + graph.at(*place).id : "base";
}

Result<Place> walk_up(const RevisionGraph& graph, Place from, int steps, const Members* branch,
                      const Walk& walk) {
  for (int walked = 0; walked < steps; ++walked) {
    const std::vector<Index> next = above(graph, from, branch);
    if (next.empty()) {
      if (walk.at_the_end == AtTheEnd::Stop) return from;
      return too_far(graph, from, walked, steps, "above", walk);
    }
    if (next.size() > 1) {
      return fail(ErrorKind::Terminal, "AmbiguousTarget",
                  "The target " + quoted(walk.expression) + " is ambiguous: " +
                      join_words(ids_of(graph, next)) + " come after " + describe(graph, from) +
                      ". Choose one: " + any_of_commands(walk.command, ids_of(graph, next)) + ".");
    }
    from = next.front();
  }
  return from;
}

Result<Place> walk_down(const RevisionGraph& graph, Place from, int steps, const Walk& walk) {
  for (int walked = 0; walked < steps; ++walked) {
    if (!from) {
      if (walk.at_the_end == AtTheEnd::Stop) return from;
      return too_far(graph, from, walked, steps, "below", walk);
    }
    const auto parents = graph.parents(*from);
    if (parents.size() > 1) {
      const std::vector<std::string> ids = ids_of(graph, std::vector<Index>(parents.begin(), parents.end()));
      return fail(ErrorKind::Terminal, "AmbiguousTarget",
                  "The target " + quoted(walk.expression) + " is ambiguous: " + describe(graph, from) +
                      " merges " + join_words(ids) + ". Choose one: " + any_of_commands(walk.command, ids) +
                      ".");
    }
    from = parents.empty() ? Place() : Place(parents.front());
  }
  return from;
}

Result<Place> place_of(const RevisionGraph& graph, const std::string& absolute, std::string_view command) {
  const auto target = resolve_target(graph, absolute, command);
  if (!target) return fail(target.error());
  if (target->is_base || target->revisions.empty()) return Place();
  if (target->revisions.size() > 1) {
    return fail(ErrorKind::Terminal, "MultipleHeads",
                "\"" + absolute + "\" means " + std::to_string(target->revisions.size()) +
                    " heads: " + join_words(target->revisions) + ". Choose one: " +
                    any_of_commands(command, names_of_heads(graph, target->revisions)) + ".");
  }
  return Place(*graph.find(target->revisions.front()));
}

}  // namespace athanor
