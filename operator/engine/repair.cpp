#include "engine/repair.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "engine/failpoints.hpp"
#include "engine/step_start.hpp"

namespace athanor::engine {

namespace {

Error planned_from_else(const std::string& revision) {
  return Error{ErrorKind::Conflict, "VersionMoved",
               fmt::format("the ledger says something else of the revision {} now than when the repair was "
                           "planned: somebody else works on this database too",
                           revision),
               ErrorSite{.revision = revision}};
}

Result<StepReport> commit(StepTransaction& transaction, StepReport report) {
  failpoints::pass(failpoints::kRepairBeforeCommit);
  if (auto committed = transaction.commit(); !committed) return fail(std::move(committed.error()));
  failpoints::pass(failpoints::kRepairAfterCommit);
  return report;
}

/// @return whether there is something to write
Result<bool> still_edited(StepContext& context, const StepTransaction& transaction,
                          const Acceptance& acceptance) {
  const auto history = read_history(context, transaction);
  if (!history) return fail(history.error());
  const auto act = history->applied.find(acceptance.revision);
  if (act == history->applied.end()) return fail(planned_from_else(acceptance.revision));
  if (act->second.checksum == acceptance.checksum) return false;
  if (act->second.checksum != acceptance.recorded) return fail(planned_from_else(acceptance.revision));
  return true;
}

// An open run has to stay the last row: the act gets its place, and the run the next.
Result<std::int64_t> free_place(StepContext& context, const StepTransaction& transaction) {
  const View& view = transaction.view();
  if (!view.last || !view.last->open()) return next_seq(view);
  const std::int64_t place = view.last->seq;
  if (auto moved = context.database.query(transaction.bookkeeping().move_run(place)); !moved)
    return fail(std::move(moved.error()));
  return place;
}

enum class MarkStart { Write, IsSo };

Result<MarkStart> decide_mark(const View& view, const StatementMark& mark) {
  const bool done = mark.verdict == StatementVerdict::Done;
  const auto& last = view.last;
  const bool same_run = last && last->revision == mark.revision && last->act == act_of(mark.direction) &&
                        last->state != kStateDone && last->state != kStateOvertaken;
  if (!same_run) return fail(planned_from_else(mark.revision));
  if (last->state == kStateFailed && last->statements_done == mark.statements_done + (done ? 1 : 0))
    return MarkStart::IsSo;
  const bool in_doubt = last->state == kStateRunning || last->state == kStateStarted;
  if (!in_doubt || last->statements_done != mark.statements_done)
    return fail(planned_from_else(mark.revision));
  return MarkStart::Write;
}

}  // namespace

Result<StepReport> accept_revision(StepContext& context, const Revision& file, const Acceptance& acceptance) {
  auto transaction = StepTransaction::open(context, StepTransaction::Needs::LedgerOnly);
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kRepairAfterBegin);
  const auto ownership = guard_owner(transaction->view(), context.settings);
  if (!ownership) return fail(ownership.error());
  StepReport report = report_of(transaction->view(), *ownership);
  const auto edited = still_edited(context, *transaction, acceptance);
  if (!edited) return fail(edited.error());
  if (!*edited) return report;
  const auto place = free_place(context, *transaction);
  if (!place) return fail(place.error());
  ActRecord record;
  record.seq = *place;
  record.act = kActAccept;
  record.revision = acceptance.revision;
  record.checksum = acceptance.checksum;
  record.downgrade = file.downgrade ? &*file.downgrade : nullptr;
  auto receipt = transaction->conclude(transaction->bookkeeping().append(record));
  if (!receipt) return fail(std::move(receipt.error()));
  report.at = std::move(receipt->at);
  return commit(*transaction, std::move(report));
}

Result<StepReport> mark_statement(StepContext& context, const StatementMark& mark,
                                  const std::string& done_checksum) {
  auto transaction = StepTransaction::open(context, StepTransaction::Needs::LedgerOnly);
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kRepairAfterBegin);
  const auto ownership = guard_owner(transaction->view(), context.settings);
  if (!ownership) return fail(ownership.error());
  StepReport report = report_of(transaction->view(), *ownership);
  const auto start = decide_mark(transaction->view(), mark);
  if (!start) return fail(start.error());
  if (*start == MarkStart::IsSo) return report;
  const std::int64_t seq = transaction->view().last->seq;
  const auto books = transaction->bookkeeping();
  const std::string sql = mark.verdict == StatementVerdict::Done
                              ? books.mark_done(seq, mark.statements_done + 1, done_checksum)
                              : books.note_failure(seq);
  auto receipt = transaction->conclude(sql);
  if (!receipt) return fail(std::move(receipt.error()));
  report.at = std::move(receipt->at);
  return commit(*transaction, std::move(report));
}

}  // namespace athanor::engine
