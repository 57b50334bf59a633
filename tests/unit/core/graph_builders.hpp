// Revisions for tests in a few words.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/revision_graph.hpp"

namespace athanor::testing {

using Ids = std::vector<std::string>;

/// A revision that can be undone, from a file named after its id.
inline Revision revision(std::string id, Ids parents = {}, Ids depends_on = {}, Ids labels = {}) {
  Revision made;
  made.source = id + ".sql";
  made.id = std::move(id);
  made.down_revisions = std::move(parents);
  made.depends_on = std::move(depends_on);
  made.branch_labels = std::move(labels);
  made.upgrade = {"SELECT 1;", 1, "0f"};
  made.downgrade = SqlSection{};
  return made;
}

/// REQUIRES: the revisions are a graph; the test ends otherwise.
inline RevisionGraph graph_of(std::vector<Revision> revisions) {
  return RevisionGraph::build(std::move(revisions)).value();
}

/// `count` revisions in a row: r000000, r000001, ...
inline std::vector<Revision> chain(std::size_t count) {
  const auto name = [](std::size_t i) {
    const std::string digits = std::to_string(i);
    return "r" + std::string(6 - digits.size(), '0') + digits;
  };
  std::vector<Revision> revisions;
  for (std::size_t i = 0; i < count; ++i) {
    revisions.push_back(revision(name(i), i == 0 ? Ids{} : Ids{name(i - 1)}));
  }
  return revisions;
}

}  // namespace athanor::testing
