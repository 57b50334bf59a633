#include "cli/commands/planned_step.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "adapters/sqlite/sqlite_script.hpp"
#include "core/history_check.hpp"
#include "core/sql_script.hpp"
#include "engine/step_work.hpp"

namespace athanor::cli {
namespace {

/// What an interrupted run left of this step.
void note_interruption(PlannedStep& planned, const RevisionGraph& graph, const DatabaseState& state) {
  const auto run = unfinished_run(graph, state);
  if (!run || run->revision != planned.revision->id || run->direction != planned.direction) return;
  planned.done = std::min(run->statements_done, planned.statements.size());
  // Any other statement is committed together with the note that it is done.
  const bool bare = *planned.done < planned.statements.size() &&
                    planned.statements[*planned.done].statement.kind == StatementClass::Bare;
  planned.in_doubt = bare && !run->known_not_in;
}

}  // namespace

std::size_t PlannedStep::destructive() const {
  const auto first = statements.begin() + static_cast<std::ptrdiff_t>(done.value_or(0));
  return count_destructive({first, statements.end()});
}

PlannedStep look_at_step(const RevisionGraph& graph, const PlanStep& step, const DatabaseState& state,
                         ports::Dialect dialect) {
  PlannedStep planned;
  planned.revision = &graph.at(*graph.find(step.revision));
  planned.direction = step.direction;
  if (const auto took = last_duration_ms(state, step.revision, step.direction))
    planned.last_time = std::chrono::milliseconds(*took);
  const SqlSection& section =
      step.direction == Direction::Upgrade ? planned.revision->upgrade : *planned.revision->downgrade;
  auto statements = dialect == ports::Dialect::Sqlite ? sqlite::split_script(section.sql, section.first_line)
                                                      : split_postgres(section.sql, section.first_line);
  if (!statements) {
    planned.refused = std::move(statements.error());
    return planned;
  }
  auto runs = engine::check_statements(*planned.revision, *statements);
  if (runs) runs = engine::check_id_width(step.row_changes, state.version_width);
  if (!runs) planned.refused = std::move(runs.error());
  planned.statements = judge_statements(std::move(*statements));
  note_interruption(planned, graph, state);
  return planned;
}

}  // namespace athanor::cli
