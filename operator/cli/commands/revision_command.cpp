#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/autogenerate.hpp"
#include "cli/commands/choice.hpp"
#include "cli/commands/schema_tools.hpp"
#include "cli/commands/write_revision.hpp"
#include "core/new_revision.hpp"
#include "core/revision_file.hpp"

namespace athanor::cli {
namespace {

constexpr const char* kStandardInput = "-";

// What a newcomer finds in a new file.
constexpr const char* kUpgradeHelp =
    "-- SQL that brings the database to this revision, such as:\n"
    "--   ALTER TABLE users ADD COLUMN nickname text;\n";
constexpr const char* kDowngradeHelp =
    "-- SQL that takes it back:\n"
    "--   ALTER TABLE users DROP COLUMN nickname;\n"
    "-- Remove this section, its first line too, if there is no way back.\n";

struct Options {
  NewRevisionOptions common;
  std::string head;
  bool splice = false;
  std::vector<std::string> depends_on;
  std::string sql;  ///< a file, or `-`; empty: a body that explains itself
  std::string transaction = "on";
  bool autogenerate = false;
  std::string dev_url;
};

Result<RevisionBody> read_body(const World& world, const std::string& file) {
  if (file.empty()) {
    RevisionBody body;
    body.upgrade.sql = kUpgradeHelp;
    body.downgrade = SqlSection{};
    body.downgrade->sql = kDowngradeHelp;
    return body;
  }
  const auto text = world.files.read(file == kStandardInput ? "/dev/stdin" : file);
  if (!text) return fail(text.error());
  return parse_revision_body(*text, file == kStandardInput ? "standard input" : file);
}

/// @return nullopt where there is nothing to write
Result<std::optional<Revision>> with_body(const Options& options, World& world, const CommonOptions& common,
                                          const ProjectGraph& opened, Revision revision) {
  if (options.autogenerate) return autogenerate(world, common, opened, std::move(revision), options.dev_url);
  auto body = read_body(world, options.sql);
  if (!body) return fail(std::move(body.error()));
  revision.upgrade = std::move(body->upgrade);
  revision.downgrade = std::move(body->downgrade);
  if (options.transaction == "off") revision.transaction = TransactionMode::Off;
  return std::optional(std::move(revision));
}

Result<int> run_revision(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, options.autogenerate ? ReadDepth::Whole : ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  NewRevision request;
  request.id = id_for(options.common, world.randomness);
  request.message = options.common.message;
  if (!options.head.empty()) request.heads = {options.head};
  request.splice = options.splice;
  request.branch_labels = options.common.branch_labels;
  request.depends_on = options.depends_on;
  auto planned = plan_new_revision(opened->graph, request);
  if (!planned) return fail(std::move(planned.error()));

  auto revision = with_body(options, world, common, *opened, std::move(*planned));
  if (!revision) return fail(std::move(revision.error()));
  if (!*revision) {
    if (common.json) world.console.line("null");
    if (!common.json) world.console.note("Nothing differs from the desired schema: no revision was written.");
    return kFine;
  }
  const bool irreversible = !(*revision)->downgrade;
  const std::string id = (*revision)->id;
  auto written = write_revision(world, common, *opened, std::move(**revision), options.common);
  if (written && irreversible && !common.json) {
    world.console.note(
        fmt::format("The SQL has no -- athanor:downgrade section: there is no way back from {}.", id));
  }
  return written;
}

}  // namespace

void add_revision(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "revision", "Write a new revision: an SQL file to fill in", CommandTable::Takes::Project,
      [options](World& world, const CommonOptions& common) { return run_revision(*options, world, common); });
  add_new_revision_options(command, options->common);
  command
      .add_option("--head", options->head,
                  "What it comes after: an id or its beginning, label@head, or base for a line of its own "
                  "(default head)")
      ->type_name("REVISION");
  command.add_flag("--splice", options->splice,
                   "Let it come after a revision that others come after already");
  command
      .add_option("--depends-on", options->depends_on,
                  "A revision or branch label that has to be applied before; may be given again")
      ->type_name("REVISION")
      ->allow_extra_args(false);
  CLI::Option* body =
      command
          .add_option(
              "--sql", options->sql,
              "Take the SQL from a file, or from standard input (-). A line `-- athanor:downgrade` begins "
              "what takes it back")
          ->type_name("FILE");
  CLI::Option* transaction =
      command
          .add_option("--transaction", options->transaction,
                      "off for CREATE INDEX CONCURRENTLY and its kind, statement by statement (default on)")
          ->type_name("on|off")
          ->check(one_of({"on", "off"}));
  command
      .add_flag("--autogenerate", options->autogenerate,
                "Write what leads from the schema that the revisions make to the one that the section's "
                "target_schema or target_schema_command says, once it is proved in a scratch database")
      ->excludes(body, transaction);
  add_dev_url(command, options->dev_url);
  command.footer(
      "Examples:\n"
      "  athanor revision -m \"add users\"                          after the one head\n"
      "  athanor -n staging revision -m \"hot fix\" --head 3f2a --splice\n"
      "  athanor revision -m \"add billing\" --head base --branch-label billing\n"
      "  athanor revision --autogenerate -m \"follow the models\"\n"
      "  pg_dump --schema-only shop | athanor revision -m \"as it was\" --sql -");
}

}  // namespace athanor::cli
