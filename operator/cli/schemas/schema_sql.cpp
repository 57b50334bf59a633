#include "cli/schemas/schema_sql.hpp"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "adapters/system/child_process.hpp"
#include "adapters/system/private_folder.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

Result<SchemaSql> read_one(const ports::Filesystem& files, const fs::path& path) {
  auto text = files.read(path);
  if (!text) return fail(std::move(text.error()));
  return SchemaSql{path.string(), without_guards(*text)};
}

tl::unexpected<Error> command_failed(const std::string& command, const std::string& what) {
  return fail(
      ErrorKind::Terminal, "SchemaCommandFailed",
      fmt::format("target_schema_command ({}) {}. It has to print the SQL of the schema.", command, what),
      ErrorSite{.file = command});
}

Result<std::vector<SchemaSql>> run_command(const std::string& command, const ports::Filesystem& files,
                                           const std::stop_token& stop, const std::stop_token& cancel) {
  const system::PrivateFolder folder;
  if (folder.path().empty()) {
    return fail(
        ErrorKind::Transient, "FileUnwritable",
        fmt::format("cannot make a folder in the temporary folder ($TMPDIR): {}", folder.why().message()));
  }
  const fs::path output = folder.path() / "output";
  const fs::path errors = folder.path() / "errors";
  const auto end =
      system::run_child({.words = {"/bin/sh", "-c", command},
                         .apart = system::ChildCall::Streams{.output = output, .errors = errors}},
                        stop, cancel);
  if (!end) return command_failed(command, "can't be run: " + end.error().why.message());
  if (stop.stop_requested())
    return fail(ErrorKind::Transient, "Stopped", "stopped: the command was ended, and nothing was changed");
  if (end->signal != 0) return command_failed(command, fmt::format("was ended by signal {}", end->signal));
  const auto said = files.read(errors);
  if (end->exit_code != 0) {
    const std::string why = said ? without_passwords(last_line(*said)) : "";
    return command_failed(
        command, fmt::format("ended with exit code {}{}{}", end->exit_code, why.empty() ? "" : ": ", why));
  }
  auto text = files.read(output);
  if (!text) return fail(std::move(text.error()));
  if (trim(*text).empty()) return command_failed(command, "printed nothing");
  return std::vector{SchemaSql{command, without_guards(*text)}};
}

}  // namespace

std::string without_guards(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  while (!sql.empty()) {
    const std::size_t end = sql.find('\n');
    const std::string_view line = sql.substr(0, end);
    if (!line.starts_with("\\restrict ") && !line.starts_with("\\unrestrict ")) out += line;
    if (end == std::string_view::npos) break;
    out += '\n';
    sql.remove_prefix(end + 1);
  }
  return out;
}

Result<std::vector<SchemaSql>> read_schema_files(const ports::Filesystem& files, const fs::path& path) {
  std::error_code error;
  std::vector<SchemaSql> texts;
  if (!fs::is_directory(path, error)) {
    auto text = read_one(files, path);
    if (!text) return fail(std::move(text.error()));
    texts.push_back(std::move(*text));
    return texts;
  }
  const auto listed = files.list(path);
  if (!listed) return fail(listed.error());
  for (const ports::FileStamp& file : *listed) {
    if (!file.name.ends_with(".sql") || file.name.starts_with('.')) continue;
    auto text = read_one(files, path / file.name);
    if (!text) return fail(std::move(text.error()));
    texts.push_back(std::move(*text));
  }
  if (!texts.empty()) return texts;
  return fail(
      ErrorKind::Terminal, "NoSchemaFiles",
      fmt::format("no file of {} ends in .sql, so it says of no schema what it is to be", path.string()),
      ErrorSite{.file = path.string()});
}

Result<std::vector<SchemaSql>> desired_schema(const Project& project, const ports::Filesystem& files,
                                              const std::stop_token& stop, const std::stop_token& cancel) {
  const bool by_command = !project.target_schema_command.empty();
  if (by_command == !project.target_schema.empty()) {
    return fail(ErrorKind::Terminal, "NoDesiredSchema",
                fmt::format("{}: [{}] {}. Set target_schema = FILE.sql (or a folder of such files), or "
                            "target_schema_command = a command that prints the SQL{}.",
                            project.config.string(), project.section,
                            by_command ? "says twice what the schema is to be"
                                       : "does not say what the schema is to be",
                            by_command ? ", and not both" : ""),
                ErrorSite{.file = project.config.string()});
  }
  return by_command ? run_command(project.target_schema_command, files, stop, cancel)
                    : read_schema_files(files, project.target_schema);
}

}  // namespace athanor::cli
