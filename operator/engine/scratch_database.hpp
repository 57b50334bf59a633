// A database to try things in: made on a server for the purpose, and dropped afterwards.
#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "core/result.hpp"
#include "ports/database.hpp"
#include "ports/randomness.hpp"

namespace athanor::engine {

class ScratchDatabase {
 public:
  /// On PostgreSQL a new database on the server that `server` names, with the encoding and locale of the
  /// database named there and nothing in it (from template0). Ones that a killed process has left behind,
  /// with nobody connected for an hour, are dropped. On SQLite a database in memory.
  /// @return as DatabaseConnector; Terminal `PermissionDenied` without the right to create databases, with
  /// what to grant; Terminal `PoolerDetected`
  [[nodiscard]] static Result<std::unique_ptr<ScratchDatabase>> make(ports::DatabaseConnector& connector,
                                                                     const ports::ConnectionSpec& server,
                                                                     ports::Randomness& randomness,
                                                                     const std::stop_token& cancel = {});
  /// Drops it, whoever is connected.
  ~ScratchDatabase();
  ScratchDatabase(const ScratchDatabase&) = delete;
  ScratchDatabase& operator=(const ScratchDatabase&) = delete;

  /// How to connect with it.
  [[nodiscard]] const ports::ConnectionSpec& spec() const { return spec_; }

 private:
  ScratchDatabase(std::unique_ptr<ports::Database> keeper, ports::ConnectionSpec spec, std::string name);

  std::unique_ptr<ports::Database> keeper_;  ///< a session that drops it; on SQLite, one that keeps it
  ports::ConnectionSpec spec_;
  std::string name_;  ///< empty on SQLite
};

}  // namespace athanor::engine
