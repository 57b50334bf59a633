// Sessions with SQLite files.
#pragma once

#include <memory>
#include <stop_token>

#include "ports/database.hpp"

namespace athanor::sqlite {

/// Takes `sqlite:` URLs, where spec.allow_sqlite says so; a file that isn't there is made by
/// the first write, as SQLAlchemy does, and a folder never. Thread-safe; has no state.
class SqliteConnector final : public ports::DatabaseConnector {
 public:
  [[nodiscard]] Result<std::unique_ptr<ports::Database>> connect(const ports::ConnectionSpec& spec,
                                                                 std::stop_token cancel = {}) override;
};

}  // namespace athanor::sqlite
