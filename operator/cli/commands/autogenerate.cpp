#include "cli/commands/autogenerate.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands/schema_tools.hpp"
#include "cli/commands/write_revision.hpp"
#include "core/sql_script.hpp"

namespace athanor::cli {
namespace {

SqlSection section_of(std::string sql) {
  SqlSection section;
  section.checksum = sql_checksum(sql);
  section.sql = std::move(sql);
  return section;
}

/// Both sections show what they do, and nothing is written.
tl::unexpected<Error> not_proved(World& world, const CommonOptions& common, const Revision& revision,
                                 const std::string& why) {
  if (!common.json) {
    world.console.note(fmt::format("-- athanor:upgrade\n{}\n-- athanor:downgrade\n{}", revision.upgrade.sql,
                                   revision.downgrade->sql));
  }
  return fail(
      ErrorKind::Terminal, "NotProved",
      fmt::format("the generated SQL was tried in a scratch database, and {}. Nothing was written. Write "
                  "the revision by hand (athanor revision -m \"MESSAGE\" --sql FILE), and report this, "
                  "please: it is a mistake of athanor's.",
                  why));
}

std::string left_over(const SchemaChange& change) {
  std::string text;
  for (const std::string& line : change_lines(change)) text.append("\n  ").append(line);
  return text;
}

}  // namespace

Result<std::optional<Revision>> autogenerate(World& world, const CommonOptions& common,
                                             const ProjectGraph& opened, Revision revision,
                                             const std::string& dev_url) {
  const auto tools = bench_tools(world, opened.project, dev_url, "athanor revision");
  if (!tools) return fail(tools.error());
  const auto compared = compare_with_desired(world, *tools, opened.project, opened.graph);
  if (!compared) return fail(compared.error());
  Comparison& comparison = **compared;
  if (comparison.up.empty()) return std::optional<Revision>();
  if (!common.json) note_changes(world.console, comparison.up);
  revision.upgrade = section_of(comparison.up.sql);
  revision.downgrade = section_of(comparison.down.sql);
  revision.transaction = transaction_mode_for(revision.upgrade.sql, tools->dialect());

  const auto graph = graph_with(opened.graph, revision);
  if (!graph) return fail(graph.error());
  SchemaBench& bench = *comparison.bench;
  if (auto up = bench.upgrade(*graph, "heads"); !up)
    return not_proved(world, common, revision, "its upgrade fails: " + up.error().message);
  const auto reached = bench.read();
  if (!reached) return fail(reached.error());
  if (const auto rest = change_between(*reached, comparison.desired, tools->dialect()); !rest.empty())
    return not_proved(world, common, revision,
                      "it does not make the desired schema; left over is:" + left_over(rest));
  if (auto down = bench.downgrade(*graph, revision.id + "-1"); !down)
    return not_proved(world, common, revision, "its downgrade fails: " + down.error().message);
  const auto undone = bench.read();
  if (!undone) return fail(undone.error());
  if (const auto rest = change_between(*undone, comparison.made, tools->dialect()); !rest.empty())
    return not_proved(world, common, revision,
                      "its downgrade does not lead back; left over is:" + left_over(rest));
  return std::optional(std::move(revision));
}

}  // namespace athanor::cli
