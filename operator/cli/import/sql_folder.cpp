#include "cli/import/sql_folder.hpp"

#include <algorithm>
#include <system_error>

#include <fmt/format.h>

#include "cli/import/imported_sql.hpp"
#include "core/revision_header.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

bool may_be_read(const std::string& name) {
  return name.ends_with(".sql") || name.ends_with(".conf");
}

/// As a revision file's text is read.
std::string plain_text(std::string_view read) {
  std::string text(without_byte_order_mark(read));
  for (std::size_t at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at))
    text.erase(at, 1);
  return text;
}

/// The folder and, where the tool looks into them, those below it; outer ones first.
std::vector<fs::path> folders_of(const fs::path& folder, MigrationTool tool) {
  std::vector<fs::path> folders{folder};
  if (tool != MigrationTool::Flyway) return folders;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->is_directory()) folders.push_back(entry->path());
  }
  return folders;
}

/// One direction of a migration, fit for a section; why it is not is added to `reasons`.
std::optional<ImportedSql> section_of(std::string_view sql, std::string_view direction,
                                      ports::Dialect dialect, std::vector<std::string>& reasons) {
  auto made = import_sql(sql, dialect);
  if (made) return std::move(*made);
  reasons.push_back(fmt::format("{}: {}", direction, made.error()));
  return std::nullopt;
}

std::string message_of(std::string_view words) {
  std::string message(words);
  std::ranges::replace(message, '_', ' ');
  return fold_white_space(message);
}

/// @return nullopt: it can't be imported, and `reasons` says why
std::optional<ImportedRevision> revision_of(Migration& migration, ports::Dialect dialect,
                                            std::vector<std::string>& reasons) {
  if (const std::string why = why_not_an_id(migration.id); !why.empty())
    reasons.push_back(fmt::format("its version \"{}\" {}, so it can be no revision's id", migration.id, why));
  auto upgrade = section_of(migration.upgrade, "upgrade", dialect, reasons);
  std::optional<ImportedSql> downgrade;
  if (migration.downgrade) downgrade = section_of(*migration.downgrade, "downgrade", dialect, reasons);
  if (!reasons.empty()) return std::nullopt;

  ImportedRevision imported{{}, {}, std::move(migration.notes)};
  Revision& revision = imported.revision;
  revision.id = std::move(migration.id);
  revision.message = message_of(migration.words);
  revision.source = std::move(migration.source);
  if (!migration.transactional || upgrade->needs_no_transaction ||
      (downgrade && downgrade->needs_no_transaction)) {
    revision.transaction = TransactionMode::Off;
    imported.notes.emplace_back("transaction: off, for it is not to run in one, or cannot");
  }
  revision.upgrade.sql = std::move(upgrade->sql);
  if (downgrade) {
    revision.downgrade.emplace().sql = std::move(downgrade->sql);
  } else {
    imported.notes.emplace_back("irreversible, there is no SQL that undoes it");
  }
  return imported;
}

}  // namespace

Result<std::vector<SqlFile>> read_sql_folder(const fs::path& folder, MigrationTool tool,
                                             const ports::Filesystem& files) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return fail(ErrorKind::Terminal, "FolderMissing", fmt::format("there is no folder {}", folder.string()),
                ErrorSite{.file = folder.string()});
  }
  std::vector<SqlFile> found;
  for (const fs::path& one : folders_of(folder, tool)) {
    const auto listed = files.list(one);
    if (!listed) return fail(listed.error());
    for (const auto& [name, modified, size, inode] : *listed) {
      if (name.starts_with('.')) continue;
      SqlFile file{one / name, {}};
      if (may_be_read(name)) {
        auto text = files.read(file.path);
        if (!text) return fail(std::move(text.error()));
        file.text = plain_text(*text);
      }
      found.push_back(std::move(file));
    }
  }
  return found;
}

FolderContent folder_content(MigrationTool tool, const std::vector<SqlFile>& files) {
  switch (tool) {
    case MigrationTool::GolangMigrate:
      return golang_migrate_content(files);
    case MigrationTool::Dbmate:
      return dbmate_content(files);
    case MigrationTool::Goose:
      return goose_content(files);
    case MigrationTool::Flyway:
      return flyway_content(files);
    case MigrationTool::Atlas:
      return atlas_content(files);
    case MigrationTool::Alembic:
      break;
  }
  return {};
}

ImportSet chain_of(FolderContent content, ports::Dialect dialect) {
  ImportSet set{{}, std::move(content.refused), std::move(content.left_out)};
  std::string parent;
  for (Migration& migration : content.migrations) {
    const std::string id = migration.id;
    const std::string source = migration.source;
    std::vector<std::string> reasons;
    if (auto imported = revision_of(migration, dialect, reasons)) {
      if (!parent.empty()) imported->revision.down_revisions = {parent};
      set.revisions.push_back(std::move(*imported));
    }
    for (std::string& reason : reasons) set.refused.push_back({source, std::move(reason)});
    parent = id;
  }
  return set;
}

}  // namespace athanor::cli
