// Plans: which revisions to run, in which order, and what each does to the version table
// (Alembic's runtime/migration.py, HeadMaintainer, is the model of the row changes).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/revision_graph.hpp"
#include "core/revision_query.hpp"

namespace athanor {

/// One write to the version table. Each must touch exactly one row.
struct RowChange {
  enum class Kind { Insert, Delete, Update };
  Kind kind = Kind::Insert;
  std::string from;  ///< Delete and Update: the row that goes
  std::string to;    ///< Insert and Update: the row that comes

  bool operator==(const RowChange&) const = default;
};

struct PlanStep {
  std::string revision;
  Direction direction = Direction::Upgrade;
  /// In the order to run them. Whole row sets are not kept: a plan over 10,000 heads would hold 50 million.
  std::vector<RowChange> row_changes;

  bool operator==(const PlanStep&) const = default;
};

struct Plan {
  std::vector<std::string> rows_before;  ///< version rows that the plan starts from, sorted
  std::vector<PlanStep> steps;

  [[nodiscard]] bool empty() const { return steps.empty(); }
  bool operator==(const Plan&) const = default;
};

/// The version rows once `step` is in.
/// @param rows those that the step starts from, sorted
/// @return sorted
[[nodiscard]] std::vector<std::string> rows_after(std::vector<std::string> rows, const PlanStep& step);

/// Everything between the database's rows and the target: ancestors(target, dependencies included) minus
/// ancestors(current), topologically sorted as Alembic sorts them.
/// @param rows the version table's rows
/// @return Terminal `UnknownRevision` for a row that the graph does not have; Terminal
/// `OverlappingVersionRows` for a row that another row already includes (Alembic refuses those too)
[[nodiscard]] Result<Plan> plan_upgrade(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                        const Target& target);

/// What must be undone to be at the target (which itself stays): descendants of its children, dependents
/// included, that are active. Whether a target may be gone back to at all is the caller's to decide: a
/// manifest's only where it is explicit (Target::is_explicit), a person's as it was typed.
/// @return Terminal `UnknownRevision`, `OverlappingVersionRows`; Terminal `Irreversible`, naming the
/// revisions, if a step has no downgrade section;
///   Terminal `InvalidTarget` if the target is neither base nor one revision, or is not applied
[[nodiscard]] Result<Plan> plan_downgrade(const RevisionGraph& graph, const std::vector<std::string>& rows,
                                          const Target& target);

/// The same plan with the step of one revision first, which a half-done one must be; its row changes as they
/// are in that order. Unchanged if the plan has no such step, or another has to come before it. REQUIRES:
/// `plan` was made for `graph`
[[nodiscard]] Plan begin_with(const RevisionGraph& graph, Plan plan, std::string_view revision,
                              Direction direction);

/// The revisions that version rows stand for: the rows and all that they descend from or depend on, in
/// topological order.
/// @return Terminal `UnknownRevision` for a row that the graph does not have
[[nodiscard]] Result<std::vector<RevisionGraph::Index>> applied_revisions(
    const RevisionGraph& graph, const std::vector<std::string>& rows);

}  // namespace athanor
