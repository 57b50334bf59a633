#include "engine/statementwise_errors.hpp"

#include <utility>

#include <fmt/format.h>

#include "engine/retry_policy.hpp"

namespace athanor::engine {

namespace {

constexpr const char* kInterruptedStatement = "InterruptedStatement";

std::string how_to_go_on(const RunStanding& run) {
  return fmt::format(
      "Look at the database. If the statement is in, run: UPDATE {ledger} SET statements_done = {}, state = "
      "'failed' WHERE seq = {seq}; if it is not, run: UPDATE {ledger} SET state = 'failed' WHERE seq = "
      "{seq}; or do the same with `athanor repair --done {revision}` or `athanor repair --not-done "
      "{revision}`; then let the run go on.",
      run.done + 1, fmt::arg("ledger", run.ledger), fmt::arg("seq", run.seq),
      fmt::arg("revision", run.work.revision->id));
}

std::string how_to_finalize(const BareStatement& bare) {
  return fmt::format(
      "If pg_inherits.inhdetachpending is true for {1}, run ALTER TABLE {0} DETACH PARTITION {1} FINALIZE, "
      "and the statement is in",
      bare.table, bare.partition);
}

std::string what_stays(const RunStanding& run) {
  if (run.done == 0) return "No statement of the revision was applied before it";
  const std::string before =
      run.done == 1 ? "one before this one stays" : fmt::format("{} before this one stay", run.done);
  return fmt::format("The revision runs statement by statement, and the {} applied", before);
}

Error terminal(std::string reason, const Statement& statement, const RunStanding& run,
               std::string_view message) {
  const Revision& revision = *run.work.revision;
  return Error{ErrorKind::Terminal, std::move(reason),
               fmt::format("{}{}", error_prefix(revision, statement.line), message),
               ErrorSite{revision.id, revision.source, statement.line, {}}};
}

}  // namespace

Error statement_failed(Error error, const Statement& statement, const RunStanding& run) {
  const bool of_the_statement = error.kind == ErrorKind::Terminal || error.kind == ErrorKind::Transient;
  if (!of_the_statement || error.reason == kLockHeld) return error;
  std::string next = "the next run goes on from here.";
  // Only the operator begins anew by itself.
  if (error.kind == ErrorKind::Transient && run.audience == Audience::Operator)
    next = "it is tried again from here.";
  if (error.reason == kTransactionEnded) {
    next = fmt::format("whether it did something itself is not known. {}", how_to_go_on(run));
  }
  return at_statement(std::move(error), *run.work.revision, &statement,
                      fmt::format("{}; {}", what_stays(run), next));
}

Error half_detached(Error cause, const Statement& statement, const BareStatement& bare,
                    const RunStanding& run) {
  Error error = at_statement(
      std::move(cause), *run.work.revision, &statement,
      fmt::format("Statement {} of {} may have left its partition half detached. {}. {}", run.done + 1,
                  run.work.statements.size(), how_to_finalize(bare), how_to_go_on(run)));
  error.kind = ErrorKind::Terminal;
  error.reason = kInterruptedStatement;
  return error;
}

Error undecided(const Statement& statement, const BareStatement& bare, const RunStanding& run) {
  std::string why =
      bare.kind == BareKind::CreateIndex
          ? fmt::format(
                "the index {} is invalid, and was there before the statement was begun; drop it or "
                "rebuild it",
                bare.index)
          : std::string("the catalog can't tell whether it is in");
  if (bare.kind == BareKind::DetachPartition) why += fmt::format(". {}", how_to_finalize(bare));
  return terminal(kInterruptedStatement, statement, run,
                  fmt::format("statement {} of {} was interrupted, and {}. {}", run.done + 1,
                              run.work.statements.size(), why, how_to_go_on(run)));
}

Error temporary_lost(const Statement& statement, const RunStanding& run) {
  return terminal(
      "TemporaryTableLost", statement, run,
      fmt::format(
          "the revision was interrupted after {} of its statements, and the temporary table that this "
          "one made went with the session. If its statements may be run again, let it begin anew: "
          "UPDATE {} SET statements_done = 0, state = 'failed' WHERE seq = {}; else finish it by hand "
          "and stamp the version table. A table that is not temporary outlives an interruption.",
          run.done, run.ledger, run.seq));
}

Error bookkeeping_failed(Error error, const RunStanding& run) {
  if (error.kind == ErrorKind::Conflict || error.kind == ErrorKind::InDoubt) return error;
  return at_statement(
      std::move(error), *run.work.revision, nullptr,
      "The statements of the revision that were run stay applied; the next run goes on behind them.");
}

}  // namespace athanor::engine
