#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/all_commands.hpp"
#include "cli/commands/choice.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/new_files.hpp"
#include "cli/commands/project_dialect.hpp"
#include "cli/commands/project_graph.hpp"
#include "cli/import/alembic_answer.hpp"
#include "cli/import/alembic_program.hpp"
#include "cli/import/import_plan.hpp"
#include "cli/import/sql_folder.hpp"
#include "cli/project/project.hpp"
#include "cli/project/versions_listing.hpp"
#include "core/foreign_history.hpp"
#include "core/revision_file.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kUsualSlugLength = 40;

struct Options {
  std::string from = std::string(to_string(MigrationTool::Alembic));
  std::string folder;  ///< of another tool's SQL
  std::string output;
  std::string dialect;
  std::string alembic = "alembic";
  std::vector<std::string> x;
};

/// Where revisions go, and what is there.
struct Destination {
  fs::path folder;
  std::size_t slug_length = kUsualSlugLength;
  std::vector<Revision> existing;
};

/// The heads of the revisions that are in a folder, which need not be there.
Result<std::vector<Revision>> revisions_in(const fs::path& folder, const ports::Filesystem& files) {
  std::vector<Revision> revisions;
  std::error_code error;
  if (!fs::exists(folder, error)) return revisions;
  Project lone;  // what is in a folder, as in that of a project
  lone.version_locations = {folder};
  const auto listing = list_versions(lone);
  if (!listing) return fail(listing.error());
  for (const fs::path& path : listing->revisions) {
    const auto text = files.read(path);
    if (!text) return fail(text.error());
    auto revision = parse_revision_head(*text, path.string());
    if (!revision) return fail(std::move(revision.error()));
    revisions.push_back(std::move(*revision));
  }
  return revisions;
}

/// @param project nullptr only with --output
Result<Destination> destination_of(const Options& options, const Project* project,
                                   const ports::Filesystem& files) {
  Destination destination;
  if (project != nullptr) destination.slug_length = project->truncate_slug_length;
  destination.folder = options.output.empty() ? project->version_locations.front() : fs::path(options.output);
  const auto folders = options.output.empty() ? project->version_locations : std::vector{destination.folder};
  for (const fs::path& folder : folders) {
    const auto found = revisions_in(folder, files);
    if (!found) return fail(found.error());
    destination.existing.insert(destination.existing.end(), found->begin(), found->end());
  }
  return destination;
}

Result<ImportSet> from_alembic(const Options& options, const Destination& destination, World& world,
                               const CommonOptions& common) {
  const auto answer = ask_alembic({.program = options.alembic,
                                   .config = common.project.config,
                                   .section = common.project.section,
                                   .x = options.x,
                                   .sql = destination.existing},
                                  world.files, world.stop, world.cancel);
  if (!answer) return fail(answer.error());
  auto set = read_alembic_answer(*answer);
  if (!set || options.output.empty()) return set;
  for (ImportedRevision& imported : set->revisions) imported.folder = options.output;
  return set;
}

Error cannot_import(const std::vector<Refusal>& refused) {
  std::set<std::string> sources;
  for (const Refusal& one : refused) sources.insert(one.source);
  std::string message =
      fmt::format("{} file(s) cannot be imported, and nothing was written:", sources.size());
  for (const auto& [source, reason] : refused) message += fmt::format("\n  {}: {}", source, reason);
  return {ErrorKind::Terminal, "NotImportable", std::move(message),
          ErrorSite{.file = refused.front().source}};
}

Error nothing_to_import(const Options& options, const std::string& where) {
  return {
      ErrorKind::Terminal, "NothingToImport",
      fmt::format("{} holds nothing of {} to import. Name the tool that the files are of with --from TOOL "
                  "({}), and its folder.",
                  where, options.from, fmt::join(migration_tool_names(), ", ")),
      ErrorSite{.file = where}};
}

nlohmann::ordered_json told_as_json(const ImportSet& set, const ImportPlan& plan) {
  auto revisions = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < set.revisions.size(); ++i) {
    const Revision& revision = set.revisions[i].revision;
    revisions.push_back({{"revision", revision.id},
                         {"path", plan.files[i].path.string()},
                         {"source", revision.source},
                         {"transaction", revision.transaction == TransactionMode::On},
                         {"irreversible", !revision.downgrade.has_value()},
                         {"notes", set.revisions[i].notes}});
  }
  auto left_out = nlohmann::ordered_json::array();
  for (const auto& [source, reason] : set.left_out)
    left_out.push_back({{"source", source}, {"reason", reason}});
  return {{"revisions", std::move(revisions)}, {"left_out", std::move(left_out)}};
}

void tell(Console& console, const ImportSet& set, const ImportPlan& plan, std::size_t written) {
  for (std::size_t i = 0; i < set.revisions.size(); ++i) {
    console.line(fmt::format("{} from {}", plan.files[i].path.string(), set.revisions[i].revision.source));
    for (const std::string& note : set.revisions[i].notes)
      console.line("  " + console.paint(Colour::Yellow, note));
  }
  for (const auto& [source, reason] : set.left_out)
    console.line(console.paint(Colour::Yellow, fmt::format("{} is left out: {}", source, reason)));
  const std::size_t there = plan.files.size() - written;
  console.line(fmt::format("{} revision(s) written{}", written,
                           there == 0 ? "" : fmt::format(", {} were there already", there)));
}

