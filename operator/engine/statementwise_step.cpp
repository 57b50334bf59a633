#include <utility>

#include <fmt/format.h>

#include "engine/bare_recovery.hpp"
#include "engine/failpoints.hpp"
#include "engine/retry_policy.hpp"
#include "engine/session_state.hpp"
#include "engine/step.hpp"
#include "engine/step_start.hpp"

namespace athanor::engine {

namespace {

/// Holds the session's lock for as long as it lives.
class SessionLock {
 public:
  explicit SessionLock(ports::Database& database) : database_(database) {}
  ~SessionLock() { database_.end_session_lock(); }
  SessionLock(const SessionLock&) = delete;
  SessionLock& operator=(const SessionLock&) = delete;

 private:
  ports::Database& database_;
};

/// One revision with `transaction: off`, while its session lock is held.
class StatementwiseRun {
 public:
  StatementwiseRun(StepContext& context, const StepWork& work) : context_(context), work_(work) {}

  Result<StepReport> run();

 private:
  [[nodiscard]] Result<Start> declare_intent();
  [[nodiscard]] Result<void> restore_settings();
  [[nodiscard]] Result<void> run_next();
  [[nodiscard]] Result<void> run_in_own_transaction(const Statement& statement);
  [[nodiscard]] Result<void> run_bare(const Statement& statement);
  [[nodiscard]] Result<bool> judge_interrupted(const Statement& statement);
  [[nodiscard]] Result<void> note_done();
  [[nodiscard]] Result<StepReport> finish();
  [[nodiscard]] Result<void> record_finish(StepTransaction& transaction);

  [[nodiscard]] Result<StepTransaction> open_checked();
  [[nodiscard]] Result<void> commit_progress(StepTransaction& transaction);
  [[nodiscard]] Error bookkeeping_failed(Error error) const;
  [[nodiscard]] Error statement_failed(Error error, const Statement& statement);
  [[nodiscard]] bool known_not_to_be_in(const Error& error, const Statement& statement);
  void note_failure();
  [[nodiscard]] Result<std::string> next_index(std::size_t statement);
  [[nodiscard]] bool postgres() const { return context_.database.dialect() == ports::Dialect::PostgreSql; }
  [[nodiscard]] Error undecided(const Statement& statement, const BareStatement& bare) const;

