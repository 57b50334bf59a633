#include <memory>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/choice.hpp"
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

Result<int> run_revision(const Options& options, World& world, const CommonOptions& common) {
  const auto opened = open_project(world, common, ReadDepth::Heads);
  if (!opened) return fail(opened.error());
  NewRevision request;
  request.id = id_for(options.common, world.randomness);
  request.message = options.common.message;
  if (!options.head.empty()) request.heads = {options.head};
  request.splice = options.splice;
  request.branch_labels = options.common.branch_labels;
  request.depends_on = options.depends_on;
  auto revision = plan_new_revision(opened->graph, request);
  if (!revision) return fail(std::move(revision.error()));

  auto body = read_body(world, options.sql);
  if (!body) return fail(std::move(body.error()));
  const bool irreversible = !body->downgrade;
  revision->upgrade = std::move(body->upgrade);
  revision->downgrade = std::move(body->downgrade);
  if (options.transaction == "off") revision->transaction = TransactionMode::Off;
  const std::string id = revision->id;
  auto written = write_revision(world, common, *opened, std::move(*revision), options.common);
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
  command
      .add_option(
          "--sql", options->sql,
          "Take the SQL from a file, or from standard input (-). A line `-- athanor:downgrade` begins "
          "what takes it back")
      ->type_name("FILE");
  command
      .add_option("--transaction", options->transaction,
                  "off for CREATE INDEX CONCURRENTLY and its kind, statement by statement (default on)")
      ->type_name("on|off")
      ->check(one_of({"on", "off"}));
  command.footer(
      "Examples:\n"
      "  athanor revision -m \"add users\"                          after the one head\n"
      "  athanor -n staging revision -m \"hot fix\" --head 3f2a --splice\n"
      "  athanor revision -m \"add billing\" --head base --branch-label billing\n"
      "  pg_dump --schema-only shop | athanor revision -m \"as it was\" --sql -");
}

}  // namespace athanor::cli
