#include <span>
#include <utility>

#include <fmt/format.h>

#include "engine/bare_recovery.hpp"
#include "engine/failpoints.hpp"
#include "engine/retry_policy.hpp"
#include "engine/session_state.hpp"
#include "engine/statementwise_errors.hpp"
#include "engine/step.hpp"
#include "engine/step_start.hpp"

namespace athanor::engine {

namespace {

constexpr std::string_view kNothingDone = "This run did nothing of it.";

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
  [[nodiscard]] Result<void> restore_session();
  [[nodiscard]] Result<void> run_next();
  [[nodiscard]] Result<void> run_in_own_transaction(const Statement& statement);
  [[nodiscard]] Result<void> run_bare(const Statement& statement);
  [[nodiscard]] Result<bool> judge_interrupted(const Statement& statement);
  [[nodiscard]] Result<void> note_done();
  [[nodiscard]] Result<void> note_started();
  [[nodiscard]] Result<StepReport> finish();
  [[nodiscard]] Result<void> record_finish(StepTransaction& transaction);

  [[nodiscard]] Result<StepTransaction> open_checked();
  [[nodiscard]] Result<void> commit_progress(StepTransaction& transaction);
  [[nodiscard]] bool known_not_to_be_in(const Error& error, const BareStatement& bare);
  void note_failure();
  [[nodiscard]] Result<std::string> next_index(std::size_t statement);
  [[nodiscard]] std::chrono::milliseconds elapsed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(context_.clock.now() - begun_);
  }
  [[nodiscard]] bool postgres() const { return context_.database.dialect() == ports::Dialect::PostgreSql; }
  [[nodiscard]] RunStanding standing() const {
    return {work_, context_.places.ledger, seq_, done_, context_.settings.audience};
  }

  StepContext& context_;
  const StepWork& work_;
  ports::MonoTime begun_ = context_.clock.now();
  std::chrono::milliseconds took_before_{0};  ///< until it was interrupted, as far as the ledger knows
  StepReport report_;
  std::int64_t seq_ = 0;
  std::size_t done_ = 0;
  std::optional<std::int64_t> index_before_;
  std::string done_checksum_;     ///< of the statements that are done
  bool was_interrupted_ = false;  ///< whether the next statement is in is not known
  bool started_ = false;          ///< the ledger says that the next statement was begun
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
  if (auto fits = check_id_width_now(context_, *transaction, work_); !fits) return fail(fits.error());

  const auto books = transaction->bookkeeping();
  const ActRecord record = act_record(work_, kStateRunning, view, *start);
  if (start->kind == StartKind::Resume) {
    seq_ = view.last->seq;
    done_ = view.last->statements_done;
    done_checksum_ = done_checksum(work_.statements, done_);
    took_before_ = std::chrono::milliseconds(view.last->duration_ms);
    started_ = view.last->state == kStateStarted;
    was_interrupted_ = started_ || view.last->state == kStateRunning;
    if (auto restored = restore_session(); !restored) return fail(std::move(restored.error()));
  }
  // Of a statement that was interrupted it was noted before.
  const auto index = was_interrupted_ ? Result<std::string>() : next_index(done_);
  if (!index) return fail(index.error());
  const std::string sql = start->kind == StartKind::Resume ? books.resume_run(view.last->seq, record, *index)
                                                           : books.begin_run(record, *index);
  auto receipt = transaction->conclude(sql);
  if (!receipt && receipt.error().kind == ErrorKind::Conflict) return fail(std::move(receipt.error()));
  if (!receipt) return fail(not_recorded(std::move(receipt.error()), work_, kNothingDone));
  seq_ = receipt->seq;
  index_before_ = receipt->index_before;
  failpoints::pass(failpoints::kOffBeforeIntentCommit);
  if (auto committed = transaction->commit(); !committed) return fail(std::move(committed.error()));
  failpoints::pass(failpoints::kOffAfterIntent);
  return start;
}

