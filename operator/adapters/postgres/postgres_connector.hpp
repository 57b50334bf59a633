// Sessions with PostgreSQL, by way of libpqxx.
#pragma once

#include <memory>
#include <stop_token>

#include "adapters/postgres/patience.hpp"
#include "adapters/postgres/resolver.hpp"
#include "ports/database.hpp"

namespace athanor::postgres {

/// Takes `postgresql://`, `postgres://` and `postgresql+driver://` URLs, libpq keyword strings, and
/// parameters alone. Thread-safe.
class PostgresConnector final : public ports::DatabaseConnector {
 public:
  /// @param lookup has to be thread-safe
  explicit PostgresConnector(const Patience& patience = {}, Lookup lookup = look_up);

  [[nodiscard]] Result<std::unique_ptr<ports::Database>> connect(const ports::ConnectionSpec& spec,
                                                                 std::stop_token cancel = {}) override;

 private:
  Patience patience_;
  Lookup lookup_;
};

}  // namespace athanor::postgres
