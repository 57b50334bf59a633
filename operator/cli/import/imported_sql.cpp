#include "cli/import/imported_sql.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "adapters/sqlite/sqlite_script.hpp"
#include "core/sql_script.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

constexpr std::size_t kQuotedBytes = 60;

bool is_control(const Statement& statement) {
  return statement.kind == StatementClass::TransactionControl;
}

std::string first_word(const Statement& statement) {
  const std::string_view text = statement.text;
  return to_lower(text.substr(0, text.find_first_of(" \t\n\r\f\v")));
}

bool begins(const Statement& statement) {
  const std::string word = first_word(statement);
  return is_control(statement) && (word == "begin" || word == "start");
}

bool commits(const Statement& statement) {
  const std::string word = first_word(statement);
  return is_control(statement) && (word == "commit" || word == "end");
}

/// Why no transaction of Athanor's, and none at all, could run this statement; empty: one can.
std::string why_not(const Statement& statement) {
  if (statement.kind == StatementClass::CopyStream) {
    return "COPY with its data (FROM STDIN) cannot be run from a revision. Write the rows as INSERT "
           "statements.";
  }
  if (!is_control(statement) || begins(statement) || commits(statement)) return {};
  return fmt::format(
      "\"{}\" controls a transaction, which is Athanor's to do. Write the revision without it.",
      fold_white_space(statement.text).substr(0, kQuotedBytes));
}

/// Cuts statements that stand in `sql` out of it, each with its semicolon.
std::string without(std::string_view sql, const std::vector<Statement>& statements) {
  std::string out;
  std::size_t kept = 0;
  std::size_t line = 1;
  std::size_t line_start = 0;
  for (const Statement& statement : statements) {
    for (; line < statement.line; ++line) line_start = sql.find('\n', line_start) + 1;
    if (!is_control(statement)) continue;
    // From where the last one ended: two may stand in one line.
    const std::size_t start = sql.find(statement.text, std::max(line_start, kept));
    std::size_t end = start + statement.text.size();
    const std::size_t semicolon = std::min(sql.find_first_not_of(" \t\r\n", end), sql.size());
    if (semicolon < sql.size() && sql[semicolon] == ';') end = semicolon + 1;
    out.append(sql.substr(kept, start - kept));
    kept = end;
  }
  return std::string(trim(out.append(sql.substr(kept))));
}

}  // namespace

tl::expected<ImportedSql, std::string> import_sql(std::string_view sql, ports::Dialect dialect) {
  const auto statements =
      dialect == ports::Dialect::Sqlite ? sqlite::split_script(sql, 1) : split_postgres(sql);
  if (!statements) return tl::unexpected(statements.error().message);
  for (const Statement& statement : *statements) {
    if (std::string reason = why_not(statement); !reason.empty()) return tl::unexpected(std::move(reason));
  }
  const auto controls = std::ranges::count_if(*statements, is_control);
  const bool bare = std::ranges::any_of(
      *statements, [](const Statement& statement) { return statement.kind == StatementClass::Bare; });
  if (controls == 0) return ImportedSql{std::string(trim(sql)), bare};
  const bool around_the_whole = controls == 2 && begins(statements->front()) && commits(statements->back());
  return ImportedSql{without(sql, *statements), bare || !around_the_whole};
}

std::string join_statements(const std::vector<std::string>& statements) {
  std::string joined;
  for (const std::string& statement : statements) {
    const std::string closed = close_statement(statement);
    if (!closed.empty()) joined.append(joined.empty() ? "" : "\n\n").append(closed);
  }
  return joined;
}

}  // namespace athanor::cli
