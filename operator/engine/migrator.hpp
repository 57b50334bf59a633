// The only thing that changes a database: runs a plan by the apply protocol of design section 7.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/adoption.hpp"
#include "core/history.hpp"
#include "core/lock_holder.hpp"
#include "core/repair.hpp"
#include "core/revision_graph.hpp"
#include "core/traversal.hpp"
#include "engine/cancellable_session.hpp"
#include "engine/foreign_history.hpp"
#include "engine/owner_guard.hpp"
#include "engine/places.hpp"
#include "engine/settings.hpp"
#include "engine/stamp_order.hpp"
#include "ports/clock.hpp"
#include "ports/randomness.hpp"
#include "schema/model/catalog.hpp"

namespace athanor::engine {

class RetryPolicy;
struct StepContext;
struct StepReport;

struct AppliedStep {
  std::string revision;
  Direction direction = Direction::Upgrade;
  std::chrono::milliseconds duration{0};  ///< of the try that went well, its COMMIT included
  std::string at;                         ///< RFC 3339, by the server's clock
  /// What the ledger says it took. Status tells this one: what is read of the ledger at the next look must be
  /// the same, or an unchanged environment would cost a write.
  std::chrono::milliseconds recorded{0};
};

/// What a run did. `applied` is true whatever `failure` says: those steps are committed.
struct Outcome {
  std::vector<AppliedStep> applied;
  std::vector<std::string> rows;  ///< version rows after the last committed step
  std::optional<Error>
      failure;  ///< why it stopped before the plan's end; Transient `Stopped` for a requested stop
  std::size_t lock_timeouts =
      0;  ///< attempts given up for a lock timeout (SQLSTATE 55P03) or the advisory lock
  /// How the run came by the database: Copy and TakenOver are worth an event, which names `previous_owner`.
  /// Elsewhere if no step got as far as that.
  Ownership ownership = Ownership::Elsewhere;
  std::optional<Owner> previous_owner;
};

/// What recording the owner found.
struct Claim {
  Ownership ownership = Ownership::Ours;  ///< Ours: it was recorded already, and nothing was written
  std::optional<Owner> previous_owner;    ///< whose place was taken, if Copy or TakenOver
  bool made_version_table = false;
};

/// Told while a plan runs, on the thread that runs it.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void step_started(const PlanStep& /*step*/, std::size_t /*index*/, std::size_t /*total*/) {}
  virtual void step_finished(const AppliedStep& /*step*/, std::size_t /*index*/, std::size_t /*total*/) {}
  /// The lock is held by another session; told once per wait.
  virtual void waiting_for_lock(const LockHolder& /*holder*/) {}
  /// The wait that was told is over.
  virtual void lock_granted() {}
  /// A try failed for what may pass by itself (a lock timeout, a deadlock, a lost reply to COMMIT), and
  /// nothing of it stays; told before the wait for the next.
  virtual void trying_again(const Error& /*error*/, std::chrono::milliseconds /*wait*/) {}
};

class Migrator {
 public:
  Migrator(Connect connect, Settings settings, ports::Clock& clock, ports::Randomness& randomness);

  /// Reads version rows, ledger and owner in at most two queries (a new session asks one more for itself),
  /// connecting if there is no session yet. Creates nothing.
  /// @param cancel: connecting and reading end soon, with an error
  /// @return as DatabaseConnector; Terminal `DatabaseOwnedElsewhere` is left to check_owner()
  [[nodiscard]] Result<DatabaseState> read_state(const std::stop_token& cancel = {});
  /// The same, waiting for a process that has the file of an SQLite database locked against readers too.
  /// @param patience how long; the other read_state() has Settings::look_patience()
  /// @return also Transient `LockHeld`
  [[nodiscard]] Result<DatabaseState> read_state(Progress& progress, std::chrono::milliseconds patience,
                                                 const std::stop_token& cancel = {});

  /// Reads the schema, without Athanor's own tables; changes nothing.
  /// @param cancel: as in read_state()
  /// @return as read_state() and engine::read_schema()
  [[nodiscard]] Result<schema::Catalog> read_schema(const std::stop_token& cancel = {});

  /// Runs the plan, one step after the other; each step goes on only from the version rows that it was
  /// planned from (otherwise Conflict `VersionMoved`).
  /// @param stop: the running step ends, no other is started
  /// @param cancel: the running statement is cancelled and its step rolled back
  [[nodiscard]] Outcome run(const RevisionGraph& graph, const Plan& plan, Progress& progress,
                            std::stop_token stop, std::stop_token cancel);

  /// Records this environment as the owner, for a database that has nothing to run. Idempotent, under the
  /// lock; creates the ledger if there is none, and nothing else.
  /// @param cancel: as in read_state()
  /// @return Terminal `DatabaseOwnedElsewhere`, `PermissionDenied`; Transient `LockHeld`, `Stopped`
  [[nodiscard]] Result<Claim> claim(std::stop_token stop = {}, const std::stop_token& cancel = {});
  [[nodiscard]] Result<Claim> claim(Progress& progress, std::stop_token stop, const std::stop_token& cancel);

  /// Moves the version rows without running anything, in one transaction; creates version table and ledger
  /// where there are none. What leaves is not known as applied any more, and of what arrives it is not known
  /// what was run. Idempotent.
  /// @param stop, cancel: as in claim()
  /// @return Conflict `VersionMoved` if the rows are not those that the order was planned from; Terminal
  /// `DatabaseOwnedElsewhere`, `InterruptedRevision` (unless the rows are moved past it), `PermissionDenied`,
  /// `RevisionIdTooLong`, `UnknownRevision`; Transient `LockHeld`, `Stopped`
  [[nodiscard]] Result<Claim> stamp(const RevisionGraph& graph, StampOrder order, Progress& progress,
                                    std::stop_token stop = {}, const std::stop_token& cancel = {});

