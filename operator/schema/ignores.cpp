#include "schema/ignores.hpp"

#include <algorithm>
#include <span>

#include "core/revision_sections.hpp"
#include "core/sql_tokens.hpp"
#include "core/text.hpp"
#include "schema/lint_rules.hpp"

namespace athanor::schema {
namespace {

std::size_t last_line(const Statement& statement) {
  return statement.line +
         static_cast<std::size_t>(std::count(statement.text.begin(), statement.text.end(), '\n'));
}

Ignore parse(std::string_view content, std::size_t line) {
  const std::size_t end = std::min(content.find_first_of(" \t"), content.size());
  return {line, std::string(content.substr(0, end)), std::string(trim(content.substr(end))), false};
}

}  // namespace

std::string Ignore::fault() const {
  if (rule.empty()) return "No rule is named.";
  if (find_rule(rule) == nullptr) return "There is no rule " + rule + ".";
  return reason.empty() ? "No reason is given." : std::string();
}

std::vector<Ignore> find_ignores(std::string_view sql, std::size_t first_line) {
  std::vector<Ignore> ignores;
  LineCounter lines(sql, first_line);
  const auto scanned = for_each_token(sql, [&](std::span<const SqlToken> tokens) {
    for (const SqlToken& token : tokens) {
      if (token.kind != TokenKind::Comment) continue;
      if (const auto content = ignored_in(token.in(sql)))
        ignores.push_back(parse(*content, lines.line_of(token.start)));
    }
  });
  return scanned ? ignores : std::vector<Ignore>();
}

std::size_t statement_meant(const std::vector<Statement>& statements, std::size_t line) {
  const auto next = std::upper_bound(
      statements.begin(), statements.end(), line,
      [](std::size_t wanted, const Statement& statement) { return wanted < statement.line; });
  if (next != statements.begin() && last_line(*(next - 1)) >= line)
    return static_cast<std::size_t>(next - 1 - statements.begin());
  return static_cast<std::size_t>(next - statements.begin());
}

}  // namespace athanor::schema
