#include <utility>

#include "engine/failpoints.hpp"
#include "engine/step.hpp"
#include "engine/step_start.hpp"

namespace athanor::engine {

namespace {

constexpr std::string_view kRolledBack = "The revision was rolled back; the next run begins with it.";
constexpr std::string_view kTriedAgain = "The revision was rolled back and is tried again.";

constexpr std::string_view kEndedEarly =
    "What the revision had done by then was committed or rolled back with it, and is not recorded: look at "
    "the "
    "database, and put it right by hand before the run goes on.";

/// Only the operator begins anew by itself once this run has given up.
std::string_view aftermath(const Error& error, Audience audience) {
  if (error.reason == kTransactionEnded) return kEndedEarly;
  const bool tries_again = error.kind == ErrorKind::Transient && audience == Audience::Operator;
  return tries_again ? kTriedAgain : kRolledBack;
}

Result<void> run_statements(StepContext& context, const StepWork& work) {
  for (const Statement& statement : work.statements) {
    auto run = context.database.execute(statement);
    if (!run) {
      const auto after = aftermath(run.error(), context.settings.audience);
      return fail(at_statement(std::move(run.error()), *work.revision, &statement, after));
    }
    failpoints::pass(failpoints::kStepAfterStatement);
  }
  return {};
}

Result<Receipt> record_and_commit(StepTransaction& transaction, const StepWork& work,
                                  const ActRecord& record) {
  auto receipt = transaction.record(transaction.bookkeeping().append(record, work.step->row_changes),
                                    work.rows_before, work.rows_after);
  if (!receipt) return receipt;
  failpoints::pass(failpoints::kStepBeforeCommit);
  if (auto committed = transaction.commit(); !committed) return fail(std::move(committed.error()));
  failpoints::pass(failpoints::kStepAfterCommit);
  return receipt;
}

}  // namespace

Result<StepReport> run_in_transaction(StepContext& context, const StepWork& work) {
  const auto begun = context.clock.now();
  auto transaction = StepTransaction::open(context, StepTransaction::Needs::VersionTableAndLedger);
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kStepAfterBegin);
  const auto start = decide_start(transaction->view(), work, context.settings, context.in_doubt);
  if (!start) return fail(start.error());
  StepReport report = report_of(transaction->view(), start->ownership);
  if (start->kind == StartKind::AlreadyIn) return report;
  if (auto fits = check_id_width_now(context, *transaction, work); !fits) return fail(fits.error());

  if (auto run = run_statements(context, work); !run) return fail(std::move(run.error()));
  failpoints::pass(failpoints::kStepBeforeConclude);
  ActRecord record = act_record(work, kStateDone, transaction->view(), *start);
  const auto elapsed = [&] {
    return std::chrono::duration_cast<std::chrono::milliseconds>(context.clock.now() - begun);
  };
  record.duration = elapsed();
  auto receipt = record_and_commit(*transaction, work, record);
  if (!receipt) {
    const ErrorKind kind = receipt.error().kind;
    if (kind == ErrorKind::Conflict || kind == ErrorKind::InDoubt) return fail(std::move(receipt.error()));
    const auto after = aftermath(receipt.error(), context.settings.audience);
    return fail(not_recorded(std::move(receipt.error()), work, after));
  }
  report.duration = elapsed();
  report.recorded = record.duration;
  report.at = std::move(receipt->at);
  return report;
}

}  // namespace athanor::engine
