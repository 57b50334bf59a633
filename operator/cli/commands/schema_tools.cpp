#include "cli/commands/schema_tools.hpp"

#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands/database_session.hpp"
#include "cli/project/connection.hpp"
#include "cli/schemas/schema_sql.hpp"

namespace athanor::cli {

void add_dev_url(CLI::App& command, std::string& url) {
  command
      .add_option(
          "--dev-url", url,
          "The server that scratch databases are made on, in place of the environment's own; its role "
          "must be allowed to create databases")
      ->type_name("URL");
}

Result<BenchTools> bench_tools(World& world, const Project& project, const std::string& dev_url,
                               std::string_view command) {
  auto url = dev_url.empty() ? database_url(project) : dev_url;
  if (!url) return fail(std::move(url.error()));
  return BenchTools{
      .connector = world.connector,
      .clock = world.clock,
      .randomness = world.randomness,
      .server = connection_to(std::move(*url), fmt::format("{} ({})", command, who_runs(world.variables))),
      .version_table = {.name = project.version_table.name, .schema = project.version_table.schema},
      .stop = world.stop,
      .cancel = world.cancel};
}

Result<std::unique_ptr<Comparison>> compare_with_desired(World& world, const BenchTools& tools,
                                                         const Project& project, const RevisionGraph& graph) {
  const auto texts = desired_schema(project, world.files, world.stop, world.cancel);
  if (!texts) return fail(texts.error());
  auto desired = SchemaBench::make(tools);
  if (!desired) return fail(std::move(desired.error()));
  if (auto loaded = (*desired)->load(*texts); !loaded) return fail(std::move(loaded.error()));
  auto wanted = (*desired)->read();
  if (!wanted) return fail(std::move(wanted.error()));

  auto bench = SchemaBench::make(tools);
  if (!bench) return fail(std::move(bench.error()));
  if (auto upgraded = (*bench)->upgrade(graph, "heads"); !upgraded) return fail(std::move(upgraded.error()));
  auto made = (*bench)->read();
  if (!made) return fail(std::move(made.error()));

  auto comparison = std::make_unique<Comparison>();
  comparison->bench = std::move(*bench);
  comparison->made = std::move(*made);
  comparison->desired = std::move(*wanted);
  comparison->up = change_between(comparison->made, comparison->desired, tools.dialect());
  comparison->down = change_between(comparison->desired, comparison->made, tools.dialect());
  return comparison;
}

void note_changes(Console& console, const SchemaChange& change) {
  for (const std::string& line : change_lines(change)) {
    const Colour colour = line.front() == '+'   ? Colour::Green
                          : line.front() == '-' ? Colour::Red
                                                : Colour::Yellow;
    console.note(console.paint_err(colour, line));
  }
}

}  // namespace athanor::cli
