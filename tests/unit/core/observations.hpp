// What a planner may be shown.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "core/planner.hpp"

namespace athanor {

inline Revision revision(std::string id, std::vector<std::string> parents, bool reversible = true) {
  Revision made;
  made.id = id;
  made.down_revisions = std::move(parents);
  made.upgrade = {"SELECT 1", 3, "sum-" + id};
  if (reversible) made.downgrade = SqlSection{"SELECT 2", 5, "down-" + id};
  made.source = id + ".sql";
  return made;
}

inline RevisionInputs inputs_of(std::vector<Revision> revisions) {
  auto graph = RevisionGraph::build(std::move(revisions));
  EXPECT_TRUE(graph.has_value());
  RevisionInputs inputs;
  inputs.digest = digest_of(*graph);
  inputs.graph = std::make_shared<const RevisionGraph>(std::move(*graph));
  return inputs;
}

/// A chain r1 ← r2 ← r3 with r1 and r2 applied: one revision pending, nothing in the way.
inline Observation one_pending() {
  Observation observation;
  observation.inputs = inputs_of({revision("r1", {}), revision("r2", {"r1"}), revision("r3", {"r2"})});
  DatabaseState database;
  database.version_table_exists = true;
  database.version_rows = {"r2"};
  database.applied = {{"r1", {"sum-r1", "2026-11-22T20:00:00Z", 3}},
                      {"r2", {"sum-r2", "2026-11-22T20:00:01Z", 4}}};
  observation.database = database;
  observation.last_known_rows = {"r2"};
  observation.last_rows_known = true;
  return observation;
}

}  // namespace athanor
