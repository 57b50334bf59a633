#include "engine/step_transaction.hpp"

#include <utility>

#include "engine/failpoints.hpp"
#include "engine/retry_policy.hpp"
#include "engine/survey.hpp"

namespace athanor::engine {

namespace {

bool names_nothing(const Error& error) {
  return error.site.sqlstate == "42P01" || error.site.sqlstate == "3F000";
}

// CREATE ... IF NOT EXISTS still collides with another session that creates the same just now.
bool collided(const Error& error) {
  const std::string& state = error.site.sqlstate;
  return state == "23505" || state == "42P06" || state == "42P07";
}

}  // namespace

Error lock_held(const ports::Database& database) {
  return Error{ErrorKind::Transient, kLockHeld,
               database.dialect() == ports::Dialect::Sqlite
                   ? "another process has the database file locked"
                   : "another session holds the lock on this environment's version table"};
}

ports::TransactionOptions locked_options(const StepContext& context) {
  ports::TransactionOptions options = context.settings.transaction;
  options.lock_key = context.places.lock_key;
  return options;
}

Result<History> read_history(StepContext& context, const StepTransaction& transaction) {
  const auto rows = context.database.query(transaction.bookkeeping().history());
  if (!rows) return fail(rows.error());
  return parse_history(*rows);
}

StepTransaction::StepTransaction(StepTransaction&& other) noexcept
    : context_(std::exchange(other.context_, nullptr)),
      places_(std::move(other.places_)),
      view_(std::move(other.view_)),
      made_version_table_(other.made_version_table_) {}

StepTransaction::~StepTransaction() {
  rollback();
}

void StepTransaction::rollback() {
  if (context_ != nullptr) std::exchange(context_, nullptr)->database.rollback();
}

Bookkeeping StepTransaction::bookkeeping() const {
  return Bookkeeping(context_->database, places_, context_->settings);
}

Result<StepTransaction> StepTransaction::open(StepContext& context, Needs needs) {
  StepTransaction transaction(context, context.places);
  const Places& known = context.places;
  const bool complete = (known.version_table_exists || needs == Needs::LedgerOnly) &&
                        (known.ledger_exists || needs == Needs::VersionTableOnly);
  auto read = complete ? transaction.read_existing() : transaction.create_and_read(needs);
  if (!read) return fail(std::move(read.error()));
  return transaction;
}

Result<void> StepTransaction::read_existing() {
  auto& database = context_->database;
  auto rows = database.begin(locked_options(*context_), bookkeeping().view());
  if (!rows && names_nothing(rows.error())) {
    return fail(ErrorKind::Conflict, "VersionMoved",
                "the version table or the ledger is no longer where it was a moment ago");
  }
  if (!rows) return fail(std::move(rows.error()));
  if (!*rows) return fail(lock_held(database));
  context_->locked();
  auto view = parse_view(**rows);
  if (!view) return fail(std::move(view.error()));
  view_ = std::move(*view);
  return {};
}

Result<void> StepTransaction::create_and_read(Needs needs) {
  auto& database = context_->database;
  const auto options = locked_options(*context_);
  auto rows = database.begin(options, survey_sql(database, context_->settings.version_table));
  if (!rows) return fail(std::move(rows.error()));
  if (!*rows) return fail(lock_held(database));
  context_->locked();
  auto survey = parse_survey(**rows);
  if (!survey) return fail(std::move(survey.error()));
  auto places = choose_places(*survey, database, context_->settings.version_table);
  if (!places) return fail(std::move(places.error()));
  if (places->lock_key != options.lock_key) {
    return fail(ErrorKind::Conflict, "VersionMoved", "the search path now leads to another version table");
  }
  places_ = std::move(*places);
  std::string sql;
  if (needs != Needs::LedgerOnly) {
    if (auto writable = check_version_table_writable(*survey, places_); !writable) return writable;
    sql += bookkeeping().create_version_table();
  }
  if (needs != Needs::VersionTableOnly) {
    if (auto writable = check_ledger_writable(*survey, places_); !writable) return writable;
    sql += bookkeeping().create_ledger();
  }
  made_version_table_ = needs != Needs::LedgerOnly && !places_.version_table_exists;
  places_.version_table_exists = places_.version_table_exists || needs != Needs::LedgerOnly;
  places_.ledger_exists = places_.ledger_exists || needs != Needs::VersionTableOnly;
  sql += bookkeeping().view();
  auto created = database.query(sql);
  if (!created && collided(created.error())) {
    return fail(ErrorKind::Transient, kCreatedConcurrently, created.error().message, created.error().site);
  }
  if (!created) return fail(std::move(created.error()));
  auto view = parse_view(*created);
  if (!view) return fail(std::move(view.error()));
  view_ = std::move(*view);
  failpoints::pass(failpoints::kStepAfterPrepare);
  return {};
}

// What the transaction finds in the version table may be its own revision's doing or, committed meanwhile,
// another tool's. Once it is rolled back, only the other's is left.
Error StepTransaction::blame() {
  StepContext& context = *context_;
  rollback();
  const Bookkeeping bookkeeping(context.database, context.places, context.settings);
  auto rows = context.database.begin(locked_options(context), bookkeeping.view());
  context.database.rollback();
  const auto view = rows && *rows ? parse_view(**rows) : fail(ErrorKind::Transient, kLockHeld, {});
  if (view && view->rows == view_.rows && next_seq(*view) == next_seq(view_)) {
    return Error{ErrorKind::Terminal, "VersionTableTouched",
                 "the revision writes to the version table or to Athanor's ledger itself. It has to leave "
                 "that to Athanor: take the statement out"};
  }
  return Error{ErrorKind::Conflict, "VersionMoved",
               "the version table or the ledger was written to by somebody else, who does not take Athanor's "
               "lock, while this run was at it"};
}

Result<Receipt> StepTransaction::conclude(std::string_view sql) {
  auto rows = context_->database.conclude(sql);
  if (!rows && rows.error().site.sqlstate == "23505") return fail(blame());
  if (!rows) return fail(std::move(rows.error()));
  return parse_receipt(*rows);
}

Result<Receipt> StepTransaction::record(std::string_view sql, const std::vector<std::string>& before,
                                        const std::vector<std::string>& after) {
  auto receipt = conclude(sql);
  if (!receipt) return receipt;
  const bool as_expected =
      receipt->rows == (receipt->miscounted ? before : after) && receipt->miscounted.value_or(0) == 0;
  if (!as_expected) return fail(blame());
  return receipt;
}

Result<void> StepTransaction::commit() {
  auto committed = context_->database.commit();
  if (!committed) return committed;
  std::exchange(context_, nullptr)->places = places_;
  return {};
}

}  // namespace athanor::engine
