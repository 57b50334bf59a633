#include "cli/schemas/schema_change.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/sqlite/sqlite_script.hpp"
#include "core/destructive.hpp"
#include "core/sql_script.hpp"
#include "engine/inspect/schema_reader.hpp"

namespace athanor::cli {
namespace {

using schema::Difference;

/// The script with a comment before each statement that destroys.
std::string marked(const std::string& script, ports::Dialect dialect) {
  auto statements =
      dialect == ports::Dialect::Sqlite ? sqlite::split_script(script, 1) : split_postgres(script, 1);
  if (!statements) return script;
  std::vector<std::pair<std::size_t, std::string>> marks;
  for (const JudgedStatement& judged : judge_statements(std::move(*statements))) {
    if (judged.destroys) marks.emplace_back(judged.statement.line, *judged.destroys);
  }
  std::string out;
  std::size_t line = 1;
  auto mark = marks.begin();
  for (std::string_view rest = script; !rest.empty(); ++line) {
    for (; mark != marks.end() && mark->first == line; ++mark)
      out += fmt::format("-- DESTRUCTIVE: {}\n", mark->second);
    const std::size_t end = std::min(rest.find('\n'), rest.size() - 1) + 1;
    out += rest.substr(0, end);
    rest.remove_prefix(end);
  }
  return out;
}

/// What of a table (view, type) that is new or gone goes with it.
bool goes_with_its_whole(const Difference& difference,
                         const std::set<std::tuple<std::string, std::string>>& wholes) {
  const schema::ObjectId& id = difference.id();
  return !id.parent.empty() && wholes.contains(std::tuple(id.schema, id.parent));
}

std::vector<const Difference*> told(const SchemaChange& change) {
  std::set<std::tuple<std::string, std::string>> added;
  std::set<std::tuple<std::string, std::string>> removed;
  for (const Difference& difference : change.differences) {
    if (!difference.id().parent.empty()) continue;
    if (difference.before == nullptr) added.emplace(difference.id().schema, difference.id().name);
    if (difference.after == nullptr) removed.emplace(difference.id().schema, difference.id().name);
  }
  std::vector<const Difference*> lines;
  for (const Difference& difference : change.differences) {
    const bool within = (difference.before == nullptr && goes_with_its_whole(difference, added)) ||
                        (difference.after == nullptr && goes_with_its_whole(difference, removed));
    if (!within) lines.push_back(&difference);
  }
  return lines;
}

}  // namespace

SchemaChange change_between(const schema::Catalog& before, const schema::Catalog& after,
                            ports::Dialect dialect) {
  SchemaChange change{schema::compare(before, after), {}};
  if (change.empty()) return change;
  change.sql = marked(engine::change_script(dialect, before, after), dialect);
  return change;
}

std::vector<std::string> change_lines(const SchemaChange& change) {
  std::vector<std::string> lines;
  for (const Difference* difference : told(change)) {
    const char sign = difference->before == nullptr ? '+' : difference->after == nullptr ? '-' : '~';
    std::string line = fmt::format("{} {}", sign, schema::describe(difference->id()));
    for (std::size_t at = 0; at < difference->facts.size(); ++at)
      line.append(at == 0 ? ": " : ", ").append(schema::to_string(difference->facts[at]));
    lines.push_back(std::move(line));
  }
  return lines;
}

nlohmann::ordered_json change_json(const SchemaChange& change) {
  auto listed = nlohmann::ordered_json::array();
  for (const Difference& difference : change.differences) {
    nlohmann::ordered_json one{{"change", difference.before == nullptr  ? "add"
                                          : difference.after == nullptr ? "remove"
                                                                        : "modify"},
                               {"kind", schema::to_string(difference.id().kind)},
                               {"name", schema::describe(difference.id())}};
    if (!difference.facts.empty()) {
      auto facts = nlohmann::ordered_json::array();
      for (const schema::Fact fact : difference.facts) facts.push_back(schema::to_string(fact));
      one["facts"] = std::move(facts);
    }
    listed.push_back(std::move(one));
  }
  return {{"differences", std::move(listed)}, {"sql", change.sql}};
}

}  // namespace athanor::cli
