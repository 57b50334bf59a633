// What one section of alembic.ini says: the environment that a command works for.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/project/ini_file.hpp"
#include "core/result.hpp"
#include "engine/settings.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

/// Looks up a variable of the process's environment.
using EnvironmentVariables = std::function<std::optional<std::string>(const std::string& name)>;

/// Paths are as written, relative to the working directory, as Alembic takes them.
struct Project {
  std::filesystem::path config;           ///< the ini file
  std::string section;                    ///< `alembic` unless -n names another: the environment's name
  std::filesystem::path script_location;  ///< the folder that `athanor init` made
  std::vector<std::filesystem::path> version_locations;  ///< where revisions are read from; the first is for
                                                         ///< new ones
  bool recursive = false;                                ///< their subfolders are read too
  /// Empty: none is set. An error (a variable that is not set) is that of commands that need the database.
  Result<std::string> url;
  std::string url_place;  ///< where that is written, for messages: "--url", or file, line, key and section
  std::string file_template;  ///< empty: `%(rev)s_%(slug)s`
  std::string timezone;       ///< of create dates; empty: the machine's
  std::size_t truncate_slug_length = 40;
  engine::VersionTable version_table;
  std::string target_schema;          ///< a file or folder of SQL: what the schema is to be; may be empty
  std::string target_schema_command;  ///< a command that prints the same; may be empty
  std::string note;                   ///< what a person should know of the ini file; empty: nothing
};

/// Which part of which file, and what overrides it.
struct ProjectRequest {
  std::string config = "alembic.ini";
  std::string section = "alembic";
  std::string url;  ///< --url; empty: what the file says
};

/// Reads the file and the section. `${NAME}` in a value is taken from the environment, after `%(key)s` is
/// resolved; `$${` stands for `${`.
/// @return Terminal `ConfigMissing`, `InvalidConfig`, `SectionMissing`, `MissingKey`, `VariableMissing`, each
/// naming file and section, and the way out
[[nodiscard]] Result<Project> load_project(const ProjectRequest& request, const ports::Filesystem& files,
                                           const EnvironmentVariables& variables);

/// The project's database.
/// @return Terminal `MissingKey` if none is named, with the ways to name one; Terminal `VariableMissing`
[[nodiscard]] Result<std::string> database_url(const Project& project);

/// The project's database is an SQLite file; false too where no database is named.
[[nodiscard]] bool is_on_sqlite(const Project& project);

/// `${NAME}` replaced by what the environment says, `$${` by `${`.
/// @return the unset variable's name in the error
[[nodiscard]] tl::expected<std::string, std::string> expand_variables(std::string_view text,
                                                                      const EnvironmentVariables& variables);

}  // namespace athanor::cli
