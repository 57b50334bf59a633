#include "core/sql_script.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "core/digest.hpp"
#include "core/sql_classify.hpp"
#include "core/sql_tokens.hpp"
#include "core/text.hpp"
#include "core/token_checksum.hpp"

namespace athanor {
namespace {

/// Gathers the tokens of one statement and knows where it ends.
class StatementGatherer {
 public:
  explicit StatementGatherer(std::string_view sql) : sql_(sql) {}

  [[nodiscard]] const std::vector<SqlToken>& tokens() const { return tokens_; }

  /// A semicolon here ends the statement: it is in no parentheses (CREATE RULE ... DO (a; b)) and in no
  /// BEGIN ATOMIC body.
  [[nodiscard]] bool at_end(const SqlToken& token) const {
    return parentheses_ == 0 && !in_body_ && is_symbol(sql_, token, ';');
  }

  void add(const SqlToken& token) {
    if (is_symbol(sql_, token, '(')) ++parentheses_;
    if (is_symbol(sql_, token, ')') && parentheses_ > 0) --parentheses_;
    if (token.kind == TokenKind::Word) follow_body(token);
    tokens_.push_back(token);
  }

  void clear() {
    tokens_.clear();
    parentheses_ = 0;
    in_body_ = false;
  }

 private:
  /// BEGIN ATOMIC opens a body that END closes. Every statement in it ends with a semicolon, so that the END
  /// of a CASE, or a column's label `end`, stands elsewhere.
  void follow_body(const SqlToken& token) {
    if (!in_body_) {
      in_body_ = parentheses_ == 0 && is_word(sql_, token, "atomic") && previous_is("begin") && is_routine();
    } else if (is_word(sql_, token, "end")) {
      in_body_ = !(previous_is("atomic") || is_symbol(sql_, tokens_.back(), ';'));
    }
  }

  [[nodiscard]] bool previous_is(std::string_view word) const {
    return !tokens_.empty() && is_word(sql_, tokens_.back(), word);
  }

  [[nodiscard]] bool is_routine() const {
    const auto word_at = [this](std::size_t i, std::string_view word) {
      return i < tokens_.size() && is_word(sql_, tokens_[i], word);
    };
    const std::size_t noun = word_at(1, "or") && word_at(2, "replace") ? 3 : 1;
    return word_at(0, "create") && (word_at(noun, "function") || word_at(noun, "procedure"));
  }

  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t parentheses_ = 0;
  bool in_body_ = false;
};

Error invalid(std::size_t line, const std::string& what) {
  return {ErrorKind::Terminal, "InvalidSql", "Line " + std::to_string(line) + ": " + what, {.line = line}};
}

/// The lines after COPY ... FROM STDIN are data, not SQL: what the scanner says of them would only mislead.
Error copied_data(std::size_t line) {
  return invalid(line,
                 "COPY ... FROM STDIN with its data cannot be run from a revision. Write the rows as INSERT "
                 "statements (pg_dump --inserts).");
}

const Statement* find_copy(const std::vector<Statement>& statements) {
  const auto copy = std::find_if(statements.begin(), statements.end(), [](const Statement& statement) {
    return statement.kind == StatementClass::CopyStream;
  });
  return copy == statements.end() ? nullptr : &*copy;
}

Statement to_statement(std::string_view sql, const std::vector<SqlToken>& tokens, LineCounter& lines) {
  StatementKind kind = classify_postgres(sql, tokens);
  const std::size_t start = tokens.front().start;
  return {std::string(sql.substr(start, tokens.back().end - start)), lines.line_of(start), kind.kind,
          std::move(kind.index_name)};
}

/// Makes statements of tokens as they come.
class Splitter {
 public:
  Splitter(std::string_view sql, std::size_t first_line)
      : sql_(sql), lines_(sql, first_line), gatherer_(sql) {}

  void take(std::span<const SqlToken> tokens) {
    for (const SqlToken& token : tokens) {
      if (refused_) return;
      if (token.kind != TokenKind::Comment) take(token);
    }
  }

  [[nodiscard]] Result<std::vector<Statement>> finish() {
    if (refused_) return fail(std::move(*refused_));
    end_statement();
    return std::move(statements_);
  }

 private:
  void take(const SqlToken& token) {
    if (is_symbol(sql_, token, '\\')) {
      const Statement* copy = find_copy(statements_);
      refused_ = copy != nullptr
                     ? copied_data(copy->line)
                     : invalid(lines_.line_of(token.start),
                               "a backslash begins a command of psql (\\connect, \\i, \\restrict), which is "
                               "not SQL. Remove it, or write what it does in SQL.");
    } else if (gatherer_.at_end(token)) {
      end_statement();
    } else {
      gatherer_.add(token);
    }
  }

  void end_statement() {
    if (gatherer_.tokens().empty()) return;
    statements_.push_back(to_statement(sql_, gatherer_.tokens(), lines_));
    gatherer_.clear();
  }

  std::string_view sql_;
  LineCounter lines_;
  StatementGatherer gatherer_;
  std::vector<Statement> statements_;
  std::optional<Error> refused_;
};

/// The scanner quotes the text at fault, which may be the whole rest of the file.
std::string without_quotation(const std::string& message) {
  return message.substr(0, message.find(" at or near "));
}

tl::expected<Result<std::vector<Statement>>, ScanError> split_scanned(std::string_view sql,
                                                                      std::size_t first_line) {
  Splitter splitter(sql, first_line);
  const auto scanned =
      for_each_token(sql, [&splitter](std::span<const SqlToken> tokens) { splitter.take(tokens); });
  if (!scanned) return tl::unexpected(scanned.error());
  return splitter.finish();
}

}  // namespace

Result<std::vector<Statement>> split_postgres(std::string_view sql, std::size_t first_line) {
  auto split = split_scanned(sql, first_line);
  if (split) return std::move(*split);
  const ScanError& error = split.error();
  if (auto before = split_scanned(sql.substr(0, error.offset), first_line)) {
    if (!*before) return std::move(*before);
    if (const Statement* copy = find_copy(**before)) return fail(copied_data(copy->line));
  }
  return fail(invalid(LineCounter(sql, first_line).line_of(error.offset),
                      without_quotation(error.message) + ", which begins here. Close or mend it."));
}

std::string close_statement(std::string_view sql) {
  const std::string closed(trim(sql));
  bool is_closed = true;  // nothing but comments is no statement, and needs no semicolon
  bool ends_in_comment = false;
  const auto scanned = for_each_token(closed, [&](std::span<const SqlToken> tokens) {
    for (const SqlToken& token : tokens) {
      ends_in_comment = token.kind == TokenKind::Comment;
      if (!ends_in_comment) is_closed = is_symbol(closed, token, ';');
    }
  });
  // What does not scan is another dialect's: one semicolon more does no harm.
  if (scanned && is_closed) return closed;
  return closed + (scanned && !ends_in_comment ? ";" : "\n;");
}

std::string sql_checksum(std::string_view sql) {
  TokenChecksum checksum;
  const auto scanned = for_each_token(sql, [&](std::span<const SqlToken> tokens) {
    for (const SqlToken& token : tokens) checksum.add(sql, token);
  });
  return scanned ? checksum.hex() : sha256_hex(fold_white_space(sql));
}

}  // namespace athanor
