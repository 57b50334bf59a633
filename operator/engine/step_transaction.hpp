// A transaction of the protocol: opened under the lock with everything read that has to be checked, closed by
// COMMIT or, whatever happens, by ROLLBACK.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "engine/bookkeeping.hpp"
#include "engine/ledger.hpp"
#include "engine/places.hpp"
#include "engine/settings.hpp"
#include "engine/step_work.hpp"
#include "ports/clock.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

/// What steps work with.
struct StepContext {
  ports::Database& database;
  const Settings& settings;  ///< self.server filled in
  Places& places;            ///< as last known; made complete by the first commit
  ports::Clock& clock;
  bool in_doubt = false;  ///< the reply to this step's COMMIT was lost before
  /// After a statement with a transaction of its own failed: waits, if it may succeed the next time.
  /// @return false: give up, or begin with another session
  std::function<bool(const Error&)> wait_to_try_again{};
  /// Told each time that the lock is got.
  std::function<void()> on_locked{};

  void locked() const {
    if (on_locked) on_locked();
  }
};

/// Transient `LockHeld`.
[[nodiscard]] Error lock_held(const ports::Database& database);

/// Settings of a transaction, or of a session, that holds the lock.
[[nodiscard]] ports::TransactionOptions locked_options(const StepContext& context);

class StepTransaction {
 public:
  enum class Needs {
    VersionTableAndLedger,
    LedgerOnly,
    VersionTableOnly,
  };

  /// Begins, takes the lock, creates what `needs` says and isn't there, and reads the view. One round trip
  /// once everything exists.
  /// @return Transient `LockHeld`; Transient `CreatedConcurrently`; Conflict `VersionMoved` if the tables are
  /// not
  ///   where they were any more; as choose_places(), check_*_writable(), parse_view(), and as the database
  [[nodiscard]] static Result<StepTransaction> open(StepContext& context, Needs needs);

  StepTransaction(StepTransaction&& other) noexcept;
  StepTransaction& operator=(StepTransaction&&) = delete;
  StepTransaction(const StepTransaction&) = delete;
  StepTransaction& operator=(const StepTransaction&) = delete;
  ~StepTransaction();

  [[nodiscard]] const View& view() const { return view_; }
  [[nodiscard]] const Places& places() const { return places_; }
  /// It was not there before this transaction.
  [[nodiscard]] bool made_version_table() const { return made_version_table_; }
  [[nodiscard]] Bookkeeping bookkeeping() const;

  /// Runs the bookkeeping that ends the transaction's work.
  /// @return as record(), but that nothing is checked of the version rows
  [[nodiscard]] Result<Receipt> conclude(std::string_view sql);
  /// The same for a write that finds the version rows at `before` and makes them `after`.
  /// @return Terminal `VersionTableTouched` if the revision itself wrote to the version table or the ledger;
  ///   Conflict `VersionMoved` if somebody else did. Either way the transaction is rolled back.
  [[nodiscard]] Result<Receipt> record(std::string_view sql, const std::vector<std::string>& before,
                                       const std::vector<std::string>& after);
  [[nodiscard]] Result<void> commit();
  void rollback();

 private:
  StepTransaction(StepContext& context, Places places) : context_(&context), places_(std::move(places)) {}

  [[nodiscard]] Result<void> read_existing();
  [[nodiscard]] Result<void> create_and_read(Needs needs);
  [[nodiscard]] Error blame();

  StepContext* context_;  ///< null once it was moved from or ended
  Places places_;         ///< as they are in this transaction
  View view_;
  bool made_version_table_ = false;
};

/// Everything that the ledger tells, under the lock.
[[nodiscard]] Result<History> read_history(StepContext& context, const StepTransaction& transaction);

}  // namespace athanor::engine
