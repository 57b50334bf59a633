#include "engine/migrator.hpp"

#include <utility>

#include <fmt/format.h>

#include "engine/bookkeeping.hpp"
#include "engine/retry_policy.hpp"
#include "engine/step.hpp"
#include "engine/step_work.hpp"
#include "engine/survey.hpp"

namespace athanor::engine {

namespace {

/// A token that is stopped as soon as one of two is.
class EitherToken {
 public:
  EitherToken(const std::stop_token& a, const std::stop_token& b)
      : on_a_(a, Request{&source_}), on_b_(b, Request{&source_}) {}
  [[nodiscard]] std::stop_token get() const { return source_.get_token(); }

 private:
  struct Request {
    std::stop_source* source;
    void operator()() const { source->request_stop(); }
  };
  std::stop_source source_;
  std::stop_callback<Request> on_a_, on_b_;
};

Error stopped() {
  return Error{ErrorKind::Transient, "Stopped",
               "stopped on request; what is applied stays applied, and the rest is left for the next run"};
}

bool is_waiting_for_lock(const Error& error) {
  return error.reason == kLockHeld || error.reason == kStatementStillRunning;
}

Error still_in_doubt(const Error& cause) {
  return Error{
      ErrorKind::InDoubt, "CommitInDoubt",
      fmt::format("the connection was lost before the reply to COMMIT came, and the database can't be asked "
                  "what became of it: {} The next run reads it from the database.",
                  cause.message),
      cause.site};
}

}  // namespace

struct Migrator::Watch {
  Progress& progress;
  std::stop_token stop;
  std::stop_token cancel;
  LockHolder holder{};  ///< of the lock that was waited for
  std::size_t lock_timeouts = 0;
  bool in_doubt = false;
  bool told_waiting = false;
  bool waits = false;  ///< it was told, and the lock isn't got yet

