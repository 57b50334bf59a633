// What alembic_reader.py wrote down, as revisions. No side effects.
#pragma once

#include <string_view>

#include "cli/import/import_set.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// @param answer JSON, as ask_alembic() returns it
/// @return Terminal `AlembicFailed` if Alembic could not read the project or env.py not run offline,
/// `OtherDialect` for SQL that neither PostgreSQL nor SQLite runs
[[nodiscard]] Result<ImportSet> read_alembic_answer(std::string_view answer);

}  // namespace athanor::cli
