// Sessions with PostgreSQL, by way of libpqxx.
#pragma once

#include <memory>

#include "ports/database.hpp"

namespace athanor::postgres {

/// Takes `postgresql://`, `postgres://` and `postgresql+driver://` URLs, libpq keyword strings, and
/// parameters alone. Thread-safe; has no state.
class PostgresConnector final : public ports::DatabaseConnector {
 public:
  [[nodiscard]] Result<std::unique_ptr<ports::Database>> connect(const ports::ConnectionSpec& spec) override;
};

}  // namespace athanor::postgres
