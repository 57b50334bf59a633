// A section of SQL cut into statements, and what can be told of each without a server.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace athanor {

/// What a PostgreSQL statement is, as far as the way of running it depends on it.
enum class StatementClass {
  Plain,               ///< runs in a transaction
  Rows,                ///< a top-level SELECT, VALUES or TABLE whose rows can be dropped through a cursor
  TransactionControl,  ///< BEGIN, COMMIT, ROLLBACK, SAVEPOINT, PREPARE or SET TRANSACTION, ...; and DISCARD
                       ///< ALL, which drops the locks of the session
  CopyStream,          ///< COPY ... FROM STDIN or TO STDOUT
  Bare,                ///< must not run in a transaction: CREATE INDEX CONCURRENTLY, VACUUM, ...
};

struct Statement {
  std::string text;      ///< without the closing semicolon, leading and trailing comments and white space cut
  std::size_t line = 1;  ///< line of the file on which `text` begins
  StatementClass kind = StatementClass::Plain;
  /// For a Bare CREATE/DROP/REINDEX INDEX CONCURRENTLY: the index as written, quotes included. One that is
  /// created gets the schema of its table where the statement names that (an index lives where its table
  /// does). Empty: another statement, or the server picks the name.
  std::string index_name;

  bool operator==(const Statement&) const = default;
};

/// Splits PostgreSQL SQL on the scanner's tokens: dollar quotes, nested comments and BEGIN ATOMIC bodies stay
/// whole, and what does not parse is kept, so that the server can say what is wrong with it.
/// @param first_line line number of the first character of `sql`
/// @return Terminal `InvalidSql` with the line, for what even the scanner refuses (an unterminated quote),
/// for commands of psql (\connect), and for the rows below a COPY ... FROM STDIN
[[nodiscard]] Result<std::vector<Statement>> split_postgres(std::string_view sql, std::size_t first_line = 1);

/// `sql`, trimmed, with the semicolon that its last statement may lack: what is put behind it is another
/// statement, whatever comment stands at its end. What holds no statement stays without one.
[[nodiscard]] std::string close_statement(std::string_view sql);

/// SHA-256, 64 hex digits, over the tokens of `sql` with comments left out and white space folded. Text that
/// does not scan is folded by white space alone, so that every section has a checksum.
[[nodiscard]] std::string sql_checksum(std::string_view sql);

}  // namespace athanor
