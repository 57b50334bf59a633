#include "support_schema/second_opinion.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "support/child_process.hpp"
#include "support/temp_folder.hpp"

namespace athanor::testing {
namespace {

namespace fs = std::filesystem;

/// Since 14 a server prints EXTRACT's field as somebody wrote it, and reads it back in small letters.
void fold_extract(std::string& line) {
  constexpr std::string_view kExtract = "EXTRACT(";
  for (std::size_t at = line.find(kExtract); at != std::string::npos; at = line.find(kExtract, at)) {
    for (at += kExtract.size(); at < line.size() && std::isalpha(static_cast<unsigned char>(line[at])) != 0;
         ++at)
      line[at] = static_cast<char>(std::tolower(static_cast<unsigned char>(line[at])));
  }
}

std::string sorted(std::vector<std::string> lines) {
  for (std::string& line : lines) fold_extract(line);
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const std::string& line : lines) text += line + '\n';
  return text;
}

}  // namespace

fs::path newest_client(const std::string& name, int at_least) {
  fs::path newest;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version < at_least || !fs::exists(entry.path() / "bin" / name)) continue;
    at_least = version;
    newest = entry.path() / "bin" / name;
  }
  return newest;
}

std::string sorted_dump(const PostgresServer& server, const std::string& database) {
  // It dumps older servers, and refuses newer ones.
  const fs::path program = newest_client("pg_dump", server.major_version());
  if (program.empty()) return "";
  const TempFolder folder;
  const auto file = folder.path() / "dump.sql";
  ChildProcess::run({.command = {program, "--schema-only", "--no-owner", "--dbname", server.url(database),
                                 "--file", file}});
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    // Comments name the object's place; \restrict has a key made up for each run.
    if (line.empty() || line.starts_with("--") || line.starts_with("\\")) continue;
    if (line.ends_with(',')) line.pop_back();
    lines.push_back(line);
  }
  return sorted(std::move(lines));
}

std::string sorted_information_schema(const PostgresServer& server, const std::string& database) {
  // Without what initdb made: each view names the schema that its rows are of in a column of its own. Oids
  // stand in some names; what an owner may do is told or not, as the list of rights happens to be kept.
  const std::string every_view = R"sql(
SELECT 'SET jit = off; ' || string_agg(format($$SELECT %L || ' ' || regexp_replace(replace((to_jsonb(v) - ARRAY[
    'ordinal_position', 'dtd_identifier', 'specific_name'])::text, current_database(), ''),
    '(\d+_\d+_\d+_not_null|_not_null\d*"|_\d+")', '"', 'g') FROM information_schema.%I v
  WHERE v.%I::text NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
    AND NOT COALESCE(to_jsonb(v) ->> 'grantee' = to_jsonb(v) ->> 'grantor', false)$$,
  table_name, table_name, column_name), ' UNION ALL ')
FROM (SELECT DISTINCT ON (table_name) table_name, column_name FROM information_schema.columns JOIN unnest(ARRAY[
  'table_schema', 'routine_schema', 'specific_schema', 'constraint_schema', 'domain_schema', 'sequence_schema',
  'trigger_schema', 'udt_schema', 'user_defined_type_schema', 'object_schema']) WITH ORDINALITY o (name, place)
  ON name = column_name WHERE table_schema = 'information_schema' AND table_name !~ '^_pg|^role_|^data_type_privileges|^element'
  ORDER BY table_name, place) AS views)sql";
  std::vector<std::string> lines;
  for (const auto& row : server.sql(database, server.scalar(database, every_view)))
    lines.push_back(row.at(0).value_or(""));
  return sorted(std::move(lines));
}

}  // namespace athanor::testing
