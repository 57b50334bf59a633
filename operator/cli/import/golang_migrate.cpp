#include <map>
#include <optional>

#include "cli/import/file_versions.hpp"
#include "cli/import/sql_folder.hpp"

namespace athanor::cli {
namespace {

/// `000001_add_users.up.sql`.
struct Name {
  std::string version;
  std::string words;
  bool up = false;
};

std::optional<Name> name_of(std::string_view name) {
  const std::string_view version = leading_digits(name);
  if (version.empty() || !name.substr(version.size()).starts_with('_')) return std::nullopt;
  for (const bool up : {true, false}) {
    const std::string_view end = up ? ".up.sql" : ".down.sql";
    const std::string_view rest = name.substr(version.size() + 1);
    if (rest.ends_with(end))
      return Name{std::string(version), std::string(rest.substr(0, rest.size() - end.size())), up};
  }
  return std::nullopt;
}

struct Pair {
  const SqlFile* up = nullptr;
  const SqlFile* down = nullptr;
};

Migration migration_of(const Pair& pair) {
  const SqlFile& named = pair.up != nullptr ? *pair.up : *pair.down;
  const Name name = *name_of(named.name());
  Migration migration{
      .id = name.version, .words = name.words, .source = named.path.string(), .upgrade = {}, .downgrade = {}};
  if (pair.down != nullptr) migration.downgrade = pair.down->text;
  if (pair.up != nullptr) {
    migration.upgrade = pair.up->text;
  } else {
    migration.notes.emplace_back("there is no .up.sql, and upgrading does nothing, as with golang-migrate");
  }
  return migration;
}

}  // namespace

FolderContent golang_migrate_content(const std::vector<SqlFile>& files) {
  FolderContent content;
  std::map<NumberKey, Pair> pairs;
  for (const SqlFile& file : files) {
    const auto name = name_of(file.name());
    if (!name) {
      if (file.name().ends_with(".sql"))
        content.left_out.push_back({file.path.string(), "its name is not VERSION_name.up.sql or .down.sql"});
      continue;
    }
    Pair& pair = pairs[number_key(name->version)];
    const SqlFile*& mine = name->up ? pair.up : pair.down;
    if (mine != nullptr) content.refused.push_back(same_version(file.path.string(), mine->name()));
    mine = &file;
  }
  for (const auto& [key, pair] : pairs) content.migrations.push_back(migration_of(pair));
  return content;
}

}  // namespace athanor::cli
