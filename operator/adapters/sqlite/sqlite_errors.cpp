#include "adapters/sqlite/sqlite_errors.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include <sqlite3.h>

namespace athanor::sqlite {
namespace {

constexpr std::size_t kLongestMessage = 900;

struct Verdict {
  ErrorKind kind;
  std::string reason;
  std::string message;
};

Verdict interrupted(const ErrorContext& context) {
  if (context.deadline_passed) {
    return {ErrorKind::Terminal, "StatementTimeout",
            fmt::format(
                "The statement ran longer than the statement timeout of {} ms and was cancelled: raise "
                "{}, or make the statement do less.",
                context.statement_timeout.count(),
                context.audience == Audience::Operator ? "policy.statementTimeout" : "--statement-timeout")};
  }
  return {ErrorKind::Transient, "Cancelled", "The statement was cancelled."};
}

Verdict denied(Denied what) {
  if (what == Denied::Journal) {
    return {ErrorKind::Terminal, "UnsafeJournal",
            "Without a journal in a file (journal_mode OFF or MEMORY) a rollback or a crash destroys the "
            "database. Leave the pragma out, or choose another mode."};
  }
  return {ErrorKind::Terminal, "TransactionControl",
          "A revision must neither begin or end transactions (BEGIN, COMMIT, ROLLBACK, SAVEPOINT) nor "
          "attach other databases: Athanor runs each revision in a transaction of its own."};
}

Verdict verdict_of(int code, const std::string& text, const ErrorContext& context) {
  switch (code & 0xFF) {
    case SQLITE_INTERRUPT:
      return interrupted(context);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      if (context.can_ask_again)
        return {ErrorKind::Transient, kLockHeld, "another process has the database file locked"};
      return {ErrorKind::Transient, "LockTimeout",
              fmt::format(
                  "Another process kept the database locked for longer than the lock timeout of {} ms: {}",
                  context.lock_timeout.count(), text)};
    case SQLITE_READONLY:
      return {ErrorKind::Transient, "DatabaseReadOnly",
              fmt::format(
                  "The database file can't be written: {}. Check the permissions of the file and its folder.",
                  text)};
    case SQLITE_FULL:
    case SQLITE_NOMEM:
      return {ErrorKind::Transient, "DatabaseOutOfResources", text};
    case SQLITE_CANTOPEN:
      return {ErrorKind::Transient, "DatabaseUnreachable",
              fmt::format(
                  "{}. The file's folder has to exist and to be writable; a relative path counts from the "
                  "working directory.",
                  text)};
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return {ErrorKind::Transient, "DatabaseUnreachable", text};
    case SQLITE_NOTADB:
      return {ErrorKind::Terminal, "DatabaseCorrupt",
              fmt::format("The file {} is no SQLite database: {}. Check the path in the URL first; if it is "
                          "the right one, the file is damaged, and has to come from a backup.",
                          context.file, text)};
    case SQLITE_CORRUPT:
      return {ErrorKind::Terminal, "DatabaseCorrupt",
              fmt::format("The file is not a sound SQLite database: {}. Restore it from a backup.", text)};
    case SQLITE_AUTH:
      if (context.denied != Denied::Nothing) return denied(context.denied);
      break;
    default:
      break;
  }
  return {ErrorKind::Terminal, "SqlError", text};
}

// What it begins with, and what closes it; the library quotes a text as it stands, closing marks and all.
struct Quotation {
  std::string_view opening;
  std::string_view closing;
};

constexpr std::array kQuotations = {
    Quotation{R"(near ")", R"(")"},
    Quotation{R"(unrecognized token: ")", R"(")"},
    Quotation{R"(no such column: ")", R"(")"},  // a string in the wrong quotes, since SQLite 3.41
    Quotation{"JSON path error near '", "'"},
    Quotation{"bad JSON path: '", "'"},
    Quotation{"malformed MATCH expression: [", "]"},
    Quotation{"hex literal too big: ", ""},
    Quotation{"oversized integer: ", ""},
};

constexpr std::string_view kCheckFailed = "CHECK constraint failed: ";

bool is_name(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; });
}

}  // namespace

std::string without_quotation(std::string_view message) {
  // A constraint without a name is called by its text.
  if (message.starts_with(kCheckFailed) && !is_name(message.substr(kCheckFailed.size()))) {
    return fmt::format("{}\"…\"", kCheckFailed);
  }
  for (const auto& [opening, closing] : kQuotations) {
    const std::size_t at = message.find(opening);
    if (at == std::string_view::npos) continue;
    const std::size_t begin = at + opening.size();
    std::size_t end = closing.empty() ? std::string_view::npos : message.rfind(closing);
    end = end == std::string_view::npos || end < begin ? message.size() : end + closing.size();
    return fmt::format("{}\"…\"{}", message.substr(0, begin - closing.size()), message.substr(end));
  }
  return std::string(message);
}

std::size_t line_at(std::string_view sql, int offset) {
  if (offset < 0 || static_cast<std::size_t>(offset) > sql.size()) return 0;
  return 1 + static_cast<std::size_t>(std::count(sql.begin(), sql.begin() + offset, '\n'));
}

Error last_error(sqlite3* connection, std::string_view sql, const ErrorContext& context) {
  const int code = sqlite3_extended_errcode(connection);
  std::string text = fmt::format("{} (SQLite error {})", without_quotation(sqlite3_errmsg(connection)), code);
  if (text.size() > kLongestMessage) text.resize(kLongestMessage);
  ErrorContext known = context;
  if (const char* file = sqlite3_db_filename(connection, "main"); file != nullptr) known.file = file;
  Verdict verdict = verdict_of(code, text, known);
  return {
      verdict.kind,
      std::move(verdict.reason),
      std::move(verdict.message),
      {.revision = {}, .file = {}, .line = line_at(sql, sqlite3_error_offset(connection)), .sqlstate = {}}};
}

}  // namespace athanor::sqlite
