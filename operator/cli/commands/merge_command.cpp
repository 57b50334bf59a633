#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/write_revision.hpp"
#include "core/new_revision.hpp"

namespace athanor::cli {
namespace {

struct Options {
  NewRevisionOptions common;
  std::vector<std::string> revisions;
};

Result<int> run_merge(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  NewRevision request;
  request.id = id_for(options.common, world.randomness);
  request.message = options.common.message;
  request.heads = options.revisions;
  request.branch_labels = options.common.branch_labels;
  auto revision = plan_merge(opened->graph, request);
  if (!revision) return fail(std::move(revision.error()));
  revision->upgrade.sql = "-- What both branches need once they are one; mostly nothing.\n";
  revision->downgrade = SqlSection{};
  return write_revision(world, common, *opened, std::move(*revision), options.common);
}

}  // namespace

void add_merge(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "merge", "Write a revision that joins branches", CommandTable::Takes::Project,
      [options](World& world, const CommonOptions& common) { return run_merge(*options, world, common); });
  command
      .add_option("revisions", options->revisions,
                  "The heads to join: heads for all of them, or ids and label@head")
      ->type_name("REVISION")
      ->required();
  add_new_revision_options(command, options->common);
  command.footer(
      "Examples:\n"
      "  athanor merge heads -m \"join billing and shop\"\n"
      "  athanor -n staging merge billing@head 3f2a");
}

}  // namespace athanor::cli
