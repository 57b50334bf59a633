#include "integration/inspect_sqlite/second_opinion.hpp"

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>

namespace athanor::testing {
namespace {

constexpr const char* kPragmas = R"sql(
WITH t AS MATERIALIZED (
  SELECT l.name, l.type, l.wr, l.strict FROM pragma_table_list l
  WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND l.type <> 'shadow')
SELECT 'table', lower(name), type, wr, strict, '' FROM t
UNION ALL
SELECT 'column', lower(t.name), x.name, replace(upper(x.type), ' ', ''), x."notnull" || ' ' || x.pk || ' ' || x.hidden,
  trim(replace(replace(nullif(upper(x.dflt_value), 'NULL'), ' ', ''), '"', ''''), '()')
FROM t, pragma_table_xinfo(t.name, 'main') x WHERE t.type <> 'view'
UNION ALL
SELECT 'foreign key', lower(t.name), lower(f."from"), lower(f."table") || '.' || coalesce(lower(f."to"), ''),
  f.on_update || ' ' || f.on_delete, f.seq
FROM t, pragma_foreign_key_list(t.name, 'main') f WHERE t.type = 'table'
UNION ALL
SELECT 'index', lower(t.name), iif(i.origin = 'c', i.name, ''), i.origin, i."unique" || ' ' || i.partial,
  (SELECT group_concat(coalesce(lower(x.name), '?') || ' ' || x.desc || ' ' || lower(x.coll))
   FROM (SELECT * FROM pragma_index_xinfo(i.name, 'main') WHERE key ORDER BY seqno) x)
FROM t, pragma_index_list(t.name, 'main') i WHERE t.type = 'table'
UNION ALL
SELECT type, name, lower(tbl_name), iif(type = 'index', lower(bare), bare), '', ''
FROM (SELECT *, replace(replace(replace(replace(sql, ' ', ''), char(10), ''), char(9), ''), '"', '') AS bare
  FROM main.sqlite_schema)
WHERE type IN ('index', 'view', 'trigger') AND bare IS NOT NULL
ORDER BY 1, 2, 3, 4, 5, 6
)sql";

std::string as_text(const ports::Rows& rows) {
  std::string text;
  for (const ports::Row& row : rows) {
    for (const ports::Cell& cell : row) text += cell.value_or("NULL") + '|';
    text += '\n';
  }
  return text;
}

// What is the same written on a column and on the table, or said or not.
const std::set<std::string> kNoMatter{"action",  "always",  "asc",       "binary", "collate",
                                      "default", "foreign", "generated", "key",    "match",
                                      "no",      "not",     "null",      "virtual"};

/// Names, keywords and values outside of comments, each once, in lower case.
std::string words_of(const std::string& sql) {
  std::set<std::string> words;
  std::string word;
  static const std::regex kComment(R"(/\*[^*]*\*/|--[^\n]*)");
  for (const char c : std::regex_replace(sql, kComment, " ") + ' ') {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
        static_cast<unsigned char>(c) >= 0x80) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!word.empty()) {
      if (!kNoMatter.contains(word)) words.insert(word);
      word.clear();
    }
  }
  std::string text;
  for (const std::string& each : words) text += ' ' + each;
  return text;
}

bool holds_values(const schema::Catalog& catalog, const schema::ObjectId& column) {
  const auto found = catalog.find(column);
  return found != catalog.end() && found->second.fact(schema::Fact::Generated).empty();
}

/// Virtual tables are their modules' own.
bool holds_rows(const schema::Catalog& catalog, const schema::ObjectId& table) {
  const auto found = catalog.find(table);
  return found != catalog.end() && found->second.fact(schema::Fact::Definition).empty();
}

}  // namespace

std::string described_by_sqlite(SqliteScratch& scratch) {
  std::string text = as_text(scratch.query(kPragmas));
  for (const ports::Row& row : scratch.query(
           "SELECT lower(m.name), m.sql FROM sqlite_schema m JOIN pragma_table_list l ON l.name = m.name AND "
           "l.schema = "
           "'main' WHERE l.type = 'table' AND m.sql IS NOT NULL AND m.name <> 'sqlite_sequence' ORDER BY 1"))
    text += *row[0] + ':' + words_of(*row[1]) + '\n';
  return text;
}

std::string outcomes(SqliteScratch& scratch, const std::vector<std::string>& probes) {
  scratch.query("PRAGMA foreign_keys = ON");
  std::string text;
  for (const std::string& probe : probes) {
    const auto answered = scratch.database().query(probe);
    text += probe + "\n-> " + (answered ? as_text(*answered) : answered.error().message) + '\n';
  }
  return text;
}

std::string rows_in_common(SqliteScratch& scratch, const schema::Catalog& one, const schema::Catalog& other) {
  std::string text;
  for (const auto& [table, object] : one) {
    if (table.kind != schema::ObjectKind::Table || !holds_rows(one, table) || !holds_rows(other, table))
      continue;
    std::string columns;
    for (const auto& [id, column] : one) {
      if (id.kind != schema::ObjectKind::Column || id.parent != table.name) continue;
      if (holds_values(one, id) && holds_values(other, id)) columns += ", CAST(" + id.name + " AS TEXT)";
    }
    const auto rows = scratch.query("SELECT ''" + columns + " FROM " + table.name + " ORDER BY 1" +
                                    (columns.empty() ? "" : ", 2"));
    text += table.name + '\n' + as_text(rows);
  }
  return text;
}

void delete_all_rows(SqliteScratch& scratch) {
  for (const auto& [id, object] : scratch.read()) {
    if (id.kind == schema::ObjectKind::Table) scratch.query("DELETE FROM " + id.name);
  }
  for (const auto& [id, object] : scratch.read()) {
    // What a trigger wrote while others were emptied.
    if (id.kind == schema::ObjectKind::Table) scratch.query("DELETE FROM " + id.name);
  }
  if (!scratch.query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'").empty())
    scratch.query("DELETE FROM sqlite_sequence");
}

}  // namespace athanor::testing
