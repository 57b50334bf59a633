// SQL cut into statements as SQLite's own shell does it.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/sql_script.hpp"

namespace athanor::sqlite {

/// Splits at semicolons outside of quotes and comments, and keeps the bodies of triggers whole
/// (sqlite3_complete knows them). What does not parse is kept, so that SQLite can say what is wrong with it.
///
/// Bare are VACUUM and the pragmas that do nothing, or fail, in a transaction.
/// @param first_line line number of the first character of `sql`
/// @return Terminal `InvalidSql` with the line, for a quote that is never closed; Terminal
/// `OtherDatabase` with the line, for ATTACH, DETACH and VACUUM INTO
[[nodiscard]] Result<std::vector<Statement>> split_script(std::string_view sql, std::size_t first_line);

}  // namespace athanor::sqlite
