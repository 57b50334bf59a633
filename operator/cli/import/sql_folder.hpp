// Folders of plain SQL that other tools keep, as a chain of revisions.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/import/import_set.hpp"
#include "core/foreign_history.hpp"
#include "core/result.hpp"
#include "ports/database.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

/// A file of the folder. Only what may hold SQL or settings has its text.
struct SqlFile {
  std::filesystem::path path;
  std::string text;  ///< without a byte order mark, its line ends LF

  [[nodiscard]] std::string name() const { return path.filename().string(); }
};

/// What one of the tools takes for one migration.
struct Migration {
  std::string id;      ///< the version as it stands in the file's name
  std::string words;   ///< the rest of the name: "add_users"
  std::string source;  ///< its file
  std::string upgrade;
  std::optional<std::string> downgrade;
  bool transactional = true;
  std::vector<std::string> notes{};
};

/// What a folder holds, by one tool's rules.
struct FolderContent {
  std::vector<Migration> migrations;  ///< in the tool's order
  std::vector<Refusal> refused;
  std::vector<Refusal> left_out;
};

/// The files of a folder, by name; of Flyway's, those of the folders below it as well.
/// @return Terminal `FolderMissing`, the system's errors
[[nodiscard]] Result<std::vector<SqlFile>> read_sql_folder(const std::filesystem::path& folder,
                                                           MigrationTool tool,
                                                           const ports::Filesystem& files);

/// REQUIRES: tool is not Alembic. No side effects.
[[nodiscard]] FolderContent folder_content(MigrationTool tool, const std::vector<SqlFile>& files);

/// Each migration a revision whose parent is the one before. No side effects.
[[nodiscard]] ImportSet chain_of(FolderContent content, ports::Dialect dialect);

// One for each tool, in the file of its name; by the rules of its own source, as of 2026.
[[nodiscard]] FolderContent golang_migrate_content(const std::vector<SqlFile>& files);
[[nodiscard]] FolderContent dbmate_content(const std::vector<SqlFile>& files);
[[nodiscard]] FolderContent goose_content(const std::vector<SqlFile>& files);
[[nodiscard]] FolderContent flyway_content(const std::vector<SqlFile>& files);
[[nodiscard]] FolderContent atlas_content(const std::vector<SqlFile>& files);

}  // namespace athanor::cli
