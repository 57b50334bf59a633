#include "cli/commands/write_revision.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/commands/failure.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/commands/new_files.hpp"
#include "cli/commands/revision_text.hpp"
#include "cli/project/create_date.hpp"
#include "cli/project/file_template.hpp"
#include "core/id_width.hpp"
#include "core/revision_file.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

/// Random digits of an id: those that a random UUID ends in.
constexpr std::uint64_t kIdBits = (std::uint64_t{1} << 48U) - 1;

fs::path normal(const fs::path& path) {
  return fs::absolute(path / "").lexically_normal();
}

bool is_below(const fs::path& file, const fs::path& folder) {
  const fs::path inner = fs::absolute(file).lexically_normal().lexically_relative(normal(folder));
  return !inner.empty() && *inner.begin() != "..";
}

std::string with_folders(const Project& project, const std::string& what) {
  std::vector<std::string> known;
  for (const fs::path& location : project.version_locations) known.push_back(location.string());
  return fmt::format("{} The folders of [{}] are: {}.", what, project.section,
                     join_words(known, known.size()));
}

/// Alembic's rule: the one folder, or else that of the first parent.
Result<fs::path> folder_for(const ProjectGraph& opened, const Revision& revision,
                            const std::string& version_path) {
  const auto& locations = opened.project.version_locations;
  if (!version_path.empty()) {
    for (const fs::path& location : locations) {
      if (normal(location) == normal(version_path)) return location;
    }
    return fail(wrong_usage(with_folders(
        opened.project, fmt::format("--version-path {} is no folder of the project.", version_path))));
  }
  if (locations.size() == 1) return locations.front();
  if (!revision.down_revisions.empty()) {
    const Revision& parent = opened.graph.at(*opened.graph.find(revision.down_revisions.front()));
    for (const fs::path& location : locations) {
      if (is_below(parent.source, location)) return location;
    }
  }
  return fail(ErrorKind::Terminal, "SeveralFolders",
              with_folders(opened.project,
                           "A revision without a parent may go into several folders: name one with "
                           "--version-path."));
}

Result<std::string> file_name(const Project& project, const Revision& revision, const CreateDate& date) {
  if (project.file_template.empty()) return revision_file_name(revision, project.truncate_slug_length);
  const TemplateValues values{
      {"rev", revision.id},    {"slug", revision_slug(revision.message, project.truncate_slug_length)},
      {"epoch", date.epoch_s}, {"year", date.year},
      {"month", date.month},   {"day", date.day},
      {"hour", date.hour},     {"minute", date.minute},
      {"second", date.second}};
  auto name = fill_template(project.file_template, values);
  if (!name) {
    name.error().message = project.config.string() + ": " + name.error().message;
    return name;
  }
  const auto refuse = [&](const std::string& what) {
    return fail(ErrorKind::Terminal, "InvalidConfig",
                fmt::format("{}: file_template \"{}\" makes the name \"{}\", {}", project.config.string(),
                            project.file_template, *name, what));
  };
  for (const fs::path& part : fs::path(*name + ".sql")) {
    if (part.string().starts_with('.') || part == "/")
      return refuse(
          "of which a part is empty, or begins with a dot or a slash: that would not be read again.");
  }
  if (name->find('/') != std::string::npos && !project.recursive)
    return refuse("which is in a subfolder. Those are read with recursive_version_locations = true only.");
  return *name + ".sql";
}

/// Alembic writes such a file too, and the column may have been widened.
void note_long_id(Console& console, const Project& project, const std::string& id) {
  console.note(fmt::format("Warning: the id has {} characters, and the version table holds {}{}",
                           count_characters(id), kVersionColumnWidth,
                           is_on_sqlite(project)
                               ? ". SQLite does not mind, but PostgreSQL would refuse the revision."
                               : " unless it was widened: the revision will be refused."));
}

}  // namespace

void add_new_revision_options(CLI::App& command, NewRevisionOptions& options) {
  command.add_option("-m,--message", options.message, "What it does, in a few words")->type_name("TEXT");
  command
      .add_option("--branch-label", options.branch_labels,
                  "A name for the branch that it begins; may be given again")
      ->type_name("LABEL")
      ->allow_extra_args(false);
  command.add_option("--rev-id", options.id, "Its id, in place of a random one")->type_name("ID");
  command
      .add_option("--version-path", options.version_path,
                  "Which folder of version_locations it goes into, where there are several")
      ->type_name("FOLDER");
}

std::string id_for(const NewRevisionOptions& options, ports::Randomness& randomness) {
  return options.id.empty() ? fmt::format("{:012x}", randomness.bits() & kIdBits) : options.id;
}

Result<RevisionGraph> graph_with(const RevisionGraph& graph, Revision revision) {
  std::vector<Revision> revisions(graph.revisions().begin(), graph.revisions().end());
  revisions.push_back(std::move(revision));
  auto grown = RevisionGraph::build(std::move(revisions));
  if (!grown) return fail(to_error(grown.error()));
  return std::move(*grown);
}

Result<int> write_revision(World& world, const CommonOptions& common, const ProjectGraph& opened,
                           Revision revision, const NewRevisionOptions& options) {
  const auto folder = folder_for(opened, revision, options.version_path);
  if (!folder) return fail(folder.error());
  const auto date = create_date_at(world.clock.wall_now(), opened.project.timezone);
  if (!date) return fail(date.error());
  const auto name = file_name(opened.project, revision, *date);
  if (!name) return fail(name.error());
  const fs::path path = *folder / *name;

  if (revision.message.empty()) revision.message = "empty message";  // as Alembic says it
  revision.create_date = date->text;
  const std::string text = write_revision_file(revision);
  auto read_back = parse_revision_file(text, path.string());
  if (!read_back) return fail(std::move(read_back.error()));
  const std::string id = read_back->id;
  const auto graph = graph_with(opened.graph, std::move(*read_back));
  if (!graph) return fail(graph.error());

  NewFiles made(world.files, world.stop);
  if (auto created = made.create(path, text); !created) return fail(std::move(created.error()));
  made.keep();
  if (!common.json && !check_id_width(id, kVersionColumnWidth))
    note_long_id(world.console, opened.project, id);
  if (common.json) {
    world.console.line(json_text(revision_json(*graph, *graph->find(id))));
  } else {
    tell_generated(world.console, path);
  }
  return kFine;
}

}  // namespace athanor::cli
