#include "engine/session_state.hpp"

#include <algorithm>
#include <string>

#include "core/text.hpp"
#include "engine/statement_head.hpp"

namespace athanor::engine {

namespace {

/// A name as it is compared: `pg_temp.x`, `temp.x` and `X` are x.
std::string plain_name(const std::string& written) {
  const std::string lower = to_lower(written);
  return lower.substr(lower.rfind('.') + 1);
}

/// The temporary object that a statement makes; empty if it makes none that outlives its transaction.
std::string temporary_made(const Statement& statement) {
  StatementHead head(statement.text);
  if (head.take("select") || head.take("with")) {
    return head.find({"into", "temp"}) || head.find({"into", "temporary"})
               ? (head.take("table"), plain_name(head.take_name()))
               : std::string();
  }
  if (!head.take("create")) return {};
  head.take_all({"or", "replace"});
  head.take_any({"global", "local"});
  if (!head.take_any({"temp", "temporary"})) return {};
  head.take("recursive");
  if (!head.take_any({"table", "view", "sequence"})) return {};
  head.take_all({"if", "not", "exists"});
  const std::string name = plain_name(head.take_name());
  return head.find({"on", "commit", "drop"}) ? std::string() : name;
}

bool drops(const Statement& statement, const std::string& name) {
  StatementHead head(statement.text);
  if (!head.take("drop") || !head.take_any({"table", "view", "sequence"})) return false;
  head.take_all({"if", "exists"});
  do {
    if (plain_name(head.take_name()) == name) return true;
  } while (head.take_symbol(','));
  return false;
}

}  // namespace

bool sets_for_session(const Statement& statement) {
  if (statement.kind == StatementClass::Bare) return false;
  const StatementHead head(statement.text);
  if (head.at("set") || head.at("reset")) return true;
  return head.at("select") && head.calls("set_config");
}

std::optional<std::size_t> lost_temporary(std::span<const Statement> done) {
  for (std::size_t i = 0; i < done.size(); ++i) {
    const std::string name = temporary_made(done[i]);
    if (name.empty()) continue;
    const auto later = done.subspan(i + 1);
    if (std::ranges::none_of(later, [&](const Statement& each) { return drops(each, name); })) return i;
  }
  return std::nullopt;
}

}  // namespace athanor::engine
