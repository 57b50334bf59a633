#include "adapters/sqlite/foreign_keys.hpp"

#include <fmt/format.h>

namespace athanor::sqlite {
namespace {

tl::unexpected<Error> violated(std::string message) {
  return fail(ErrorKind::Terminal, "ForeignKeyViolated", std::move(message));
}

/// @param arguments of pragma_foreign_key_check, parentheses included, or nothing
Result<void> add_orphans(const Query& query, std::string_view arguments, ForeignKeys& keys) {
  const auto rows = query(fmt::format(
      "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check{} GROUP BY 1, 2", arguments));
  if (!rows) return fail(rows.error());
  for (const ports::Row& row : *rows) {
    keys.orphans[{row[0].value_or(""), row[1].value_or("")}] += std::stoul(row[2].value_or("0"));
  }
  return {};
}

bool is_mismatch(const Error& error) {
  return error.message.find("foreign key mismatch") != std::string::npos;
}

Result<void> check_one_by_one(const ports::Database& database, const Query& query, ForeignKeys& keys) {
  const auto children = query(
      "SELECT name FROM main.sqlite_master AS m WHERE type = 'table' AND EXISTS (SELECT 1 FROM "
      "pragma_foreign_key_list(m.name, 'main'))");
  if (!children) return fail(children.error());
  for (const ports::Row& row : *children) {
    const std::string name = row[0].value_or("");
    auto checked = add_orphans(query, fmt::format("({}, 'main')", database.quote(name)), keys);
    if (checked) continue;
    if (!is_mismatch(checked.error())) return checked;
    keys.unchecked.insert(name);
  }
  return {};
}

/// How many more there are of `name` than before; its own are not asked for where they could not be known.
std::size_t grown(const ForeignKeys& before, const ForeignKeys::ChildAndParent& name, std::size_t count) {
  if (before.unchecked.contains(name.first)) return 0;
  const auto known = before.orphans.find(name);
  const std::size_t were = known == before.orphans.end() ? 0 : known->second;
  return count > were ? count - were : 0;
}

/// Rows from before that went, or got another name, with a table.
std::size_t gone_with_tables(const ForeignKeys& before, const ForeignKeys& now) {
  std::size_t gone = 0;
  for (const auto& [name, count] : before.orphans) {
    if (now.orphans.contains(name)) continue;
    if (!now.tables.contains(name.first) || !now.tables.contains(name.second)) gone += count;
  }
  return gone;
}

}  // namespace

Result<ForeignKeys> read_foreign_keys(const ports::Database& database, const Query& query) {
  ForeignKeys keys;
  auto checked = add_orphans(query, {}, keys);
  if (!checked && is_mismatch(checked.error())) checked = check_one_by_one(database, query, keys);
  if (!checked) return fail(std::move(checked.error()));
  if (keys.orphans.empty() && keys.unchecked.empty()) return keys;
  const auto tables = query("SELECT name FROM main.sqlite_master WHERE type = 'table'");
  if (!tables) return fail(tables.error());
  for (const ports::Row& row : *tables) keys.tables.insert(row[0].value_or(""));
  return keys;
}

Result<void> compare_foreign_keys(const ForeignKeys& before, const ForeignKeys& now) {
  std::size_t renamed = 0;
  for (const std::string& table : before.unchecked) renamed += now.tables.contains(table) ? 0 : 1;
  for (const std::string& table : now.unchecked) {
    if (before.unchecked.contains(table)) continue;
    if (renamed > 0) {
      --renamed;
      continue;
    }
    return violated(
        fmt::format("The revision leaves a foreign key of the table {} that can't be checked (foreign key "
                    "mismatch). The columns that it names must be the parent's primary key or UNIQUE.",
                    table));
  }
  std::size_t more = 0;
  std::string where;
  for (const auto& [name, count] : now.orphans) {
    const std::size_t added = grown(before, name, count);
    if (added > 0 && where.empty()) where = fmt::format("{} → {}", name.first, name.second);
    more += added;
  }
  if (more <= gone_with_tables(before, now)) return {};
  return violated(
      fmt::format("The revision leaves {} rows that refer to a missing row ({}): correct them in the "
                  "revision. `PRAGMA foreign_key_check` lists them.",
                  more - gone_with_tables(before, now), where));
}

}  // namespace athanor::sqlite
