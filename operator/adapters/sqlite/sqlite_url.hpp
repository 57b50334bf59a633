// SQLAlchemy's sqlite: URLs.
#pragma once

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "ports/database.hpp"

namespace athanor::sqlite {

inline constexpr std::string_view kMemory = ":memory:";
/// What the name of a ConnectionSpec's `memory` begins with: SQLite's own URI, which no user's URL may be.
inline constexpr std::string_view kSharedMemory = "file:";

/// The file that a URL names, kMemory, or the URI of `spec.memory`: `sqlite:///relative.db`,
/// `sqlite:////absolute.db`, `sqlite://` and `sqlite:///:memory:`. The path is taken as it stands, without
/// percent-decoding, as SQLAlchemy does: the same alembic.ini must name the same file. Parameters of Python's
/// driver are ignored.
/// @return Terminal `DatabaseSchemeNotAllowed` unless spec.allow_sqlite; Terminal `InvalidDatabaseUrl` for
/// what is
///   no such URL, and for a database in memory under operator_rules: it would be forgotten with the session
[[nodiscard]] Result<std::string> database_file(const ports::ConnectionSpec& spec);

}  // namespace athanor::sqlite