Result<ImportSet> from_folder(const Options& options, const Project* project, const World& world,
                              const CommonOptions& common) {
  const auto tool = *migration_tool(options.from);
  const auto found = read_sql_folder(options.folder, tool, world.files);
  if (!found) return fail(found.error());
  return chain_of(folder_content(tool, *found), dialect_of(options.dialect, project, world, common));
}

bool is_from_alembic(const Options& options) {
  return migration_tool(options.from) == MigrationTool::Alembic;
}

/// @return nullopt: there is none, and none is needed to import from a folder into a folder
Result<std::optional<Project>> project_for(const Options& options, const World& world,
                                           const CommonOptions& common) {
  auto loaded = open_settings(world, common);
  if (loaded) return std::optional<Project>(std::move(*loaded));
  const bool needed = is_from_alembic(options) || options.output.empty();
  if (!needed && loaded.error().reason == "ConfigMissing") return std::optional<Project>();
  return fail(std::move(loaded.error()));
}

Result<int> run_import(const Options& options, World& world, const CommonOptions& common) {
  const auto found = project_for(options, world, common);
  if (!found) return fail(found.error());
  const Project* project = *found ? &**found : nullptr;
  const auto destination = destination_of(options, project, world.files);
  if (!destination) return fail(destination.error());
  const bool alembic = is_from_alembic(options);
  const auto set = alembic ? from_alembic(options, *destination, world, common)
                           : from_folder(options, project, world, common);
  if (!set) return fail(set.error());

  ImportPlan plan = plan_files(*set, destination->folder, destination->slug_length);
  std::vector<Refusal> refused = set->refused;
  refused.insert(refused.end(), plan.refused.begin(), plan.refused.end());
  if (!refused.empty()) return fail(cannot_import(refused));
  if (set->revisions.empty()) {
    return fail(
        nothing_to_import(options, alembic ? project->version_locations.front().string() : options.folder));
  }
  const auto to_write = files_to_write(plan, destination->existing, world.files);
  if (!to_write) return fail(to_write.error());
  NewFiles written(world.files, world.stop);
  for (const RevisionFile& file : *to_write) {
    if (auto created = written.create(file.path, file.text); !created)
      return fail(std::move(created.error()));
  }
  written.keep();
  if (common.json) {
    world.console.line(json_text(told_as_json(*set, plan)));
  } else {
    tell(world.console, *set, plan, to_write->size());
  }
  return kFine;
}

}  // namespace

void add_import(CommandTable& table) {
  const auto options = std::make_shared<Options>();
  CLI::App& command = table.add(
      "import", "Turn another tool's migrations into SQL revisions", CommandTable::Takes::Files,
      [options](World& world, const CommonOptions& common) { return run_import(*options, world, common); });
  command.add_option("folder", options->folder, "The folder with another tool's SQL; none with Alembic")
      ->type_name("DIR");
  command
      .add_option(
          "--from", options->from,
          fmt::format("The tool that the migrations are of: {}", fmt::join(migration_tool_names(), ", ")))
      ->type_name("TOOL")
      ->check(one_of(migration_tool_names()))
      ->capture_default_str();
  command.add_option("--output", options->output, "Write the revisions here, not into the versions folder")
      ->type_name("DIR");
  add_dialect(command, options->dialect);
  command.add_option("--alembic", options->alembic, "The alembic program that runs the project's scripts")
      ->type_name("FILE")
      ->capture_default_str();
  command.add_option("-x", options->x, "An argument for the project's env.py, as alembic -x takes it")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command.parse_complete_callback([options] {
    if (is_from_alembic(*options) && !options->dialect.empty()) {
      throw CLI::ValidationError(
          "import", "--dialect is for folders of SQL; of Alembic's scripts, env.py says whose SQL they make");
    }
    if (is_from_alembic(*options) == options->folder.empty()) return;
    throw CLI::ValidationError("import", options->folder.empty()
                                             ? "name the folder that holds the migrations of " + options->from
                                             : "name the tool whose folder that is with --from TOOL");
  });
  command.footer(
      "Of Alembic, each script is run in offline mode by the project's own alembic, and its SQL becomes a "
      "revision "
      "with the same id, parents, labels and message. If one cannot be imported, it is named with the reason "
      "and "
      "nothing is written; no file is ever overwritten. No database is asked.\n"
      "\n"
      "Of another tool's folder, each migration becomes a revision whose parent is the one before, with the "
      "version "
      "of its file name as id.\n"
      "\n"
      "Examples:\n"
      "  athanor -n staging import\n"
      "  athanor import --from goose db/migrations\n"
      "  athanor import --alembic .venv/bin/alembic --output sql");
}

}  // namespace athanor::cli
