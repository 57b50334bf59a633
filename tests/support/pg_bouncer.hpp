// Debian's PgBouncer in front of a test server, in transaction mode.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "support/child_process.hpp"
#include "support/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {

class PgBouncer {
 public:
  /// Starts it with one server connection per database, so that its clients have to share.
  /// Throws std::runtime_error if it doesn't start.
  explicit PgBouncer(const PostgresServer& server);
  ~PgBouncer();
  PgBouncer(const PgBouncer&) = delete;
  PgBouncer& operator=(const PgBouncer&) = delete;

  [[nodiscard]] std::string url(const std::string& database) const;

 private:
  /// Not below the checkout, which may lie where the server's user can't look.
  TempFolder folder_;
  std::uint16_t port_;
  ChildProcess process_;
};

}  // namespace athanor::testing