  StepContext& context_;
  const StepWork& work_;
  ports::MonoTime begun_ = context_.clock.now();
  StepReport report_;
  std::int64_t seq_ = 0;
  std::size_t done_ = 0;
  std::optional<std::int64_t> index_before_;
  bool was_interrupted_ = false;  ///< whether the next statement is in is not known
};

/// The oid of the index that a statement names, as SQL, to be noted before the statement runs. It has to be
/// asked for before the bookkeeping takes the session's settings away: a search_path decides which index is
/// meant.
Result<std::string> StatementwiseRun::next_index(std::size_t statement) {
  if (!postgres() || statement >= work_.statements.size()) return "NULL";
  const Statement& next = work_.statements[statement];
  if (next.kind != StatementClass::Bare) return "NULL";
  return look_up_index(context_.database, read_bare(next));
}

Result<Start> StatementwiseRun::declare_intent() {
  auto transaction = StepTransaction::open(context_, StepTransaction::Needs::VersionTableAndLedger);
  if (!transaction) return fail(std::move(transaction.error()));
  const View& view = transaction->view();
  auto start = decide_start(view, work_, context_.settings, context_.in_doubt);
  if (!start) return start;
  report_ = report_of(view, start->ownership);
  if (start->kind == StartKind::AlreadyIn) return start;
  if (auto fits = check_id_width(work_, transaction->places().version_width); !fits)
    return fail(fits.error());

  const auto books = transaction->bookkeeping();
  const ActRecord record = act_record(work_, kStateRunning, view);
  if (start->kind == StartKind::Resume) {
    done_ = view.last->statements_done;
    was_interrupted_ = view.last->state == kStateRunning;
    if (auto restored = restore_settings(); !restored) return fail(std::move(restored.error()));
  }
  // Of a statement that was interrupted it was noted before.
  const auto index = was_interrupted_ ? Result<std::string>() : next_index(done_);
  if (!index) return fail(index.error());
  const std::string sql = start->kind == StartKind::Resume ? books.resume_run(view.last->seq, record, *index)
                                                           : books.begin_run(record, *index);
  const auto receipt = transaction->conclude(sql);
  if (!receipt) return fail(receipt.error());
  seq_ = receipt->seq;
  index_before_ = receipt->index_before;
  failpoints::pass(failpoints::kOffBeforeIntentCommit);
  if (auto committed = transaction->commit(); !committed) return fail(std::move(committed.error()));
  failpoints::pass(failpoints::kOffAfterIntent);
  return start;
}

// What the revision set for its session went with the session that was interrupted. The statements that are
// left, and the judgement of the one that was interrupted, need it again: a search_path decides which table
// they mean.
Result<void> StatementwiseRun::restore_settings() {
  for (std::size_t i = 0; i < done_; ++i) {
    const Statement& statement = work_.statements[i];
    if (!sets_for_session(statement)) continue;
    if (auto ran = context_.database.execute(statement); !ran) {
      return fail(statement_failed(std::move(ran.error()), statement));
    }
  }
  return {};
}

Result<StepReport> StatementwiseRun::run() {
  const auto start = declare_intent();
  if (!start) return fail(start.error());
  if (start->kind == StartKind::AlreadyIn) return report_;
  while (done_ < work_.statements.size()) {
    if (auto ran = run_next(); !ran) return fail(std::move(ran.error()));
    was_interrupted_ = false;
  }
  return finish();
}

Result<void> StatementwiseRun::run_next() {
  const Statement& statement = work_.statements[done_];
  if (statement.kind != StatementClass::Bare) return run_in_own_transaction(statement);
  if (was_interrupted_) {
    const auto done = judge_interrupted(statement);
    if (!done) return fail(done.error());
    failpoints::pass(failpoints::kOffAfterJudgement);
    if (*done) return note_done();
  }
  return run_bare(statement);
}

// Opens a transaction and makes sure that the run is still as this session left it: a revision can drop its
// session's lock (pg_advisory_unlock_all), and then another session may have gone on with it.
Result<StepTransaction> StatementwiseRun::open_checked() {
  auto transaction = StepTransaction::open(context_, StepTransaction::Needs::VersionTableAndLedger);
  if (!transaction) return transaction;
  const View& view = transaction->view();
  if (view.rows != work_.rows_before) return fail(version_moved(work_.rows_before, view.rows));
  if (!view.last || view.last->seq != seq_ || view.last->state != kStateRunning ||
      view.last->statements_done != done_) {
    return fail(ErrorKind::Conflict, "VersionMoved", "another session went on with this revision meanwhile");
  }
  return transaction;
}

Result<void> StatementwiseRun::commit_progress(StepTransaction& transaction) {
  const auto index = next_index(done_ + 1);
  if (!index) return fail(index.error());
  const auto receipt =
      transaction.record(transaction.bookkeeping().note_progress(
                             {seq_, done_ + 1, done_checksum(work_.statements, done_ + 1), *index}),
                         work_.rows_before, work_.rows_before);
  if (!receipt) return fail(receipt.error());
  failpoints::pass(failpoints::kOffBeforeProgressCommit);
  if (auto committed = transaction.commit(); !committed) return committed;
  ++done_;
  index_before_ = receipt->index_before;
  failpoints::pass(failpoints::kOffAfterProgress);
  return {};
}

Result<void> StatementwiseRun::run_in_own_transaction(const Statement& statement) {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kOffBeforeStatement);
  auto ran = context_.database.execute(statement);
  if (ran) {
    failpoints::pass(failpoints::kOffAfterStatement);
    ran = commit_progress(*transaction);
  }
  if (ran) return {};
  transaction->rollback();
  if (ran.error().kind == ErrorKind::Terminal) note_failure();
  return fail(statement_failed(std::move(ran.error()), statement));
}

Result<void> StatementwiseRun::run_bare(const Statement& statement) {
  failpoints::pass(failpoints::kOffBeforeStatement);
  if (auto ran = context_.database.execute(statement); !ran) {
    if (known_not_to_be_in(ran.error(), statement)) note_failure();
    return fail(statement_failed(std::move(ran.error()), statement));
  }
  failpoints::pass(failpoints::kOffAfterBareStatement);
  return note_done();
}

Result<void> StatementwiseRun::note_done() {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  auto committed = commit_progress(*transaction);
  if (!committed) return fail(bookkeeping_failed(std::move(committed.error())));
  return {};
}

/// @return whether the statement is in
Result<bool> StatementwiseRun::judge_interrupted(const Statement& statement) {
  const BareStatement bare = read_bare(statement);
  const auto standing = ask_catalog(context_.database, bare, index_before_);
  if (!standing) return fail(standing.error());
  switch (standing->verdict) {
    case Verdict::Done:
      return true;
    case Verdict::Run:
      return false;
    case Verdict::DropAndRun:
    case Verdict::DropLeftovers:
      break;
    case Verdict::StillRunning:
      return fail(ErrorKind::Transient, kStatementStillRunning,
                  fmt::format("{}the statement was begun by an earlier session and is still running in the "
                              "server. Athanor waits for it.",
                              error_prefix(*work_.revision, statement.line)));
    case Verdict::Unknown:
      return fail(undecided(statement, bare));
  }
  if (auto dropped = drop_remains(context_.database, bare, *standing); !dropped) {
    return fail(at_statement(std::move(dropped.error()), *work_.revision, &statement,
                             "An invalid index that this revision left behind could not be dropped."));
  }
  failpoints::pass(failpoints::kOffAfterDrop);
  return false;
}

/// After a bare statement failed: is it certain that nothing of it stayed?
bool StatementwiseRun::known_not_to_be_in(const Error& error, const Statement& statement) {
  const std::string& state = error.site.sqlstate;
  const bool connection_lost = state.starts_with("08") || state.starts_with("57P");
  const bool answered = !connection_lost && (!state.empty() || !postgres());
  if (!answered) return false;
  const BareStatement bare = read_bare(statement);
  if (bare.kind != BareKind::CreateIndex && !bare.reindexes()) return true;
  // The name was taken before the build began.
  if (state == "42P07") return true;
  // A build that failed leaves an invalid index. Dropping it can take as long as the build did, so that is
  // left to the next try where there is one by itself.
  return error.kind == ErrorKind::Terminal && remove_half_built(context_.database, bare, index_before_);
}

/// Notes what is known, so that the rest of the revision may be mended. If that fails, nothing is lost: the
/// next try then judges for itself.
void StatementwiseRun::note_failure() {
  auto transaction = open_checked();
  if (!transaction) return;
  if (transaction->conclude(transaction->bookkeeping().note_failure(seq_))) (void)transaction->commit();
}

Error StatementwiseRun::statement_failed(Error error, const Statement& statement) {
  const bool of_the_statement = error.kind == ErrorKind::Terminal || error.kind == ErrorKind::Transient;
  if (!of_the_statement || error.reason == kLockHeld) return error;
  const std::string before =
      done_ == 0
          ? "No statement of the revision was applied before it"
          : fmt::format("The revision runs statement by statement, and the {} before this one stay applied",
                        done_ == 1 ? "one" : std::to_string(done_));
  const std::string_view next = error.kind == ErrorKind::Transient
                                    ? "it is tried again from here."
                                    : "once this is mended, the run goes on from here.";
  return at_statement(std::move(error), *work_.revision, &statement, fmt::format("{}; {}", before, next));
}

Error StatementwiseRun::undecided(const Statement& statement, const BareStatement& bare) const {
  const std::string why =
      bare.kind == BareKind::CreateIndex
          ? fmt::format(
                "the index {} is invalid, and was there before the statement was begun; drop it or "
                "rebuild it",
                bare.index)
          : std::string("the catalog can't tell whether it is in");
  return Error{
      ErrorKind::Terminal, "InterruptedStatement",
      fmt::format(
          "{}statement {} of {} was interrupted, and {}. Look at the database. If the statement is in, run: "
          "UPDATE {ledger} SET statements_done = {}, state = 'failed' WHERE seq = {seq}; if it is not, run: "
          "UPDATE {ledger} SET state = 'failed' WHERE seq = {seq}; then let the run go on.",
          error_prefix(*work_.revision, statement.line), done_ + 1, work_.statements.size(), why, done_ + 1,
          fmt::arg("ledger", context_.places.ledger), fmt::arg("seq", seq_)),
      ErrorSite{work_.revision->id, work_.revision->source, statement.line, {}}};
}

Error StatementwiseRun::bookkeeping_failed(Error error) const {
  if (error.kind == ErrorKind::Conflict || error.kind == ErrorKind::InDoubt) return error;
  return at_statement(
      std::move(error), *work_.revision, nullptr,
      "The statements of the revision that were run stay applied; the run goes on behind them.");
}

Result<StepReport> StatementwiseRun::finish() {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kOffBeforeFinish);
  if (auto recorded = record_finish(*transaction); !recorded) {
    return fail(bookkeeping_failed(std::move(recorded.error())));
  }
  failpoints::pass(failpoints::kOffAfterFinish);
  return report_;
}

Result<void> StatementwiseRun::record_finish(StepTransaction& transaction) {
  report_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(context_.clock.now() - begun_);
  auto receipt = transaction.record(
      transaction.bookkeeping().finish_run(seq_, report_.duration, work_.step->row_changes),
      work_.rows_before, work_.rows_after);
  if (!receipt) return fail(std::move(receipt.error()));
  report_.at = std::move(receipt->at);
  failpoints::pass(failpoints::kOffBeforeFinishCommit);
  return transaction.commit();
}

}  // namespace

Result<StepReport> run_statement_by_statement(StepContext& context, const StepWork& work) {
  auto locked = context.database.try_session_lock(locked_options(context));
  if (!locked) {
    return fail(
        at_statement(std::move(locked.error()), *work.revision, nullptr, "This run did nothing of it."));
  }
  if (!*locked) {
    return fail(ErrorKind::Transient, kLockHeld,
                "another session holds the lock on this environment's version table");
  }
  const SessionLock lock(context.database);
  failpoints::pass(failpoints::kOffAfterLock);
  return StatementwiseRun(context, work).run();
}

}  // namespace athanor::engine