  [[nodiscard]] bool ending() const { return stop.stop_requested() || cancel.stop_requested(); }
  void granted() {
    if (std::exchange(waits, false)) progress.lock_granted();
  }
};

Migrator::Migrator(Connect connect, Settings settings, ports::Clock& clock, ports::Randomness& randomness)
    : connect_(std::move(connect)), settings_(std::move(settings)), clock_(clock), randomness_(randomness) {}

Result<void> Migrator::connect(const std::stop_token& cancel) {
  if (database_) return {};
  auto database = connect_(cancel);
  if (!database) return fail(std::move(database.error()));
  database_.hold(std::move(*database), cancel);
  settings_.self.server = database_->facts().identity;
  return {};
}

void Migrator::forget_session() {
  database_.drop();
  places_.reset();
}

// On PostgreSQL the reading is a transaction, so that role and search path are those of the environment; on
// SQLite a transaction would wait for whoever writes. It stays open, for more to be read in it.
Result<void> Migrator::locate() {
  const std::string sql = survey_sql(*database_, settings_.version_table);
  Result<ports::Rows> rows;
  if (database_->dialect() == ports::Dialect::Sqlite) {
    rows = database_->query(sql);
  } else {
    auto options = settings_.transaction;
    options.lock_key.clear();
    rows = database_->begin(options, sql).map([](auto begun) { return begun.value_or(ports::Rows{}); });
  }
  const auto survey = std::move(rows).and_then([](const ports::Rows& found) { return parse_survey(found); });
  if (!survey) return fail(survey.error());
  auto places = choose_places(*survey, *database_, settings_.version_table);
  if (!places) return fail(std::move(places.error()));
  places_ = std::move(*places);
  return {};
}

void Migrator::end_reading() {
  if (database_->dialect() == ports::Dialect::PostgreSql) database_->rollback();
}

Result<DatabaseState> Migrator::read_tables() {
  if (auto located = locate(); !located) return fail(std::move(located.error()));
  DatabaseState state;
  state.server = database_->facts().identity;
  state.absent_file = database_->facts().absent_file;
  state.version_table_exists = places_->version_table_exists;
  state.ledger_exists = places_->ledger_exists;
  state.version_width = places_->version_width;
  if (!state.version_table_exists && !state.ledger_exists) {
    end_reading();
    return state;
  }
  const Bookkeeping bookkeeping(*database_, *places_, settings_);
  const auto rows = database_->query_and_rollback(bookkeeping.history());
  if (!rows) return fail(rows.error());
  auto history = parse_history(*rows);
  if (!history) return fail(std::move(history.error()));
  state.version_rows = std::move(history->view.rows);
  state.applied = std::move(history->applied);
  state.taken_back = std::move(history->taken_back);
  state.latest = std::move(history->latest);
  const auto& last = history->view.last;
  if (last && !last->owner.name.empty()) state.owner = last->owner;
  if (last && last->open()) state.interrupted = last->run();
  return state;
}

Result<DatabaseState> Migrator::read_once(const std::stop_token& cancel) {
  if (auto connected = connect(cancel); !connected) return fail(std::move(connected.error()));
  auto state = read_tables();
  if (!state) {
    forget_session();
    if (cancel.stop_requested()) return fail(stopped());
  }
  return state;
}

Result<DatabaseState> Migrator::read_state(const std::stop_token& cancel) {
  Progress unwatched;
  return read_state(unwatched, settings_.look_patience(), cancel);
}

Result<DatabaseState> Migrator::read_state(Progress& progress, std::chrono::milliseconds patience,
                                           const std::stop_token& cancel) {
  const std::stop_callback on_cancel(cancel, [this] { database_.cancel(); });
  RetryPolicy retry(patience, clock_, randomness_);
  Watch watch{.progress = progress, .stop = {}, .cancel = cancel};
  for (;;) {
    auto state = read_once(cancel);
    if (state) watch.granted();
    if (state || state.error().reason != kLockHeld) return state;
    const auto wait = retry.wait_after(state.error());
    if (!wait) return fail(given_up(std::move(state.error()), patience, watch.holder));
    if (!std::exchange(watch.told_waiting, true)) tell_waiting(watch);
    if (!clock_.sleep_for(*wait, cancel)) return fail(stopped());
  }
}

Error Migrator::given_up(Error error, std::chrono::milliseconds patience, const LockHolder& holder) const {
  if (error.reason != kLockHeld) return error;
  const bool of_file = !database_ || database_->dialect() == ports::Dialect::Sqlite;
  error.message =
      fmt::format("{}, and held it for longer than {} s. {}; if no other migration runs, {}.", error.message,
                  std::chrono::ceil<std::chrono::seconds>(patience).count(),
                  settings_.audience == Audience::Operator ? "It is tried again"
                                                           : "Run the same again once the other has ended",
                  of_file ? "find the process that has the file open (fuser, lsof)"
                          : "look for the session in pg_locks (locktype advisory)");
  if (holder != LockHolder{} && !of_file) error.message += fmt::format(" It was {} then.", holder.describe());
  return error;
}

bool Migrator::wait_in_session(const Error& error, RetryPolicy& retry, Watch& watch) {
  if (error.kind != ErrorKind::Transient || is_waiting_for_lock(error)) return false;
  const auto wait = retry.wait_after(error);
  const EitherToken ending(watch.stop, watch.cancel);
  if (!wait) return false;
  watch.progress.trying_again(error, *wait);
  if (!clock_.sleep_for(*wait, ending.get())) return false;
  if (error.reason == kLockTimeout) ++watch.lock_timeouts;
  return true;
}

Result<StepReport> Migrator::try_once(const std::function<Result<StepReport>(StepContext&)>& attempt,
                                      RetryPolicy& retry, Watch& watch) {
  auto connected = connect(watch.cancel);
  if (connected && !places_) {
    connected = locate();
    end_reading();
  }
  if (!connected) {
    return fail(watch.in_doubt ? still_in_doubt(connected.error()) : std::move(connected.error()));
  }
  StepContext context{*database_,
                      settings_,
                      *places_,
                      clock_,
                      watch.in_doubt,
                      [&](const Error& error) { return wait_in_session(error, retry, watch); },
                      [&] { watch.granted(); }};
  return attempt(context);
}

Result<StepReport> Migrator::try_until_settled(const std::function<Result<StepReport>(StepContext&)>& attempt,
                                               Watch& watch) {
  RetryPolicy retry(settings_.lock_patience, clock_, randomness_);
  const EitherToken ending(watch.stop, watch.cancel);
  for (;;) {
    auto report = try_once(attempt, retry, watch);
    if (report) return report;
    Error error = std::move(report.error());
    // Whatever the session is in, the next try gets a new one; waiting for a lock has left nothing behind.
    if (!is_waiting_for_lock(error)) {
      forget_session();
      watch.told_waiting = false;
    }
    if (error.reason == kLockTimeout) ++watch.lock_timeouts;
    watch.in_doubt = watch.in_doubt || error.kind == ErrorKind::InDoubt;
    if (watch.cancel.stop_requested() && error.kind != ErrorKind::InDoubt) return fail(stopped());
    const auto wait = retry.wait_after(error);
    if (!wait) {
      if (error.reason == kLockHeld) ++watch.lock_timeouts;
      return fail(given_up(std::move(error), settings_.lock_patience, watch.holder));
    }
    if (!is_waiting_for_lock(error)) {
      watch.progress.trying_again(error, *wait);
    } else if (!std::exchange(watch.told_waiting, true)) {
      tell_waiting(watch);
    }
    if (!clock_.sleep_for(*wait, ending.get())) return fail(watch.in_doubt ? std::move(error) : stopped());
  }
}

// Asked once a wait, and of no weight: where it can't be had, the wait goes on without.
void Migrator::tell_waiting(Watch& watch) {
  if (!database_ || !places_) {
    watch.holder = LockHolder{.of_file = true};  // nothing else locks out who only connects or reads
  } else if (auto holder = database_->lock_holder(places_->lock_key)) {
    watch.holder = std::move(*holder);
  } else {
    forget_session();
  }
  watch.waits = true;
  watch.progress.waiting_for_lock(watch.holder);
}

Result<StepReport> Migrator::run_step(const RevisionGraph& graph, const PlanStep& step,
                                      const std::vector<std::string>& rows_before, Watch& watch) {
  if (auto connected = connect(watch.cancel); !connected) return fail(std::move(connected.error()));
  const auto work = prepare_step(graph, step, rows_before, *database_);
  if (!work) return fail(work.error());
  const bool in_transaction = work->revision->transaction == TransactionMode::On;
  return try_until_settled(
      [&](StepContext& context) {
        return in_transaction ? run_in_transaction(context, *work)
                              : run_statement_by_statement(context, *work);
      },
      watch);
}

Outcome Migrator::run(const RevisionGraph& graph, const Plan& plan, Progress& progress, std::stop_token stop,
                      std::stop_token cancel) {
  Outcome outcome;
  outcome.rows = plan.rows_before;
  const std::stop_callback on_cancel(cancel, [this] { database_.cancel(); });
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    Watch watch{.progress = progress, .stop = stop, .cancel = cancel};
    if (watch.ending()) {
      outcome.failure = stopped();
      break;
    }
    const PlanStep& step = plan.steps[i];
    progress.step_started(step, i, plan.steps.size());
    auto report = run_step(graph, step, outcome.rows, watch);
    outcome.lock_timeouts += watch.lock_timeouts;
    if (!report) {
      outcome.failure = std::move(report.error());
      break;
    }
    if (i == 0) {
      outcome.ownership = report->ownership;
      outcome.previous_owner = std::move(report->previous_owner);
    }
    outcome.applied.push_back(
        {step.revision, step.direction, report->duration, std::move(report->at), report->recorded});
    outcome.rows = rows_after(std::move(outcome.rows), step);
    progress.step_finished(outcome.applied.back(), i, plan.steps.size());
  }
  return outcome;
}

Result<Claim> Migrator::act(const std::function<Result<StepReport>(StepContext&)>& attempt,
                            Progress& progress, std::stop_token stop, const std::stop_token& cancel) {
  Watch watch{.progress = progress, .stop = std::move(stop), .cancel = cancel};
  const std::stop_callback on_cancel(cancel, [this] { database_.cancel(); });
  auto report = try_until_settled(attempt, watch);
  if (!report) return fail(std::move(report.error()));
  return Claim{report->ownership, std::move(report->previous_owner), report->made_version_table};
}

Ownership ownership_in(const DatabaseState& state, const Settings& settings) {
  Owner self = settings.self;
  self.server = state.server;
  return ownership_of(state.owner, self, settings.take_over);
}

Result<void> check_owner(const DatabaseState& state, const Settings& settings) {
  if (ownership_in(state, settings) != Ownership::Elsewhere) return {};
  return fail(owned_elsewhere(*state.owner, settings.self, settings.audience));
}

}  // namespace athanor::engine