  /// Creates the version table as Alembic does, if there is none, under the lock; no ledger, and no owner is
  /// recorded. Idempotent.
  /// @return Terminal `DatabaseOwnedElsewhere`, `PermissionDenied`; Transient `LockHeld`, `Stopped`
  [[nodiscard]] Result<Claim> ensure_version(Progress& progress, std::stop_token stop = {},
                                             const std::stop_token& cancel = {});

  /// Finds the table of the tool that managed this database before, reads where it stands, and works out what
  /// adopt() would stamp; writes nothing.
  /// @return as read_state(), check_owner(), athanor::plan_adoption(); Terminal `AdoptionMismatch` if there
  /// is no such table, or several, or no database yet; Terminal `NothingToAdopt` if Alembic or Athanor has
  /// worked on this database
  [[nodiscard]] Result<Adoption> plan_adoption(const RevisionGraph& graph, const AdoptionRequest& request,
                                               const std::stop_token& cancel = {});

  /// Stamps where the other tool's table says that the database stands, and records whose that was; the table
  /// is left as it is. Idempotent as far as a lost reply goes: an adopted database has nothing to adopt.
  /// @param adoption as from plan_adoption(), for the same graph and request
  /// @return as stamp(); Conflict `VersionMoved` if that table says something else by now
  [[nodiscard]] Result<Claim> adopt(const RevisionGraph& graph, const Adoption& adoption,
                                    const AdoptionRequest& request, Progress& progress,
                                    std::stop_token stop = {}, const std::stop_token& cancel = {});

  /// Takes the file of an edited revision for what was run, as worked out by plan_acceptance(). Idempotent.
  /// @param graph has the revision
  /// @return Conflict `VersionMoved` if the ledger says something else by now; Terminal
  /// `DatabaseOwnedElsewhere`, `PermissionDenied`; Transient `LockHeld`, `Stopped`
  [[nodiscard]] Result<Claim> accept(const RevisionGraph& graph, const Acceptance& acceptance,
                                     Progress& progress, std::stop_token stop = {},
                                     const std::stop_token& cancel = {});

  /// Reads the database and works out what mark() would write; writes nothing.
  /// @return as read_state(), check_owner(), athanor::plan_mark()
  [[nodiscard]] Result<StatementMark> plan_mark(const RevisionGraph& graph, const std::string& revision,
                                                StatementVerdict verdict, const std::stop_token& cancel = {});

  /// Records what became of the statement at which a `transaction: off` revision was interrupted. Idempotent.
  /// @param mark as from plan_mark(), for the same graph
  /// @return as accept()
  [[nodiscard]] Result<Claim> mark(const RevisionGraph& graph, const StatementMark& mark, Progress& progress,
                                   std::stop_token stop = {}, const std::stop_token& cancel = {});

 private:
  struct Watch;  ///< what a run is told by, and tells to

  [[nodiscard]] Result<void> connect(const std::stop_token& cancel);
  [[nodiscard]] Result<void> locate();
  void end_reading();
  [[nodiscard]] Result<ForeignHistory> read_foreign(const DatabaseState& state,
                                                    const AdoptionRequest& request);
  [[nodiscard]] Result<DatabaseState> read_tables();
  [[nodiscard]] Result<schema::Catalog> read_catalog();
  [[nodiscard]] Result<StepReport> try_until_settled(
      const std::function<Result<StepReport>(StepContext&)>& attempt, Watch& watch);
  [[nodiscard]] Result<StepReport> try_once(const std::function<Result<StepReport>(StepContext&)>& attempt,
                                            RetryPolicy& retry, Watch& watch);
  [[nodiscard]] Result<DatabaseState> read_once(const std::stop_token& cancel);
  [[nodiscard]] bool wait_in_session(const Error& error, RetryPolicy& retry, Watch& watch);
  [[nodiscard]] Error given_up(Error error, std::chrono::milliseconds patience,
                               const LockHolder& holder) const;
  void tell_waiting(Watch& watch);
  [[nodiscard]] Result<Claim> act(const std::function<Result<StepReport>(StepContext&)>& attempt,
                                  Progress& progress, std::stop_token stop, const std::stop_token& cancel);
  [[nodiscard]] Result<StepReport> run_step(const RevisionGraph& graph, const PlanStep& step,
                                            const std::vector<std::string>& rows_before, Watch& watch);
  void forget_session();

  Connect connect_;
  Settings settings_;
  ports::Clock& clock_;
  ports::Randomness& randomness_;
  CancellableSession database_;
  std::optional<Places> places_;  ///< as this session last saw them
};

/// How the environment stands to the owner that was read.
[[nodiscard]] Ownership ownership_in(const DatabaseState& state, const Settings& settings);

/// The guard of design section 6: is this database ours? A database without an owner is; another owner's is
/// not, unless `take_over` names it; our own on a server with another identity is a copy, which is ours (and
/// re-owned by the next run).
/// @return Terminal `DatabaseOwnedElsewhere`, naming both and the annotation or option that says that it is
/// meant
[[nodiscard]] Result<void> check_owner(const DatabaseState& state, const Settings& settings);

}  // namespace athanor::engine
