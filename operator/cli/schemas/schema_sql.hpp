// The SQL that says what a schema is to be: files, or what a program prints.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "cli/project/project.hpp"
#include "core/result.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

struct SchemaSql {
  std::string source;  ///< for messages: the file, or the command
  std::string sql;
};

/// `sql` with pg_dump's `\restrict` and `\unrestrict` lines emptied: they guard psql against what a dump
/// might hold, and are no SQL. Lines keep their numbers.
[[nodiscard]] std::string without_guards(std::string_view sql);

/// A file, or all files of a folder whose names end in .sql, by name.
/// @return Transient as Filesystem; Terminal `NoSchemaFiles` for a folder without any
[[nodiscard]] Result<std::vector<SchemaSql>> read_schema_files(const ports::Filesystem& files,
                                                               const std::filesystem::path& path);

/// What the section's `target_schema` or `target_schema_command` says. A command is the shell's, runs in this
/// working directory, and prints SQL.
/// @param stop, cancel end a program that runs
/// @return Terminal `NoDesiredSchema` where neither is set, or both are; `SchemaCommandFailed` with the last
/// line of its errors; as read_schema_files()
[[nodiscard]] Result<std::vector<SchemaSql>> desired_schema(const Project& project,
                                                            const ports::Filesystem& files,
                                                            const std::stop_token& stop,
                                                            const std::stop_token& cancel);

}  // namespace athanor::cli