// What the revision set for its session went with the session that was interrupted. The statements that are
// left, and the judgement of the one that was interrupted, need it again: a search_path decides which table
// they mean. Temporary tables can't be made again without what was put into them.
Result<void> StatementwiseRun::restore_session() {
  const auto done = std::span(work_.statements).first(done_);
  if (const auto lost = lost_temporary(done))
    return fail(temporary_lost(work_.statements[*lost], standing()));
  for (const Statement& statement : done) {
    if (!sets_for_session(statement)) continue;
    if (auto ran = context_.database.execute(statement); !ran) {
      return fail(statement_failed(std::move(ran.error()), statement, standing()));
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
  if (statement.kind != StatementClass::Bare && !started_) return run_in_own_transaction(statement);
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
  const auto state = started_ ? kStateStarted : kStateRunning;
  if (!view.last || view.last->seq != seq_ || view.last->state != state ||
      view.last->statements_done != done_) {
    return fail(ErrorKind::Conflict, "VersionMoved", "another session went on with this revision meanwhile");
  }
  return transaction;
}

Result<void> StatementwiseRun::commit_progress(StepTransaction& transaction) {
  const auto index = next_index(done_ + 1);
  if (!index) return fail(index.error());
  std::string checksum = done_checksum(done_checksum_, work_.statements[done_]);
  const auto receipt = transaction.record(
      transaction.bookkeeping().note_progress({seq_, done_ + 1, checksum, *index, took_before_ + elapsed()}),
      work_.rows_before, work_.rows_before);
  if (!receipt) return fail(receipt.error());
  failpoints::pass(failpoints::kOffBeforeProgressCommit);
  if (auto committed = transaction.commit(); !committed) return committed;
  ++done_;
  done_checksum_ = std::move(checksum);
  started_ = false;
  index_before_ = receipt->index_before;
  failpoints::pass(failpoints::kOffAfterProgress);
  return {};
}

Result<void> StatementwiseRun::run_in_own_transaction(const Statement& statement) {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kOffBeforeStatement);
  auto ran = context_.database.execute(statement);
  const bool refused = !ran;
  if (ran) {
    failpoints::pass(failpoints::kOffAfterStatement);
    ran = commit_progress(*transaction);
  }
  if (ran) return {};
  transaction->rollback();
  const Error& error = ran.error();
  // What only the server knows: REINDEX TABLE of a partitioned table, for example.
  if (refused && error.site.sqlstate == kNotInATransaction) return run_bare(statement);
  // The session is sound, and has the revision's temporary tables.
  if (refused && context_.wait_to_try_again && context_.wait_to_try_again(error)) return {};
  // Also where it may pass by itself: whoever mends the text in place of waiting finds the run not begun, or
  // begun as far as the statements before.
  const bool undone = error.kind == ErrorKind::Terminal || (refused && (error.answered || !postgres()));
  if (undone && error.reason != kTransactionEnded) note_failure();
  return fail(statement_failed(std::move(ran.error()), statement, standing()));
}

Result<void> StatementwiseRun::run_bare(const Statement& statement) {
  const BareStatement bare = read_bare(statement);
  if (bare.needs_mark()) {
    if (auto noted = note_started(); !noted) return noted;
  }
  failpoints::pass(failpoints::kOffBeforeStatement);
  if (auto ran = context_.database.execute(statement); !ran) {
    if (known_not_to_be_in(ran.error(), bare)) {
      note_failure();
    } else if (ran.error().answered && bare.kind == BareKind::DetachPartition) {
      return fail(half_detached(std::move(ran.error()), statement, bare, standing()));
    }
    return fail(statement_failed(std::move(ran.error()), statement, standing()));
  }
  failpoints::pass(failpoints::kOffAfterBareStatement);
  return note_done();
}

// Without the mark an interruption before the statement could not be told from one during it.
Result<void> StatementwiseRun::note_started() {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  const auto receipt = transaction->record(transaction->bookkeeping().note_started(seq_), work_.rows_before,
                                           work_.rows_before);
  if (!receipt) return fail(bookkeeping_failed(receipt.error(), standing()));
  if (auto committed = transaction->commit(); !committed)
    return fail(bookkeeping_failed(std::move(committed.error()), standing()));
  started_ = true;
  return {};
}

Result<void> StatementwiseRun::note_done() {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  auto committed = commit_progress(*transaction);
  if (!committed) return fail(bookkeeping_failed(std::move(committed.error()), standing()));
  return {};
}

/// @return whether the statement is in
Result<bool> StatementwiseRun::judge_interrupted(const Statement& statement) {
  const BareStatement bare = read_bare(statement);
  if (bare.needs_mark() && !started_) return false;
  const auto found = ask_catalog(context_.database, bare, index_before_);
  if (!found) return fail(found.error());
  switch (found->verdict) {
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
      return fail(undecided(statement, bare, standing()));
  }
  if (auto dropped = drop_remains(context_.database, bare, *found); !dropped) {
    return fail(at_statement(std::move(dropped.error()), *work_.revision, &statement,
                             "An invalid index that this revision left behind could not be dropped."));
  }
  failpoints::pass(failpoints::kOffAfterDrop);
  return false;
}

/// After a bare statement failed: is it certain that nothing of it stayed?
bool StatementwiseRun::known_not_to_be_in(const Error& error, const BareStatement& bare) {
  if (!error.answered && postgres()) return false;
  if (bare.kind == BareKind::DetachPartition) return nothing_detached(context_.database, bare);
  if (bare.kind != BareKind::CreateIndex && !bare.reindexes()) return true;
  // The name was taken before the build began.
  if (error.site.sqlstate == "42P07") return true;
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

Result<StepReport> StatementwiseRun::finish() {
  auto transaction = open_checked();
  if (!transaction) return fail(std::move(transaction.error()));
  failpoints::pass(failpoints::kOffBeforeFinish);
  if (auto recorded = record_finish(*transaction); !recorded) {
    return fail(bookkeeping_failed(std::move(recorded.error()), standing()));
  }
  failpoints::pass(failpoints::kOffAfterFinish);
  report_.duration = elapsed();
  return report_;
}

Result<void> StatementwiseRun::record_finish(StepTransaction& transaction) {
  report_.recorded = took_before_ + elapsed();
  auto receipt = transaction.record(
      transaction.bookkeeping().finish_run(seq_, report_.recorded, work_.step->row_changes),
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
    return fail(at_statement(std::move(locked.error()), *work.revision, nullptr, kNothingDone));
  }
  if (!*locked) return fail(lock_held(context.database));
  context.locked();
  const SessionLock lock(context.database);
  failpoints::pass(failpoints::kOffAfterLock);
  return StatementwiseRun(context, work).run();
}

}  // namespace athanor::engine
