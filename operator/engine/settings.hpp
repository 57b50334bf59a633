// What the engine has to know of an environment.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/audience.hpp"
#include "core/history.hpp"
#include "core/result.hpp"
#include "ports/database.hpp"

namespace athanor::engine {

struct VersionTable {
  std::string name = "alembic_version";
  std::string schema;  ///< empty: the search path's first (PostgreSQL), none (SQLite)
};

struct Settings {
  VersionTable version_table;
  ports::TransactionOptions transaction;  ///< lock_key is filled in by the engine
  Owner self;                             ///< server is filled in by the engine
  std::string take_over;                  ///< short name of the owner that may be replaced; empty: none
  std::string digest;                     ///< of the revision set, for the ledger
  std::string by;                         ///< who, for the ledger: "operator shop/staging", "alice@laptop"
  std::chrono::milliseconds lock_patience{
      60'000};                             ///< how long to poll for the advisory lock before `LockHeld`
  Audience audience = Audience::Operator;  ///< of errors

  /// How long who only looks waits for a lock: as long as a statement does.
  [[nodiscard]] std::chrono::milliseconds look_patience() const {
    return transaction.lock_timeout.count() > 0 ? transaction.lock_timeout : lock_patience;
  }
};

/// Opens a session with the environment's database; called again after a lost connection. Ends soon after
/// `cancel` is requested.
using Connect = std::function<Result<std::unique_ptr<ports::Database>>(std::stop_token cancel)>;

}  // namespace athanor::engine
