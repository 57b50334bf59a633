// What a migrator does to a database beside running revisions.
#include <utility>

#include "core/adoption.hpp"
#include "core/words.hpp"
#include "engine/adopt.hpp"
#include "engine/migrator.hpp"
#include "engine/repair.hpp"
#include "engine/stamp.hpp"
#include "engine/step.hpp"
#include "engine/step_start.hpp"

namespace athanor::engine {

namespace {

Error nothing_there(const std::string& file) {
  return Error{
      ErrorKind::Terminal, kAdoptionMismatch,
      "There is no database " + file +
          " that could be adopted. Nothing was made; look at the URL, whose relative path counts from "
          "the working directory.",
      ErrorSite{.file = file}};
}

}  // namespace

Result<Claim> Migrator::claim(std::stop_token stop, const std::stop_token& cancel) {
  Progress unwatched;
  return claim(unwatched, std::move(stop), cancel);
}

Result<Claim> Migrator::claim(Progress& progress, std::stop_token stop, const std::stop_token& cancel) {
  return act([](StepContext& context) { return record_owner(context); }, progress, std::move(stop), cancel);
}

Result<Claim> Migrator::stamp(const RevisionGraph& graph, StampOrder order, Progress& progress,
                              std::stop_token stop, const std::stop_token& cancel) {
  const auto work = prepare_stamp(graph, std::move(order));
  if (!work) return fail(work.error());
  return act([&](StepContext& context) { return stamp_rows(context, *work); }, progress, std::move(stop),
             cancel);
}

Result<Claim> Migrator::ensure_version(Progress& progress, std::stop_token stop,
                                       const std::stop_token& cancel) {
  return act([](StepContext& context) { return create_version_table(context); }, progress, std::move(stop),
             cancel);
}

Result<ForeignHistory> Migrator::read_foreign(const DatabaseState& state, const AdoptionRequest& request) {
  if (auto located = locate(); !located) return fail(std::move(located.error()));
  auto tables = find_foreign_tables(*database_, request);
  if (!tables) return fail(std::move(tables.error()));
  const bool names_own = std::erase_if(*tables, [&](const auto& each) {
                           return is_version_table(each, *database_, *places_);
                         }) > 0;
  const bool names_nothing = !request.table.empty() && tables->empty() && !names_own;
  if (names_nothing) return fail(choose_foreign_table({}, request).error());
  if (request.from) std::erase_if(*tables, [&](const auto& each) { return each.tool != *request.from; });
  // Alembic's version table is the very one that Athanor uses.
  const bool may_be_alembic = !request.from || *request.from == MigrationTool::Alembic;
  if (may_be_alembic && tables->empty() && !state.version_rows.empty()) {
    ForeignHistory own{MigrationTool::Alembic, places_->version_table, {}};
    for (const std::string& row : state.version_rows) own.versions.push_back({row, false, true});
    return own;
  }
  if (!is_adoptable(state)) {
    const std::string rows = state.version_rows.empty() ? "base" : join_words(state.version_rows);
    return fail(ErrorKind::Terminal, "NothingToAdopt",
                "Alembic or Athanor has worked on this database already: it is at " + rows +
                    ". Nothing was changed; to move it without running anything, stamp it.");
  }
  return read_foreign_history(*database_, *places_, request);
}

Result<Adoption> Migrator::plan_adoption(const RevisionGraph& graph, const AdoptionRequest& request,
                                         const std::stop_token& cancel) {
  const auto state = read_state(cancel);
  if (!state) return fail(state.error());
  if (!state->absent_file.empty()) return fail(nothing_there(state->absent_file));
  if (auto ours = check_owner(*state, settings_); !ours) return fail(std::move(ours.error()));
  const std::stop_callback on_cancel(cancel, [this] { database_.cancel(); });
  const auto history = read_foreign(*state, request);
  end_reading();
  if (!history && history.error().kind == ErrorKind::Transient) forget_session();
  if (!history) return fail(history.error());
  auto adoption = athanor::plan_adoption(graph, *history);
  if (adoption) adoption->claims_only = history->table == places_->version_table;
  return adoption;
}

Result<Claim> Migrator::adopt(const RevisionGraph& graph, const Adoption& adoption,
                              const AdoptionRequest& request, Progress& progress, std::stop_token stop,
                              const std::stop_token& cancel) {
  const auto attempt = [&](StepContext& context) {
    return adoption.claims_only ? record_owner(context) : adopt_rows(context, graph, adoption, request);
  };
  return act(attempt, progress, std::move(stop), cancel);
}

Result<Claim> Migrator::accept(const RevisionGraph& graph, const Acceptance& acceptance, Progress& progress,
                               std::stop_token stop, const std::stop_token& cancel) {
  const Revision& file = graph.at(*graph.find(acceptance.revision));
  return act([&](StepContext& context) { return accept_revision(context, file, acceptance); }, progress,
             std::move(stop), cancel);
}

Result<StatementMark> Migrator::plan_mark(const RevisionGraph& graph, const std::string& revision,
                                          StatementVerdict verdict, const std::stop_token& cancel) {
  const auto state = read_state(cancel);
  if (!state) return fail(state.error());
  if (auto ours = check_owner(*state, settings_); !ours) return fail(std::move(ours.error()));
  const SqlSection* const section =
      state->interrupted ? interrupted_section(graph, *state->interrupted) : nullptr;
  const auto statements = section == nullptr ? Result<std::vector<Statement>>()
                                             : database_->split(section->sql, section->first_line);
  return athanor::plan_mark(graph, *state, statements.value_or(std::vector<Statement>()), revision, verdict);
}

Result<Claim> Migrator::mark(const RevisionGraph& graph, const StatementMark& mark, Progress& progress,
                             std::stop_token stop, const std::stop_token& cancel) {
  InterruptedRun run;
  run.revision = mark.revision;
  run.direction = mark.direction;
  const SqlSection* const section = interrupted_section(graph, run);
  const auto attempt = [&](StepContext& context) -> Result<StepReport> {
    std::string checksum;
    if (section != nullptr && mark.verdict == StatementVerdict::Done) {
      const auto statements = context.database.split(section->sql, section->first_line);
      if (!statements) return fail(statements.error());
      checksum = done_checksum(*statements, mark.statements_done + 1);
    }
    return mark_statement(context, mark, checksum);
  };
  return act(attempt, progress, std::move(stop), cancel);
}

}  // namespace athanor::engine
