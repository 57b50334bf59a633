// One environment with a database of its own, and the engine on it as the operator uses it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/system/system_clock.hpp"
#include "adapters/system/system_randomness.hpp"
#include "engine/migrator.hpp"
#include "fakes/intercepted_database.hpp"
#include "ports/database.hpp"
#include "support/postgres_server.hpp"
#include "support/revisions.hpp"

namespace athanor::testing {

class Environment {
 public:
  /// A new, empty database on the shared server, entered as superuser.
  static Environment on_postgres();
  /// An existing database, entered as `user`.
  static Environment on_postgres(const std::string& database, const std::string& user);
  /// The database of a PostgreSQL URL; ask() is not for these.
  static Environment at_url(const std::string& url);
  /// The path of a file that the first write makes.
  static Environment on_sqlite();

  [[nodiscard]] engine::Migrator migrator();
  /// Reads the state; fails the test and throws if that fails.
  [[nodiscard]] DatabaseState state();
  /// Reads the state, plans and runs, all in one session.
  engine::Outcome upgrade(const RevisionGraph& graph, const std::string& target = "heads");
  engine::Outcome downgrade(const RevisionGraph& graph, const std::string& target);

  /// Rows of a query in a session of its own (PostgreSQL: as superuser).
  [[nodiscard]] std::vector<std::string> ask(const std::string& sql) const;
  /// The first cell of ask().
  [[nodiscard]] std::string scalar(const std::string& sql) const;
  /// The ledger's rows, `act revision state`, oldest first.
  [[nodiscard]] std::vector<std::string> ledger() const;

  std::string database;  ///< PostgreSQL: its name
  engine::Settings settings;
  std::shared_ptr<fakes::Interceptor> interceptor = std::make_shared<fakes::Interceptor>();
  std::string ledger_table;  ///< qualified and quoted, as expected by default

 private:
  [[nodiscard]] engine::Connect connect() const;

  ports::ConnectionSpec spec_;
  bool sqlite_ = false;
  std::shared_ptr<system::SystemClock> clock_ = std::make_shared<system::SystemClock>();
  std::shared_ptr<system::SystemRandomness> randomness_ = std::make_shared<system::SystemRandomness>();
};

/// "ok", or reason and message of the failure.
[[nodiscard]] std::string told(const engine::Outcome& outcome);
/// Ids of the steps that were applied, in order.
[[nodiscard]] std::vector<std::string> applied(const engine::Outcome& outcome);

}  // namespace athanor::testing
