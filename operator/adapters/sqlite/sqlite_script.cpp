#include "adapters/sqlite/sqlite_script.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

#include <fmt/format.h>
#include <sqlite3.h>

#include "core/sqlite_tokens.hpp"

namespace athanor::sqlite {
namespace {

using namespace std::string_view_literals;

constexpr std::array kTransactionControl = {"BEGIN"sv,    "COMMIT"sv,    "END"sv,
                                            "ROLLBACK"sv, "SAVEPOINT"sv, "RELEASE"sv};
constexpr std::array kBarePragmas = {"JOURNAL_MODE"sv, "WAL_CHECKPOINT"sv,     "AUTO_VACUUM"sv,
                                     "PAGE_SIZE"sv,    "INCREMENTAL_VACUUM"sv, "SYNCHRONOUS"sv};

using Kind = SqliteToken::Kind;

/// The first words of a statement in upper case, schema qualifiers and comments skipped.
std::vector<std::string> first_words(std::string_view text, std::size_t count) {
  std::vector<std::string> words;
  while (!text.empty() && words.size() < count) {
    const SqliteToken token = next_sqlite_token(text);
    if (token.kind == Kind::Word) {
      std::string word(token.text);
      std::transform(word.begin(), word.end(), word.begin(), [](unsigned char c) { return std::toupper(c); });
      words.push_back(std::move(word));
    }
    text.remove_prefix(token.text.size());
    // `main.journal_mode` is journal_mode.
    if (text.starts_with('.') && words.size() > 1) words.pop_back();
  }
  return words;
}

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

StatementClass class_of(std::string_view text) {
  const std::vector<std::string> words = first_words(text, 2);
  if (words.empty()) return StatementClass::Plain;
  if (contains(kTransactionControl, words[0])) return StatementClass::TransactionControl;
  if (words[0] == "VACUUM") return StatementClass::Bare;
  if (words[0] == "PRAGMA" && words.size() > 1 && contains(kBarePragmas, words[1]))
    return StatementClass::Bare;
  return StatementClass::Plain;
}

/// What SQLite's authorizer would refuse in the midst of the run.
bool reaches_another_file(const Statement& statement) {
  const std::vector<std::string> words = first_words(statement.text, 3);
  if (words.empty()) return false;
  const bool vacuums_into = words[0] == "VACUUM" && std::ranges::find(words, "INTO") != words.end();
  return words[0] == "ATTACH" || words[0] == "DETACH" || vacuums_into;
}

/// The statement that is being read.
struct Piece {
  std::size_t begin = 0;  ///< of its first token that is neither space nor comment
  std::size_t end = 0;    ///< after its last such token
  std::size_t line = 0;
  [[nodiscard]] bool empty() const { return end == begin; }
};

bool is_complete(std::string_view sql, const Piece& piece, std::size_t semicolon_end) {
  const std::string text(sql.substr(piece.begin, semicolon_end - piece.begin));
  return sqlite3_complete(text.c_str()) != 0;
}

}  // namespace

Result<std::vector<Statement>> split_script(std::string_view sql, std::size_t first_line) {
  std::vector<Statement> statements;
  Piece piece;
  const auto finish = [&] {
    if (piece.empty()) return;
    const std::string_view text = sql.substr(piece.begin, piece.end - piece.begin);
    statements.push_back(
        {.text = std::string(text), .line = piece.line, .kind = class_of(text), .index_name = {}});
    piece = {};
  };
  std::size_t line = first_line;
  for (std::size_t at = 0; at < sql.size();) {
    const SqliteToken token = next_sqlite_token(sql.substr(at));
    const std::size_t end = at + token.text.size();
    switch (token.kind) {
      case Kind::Unterminated:
        return fail(ErrorKind::Terminal, "InvalidSql",
                    fmt::format("The quote opened on line {} is never closed.", line),
                    {.revision = {}, .file = {}, .line = line, .sqlstate = {}});
      case Kind::Semicolon:
        if (piece.empty() || is_complete(sql, piece, end)) {
          finish();
        } else {
          piece.end = end;
        }
        break;
      case Kind::Space:
      case Kind::Comment:
        break;
      default:
        if (piece.empty()) piece = {.begin = at, .end = at, .line = line};
        piece.end = end;
    }
    line += static_cast<std::size_t>(std::count(sql.begin() + static_cast<std::ptrdiff_t>(at),
                                                sql.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
    at = end;
  }
  finish();
  if (const auto found = std::ranges::find_if(statements, reaches_another_file); found != statements.end()) {
    return fail(
        ErrorKind::Terminal, "OtherDatabase",
        fmt::format("Line {}: ATTACH, DETACH and VACUUM INTO are refused: a revision works on its own "
                    "database file, and could not be undone in another. Take the statement out.",
                    found->line),
        {.revision = {}, .file = {}, .line = found->line, .sqlstate = {}});
  }
  return statements;
}

}  // namespace athanor::sqlite
