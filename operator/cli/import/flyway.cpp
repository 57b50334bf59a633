#include <algorithm>
#include <map>
#include <utility>

#include "cli/import/file_versions.hpp"
#include "cli/import/sql_folder.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

/// `V1.1__add_users.sql`: V, U (undo), B (baseline) or R (repeatable, without a version).
struct Name {
  char kind = 0;
  std::string version;
  std::string words;
};

std::optional<Name> name_of(std::string_view name) {
  if (name.size() < 2 || std::string_view("VUBR").find(name.front()) == std::string_view::npos)
    return std::nullopt;
  const char kind = name.front();
  name.remove_prefix(1);
  name.remove_suffix(name.size() - std::min(name.rfind('.'), name.size()));
  const std::size_t separator = std::min(name.find("__"), name.size());
  const std::string_view version = name.substr(0, separator);
  const bool numbers =
      version.find_first_not_of("0123456789._") == std::string_view::npos && !leading_digits(version).empty();
  if (kind == 'R' ? !version.empty() || separator == name.size() : !numbers) return std::nullopt;
  return Name{kind, std::string(version), std::string(name.substr(std::min(separator + 2, name.size())))};
}

/// Versions compare part by part, and 1 is 1.0.
std::vector<NumberKey> version_key(std::string_view version) {
  std::vector<NumberKey> parts;
  while (true) {
    const std::size_t end = std::min(version.find_first_of("._"), version.size());
    parts.push_back(number_key(version.substr(0, end)));
    if (end == version.size()) break;
    version.remove_prefix(end + 1);
  }
  while (!parts.empty() && parts.back().first == 0) parts.pop_back();
  return parts;
}

/// What a `V1__x.sql.conf` beside a script says; its keys may carry the prefix `flyway.`.
bool conf_says(std::string_view conf, std::string_view setting) {
  return std::ranges::any_of(lines_of(conf), [setting](std::string_view line) {
    std::string bare;
    std::ranges::copy_if(line, std::back_inserter(bare), [](char c) { return !is_space(c); });
    return bare == setting || bare == "flyway." + std::string(setting);
  });
}

class Folder {
 public:
  explicit Folder(const std::vector<SqlFile>& files) {
    for (const SqlFile& file : files) {
      if (file.name().ends_with(".sql.conf")) settings_[file.path.string()] = file.text;
    }
    for (const SqlFile& file : files) take(file);
  }

  FolderContent content() {
    for (auto& [key, migration] : migrations_) {
      if (const auto undo = undos_.find(key); undo != undos_.end()) {
        check(*undo->second);
        migration.downgrade = undo->second->text;
        migration.transactional = migration.transactional && transactional(*undo->second);
        undos_.erase(undo);
      }
      content_.migrations.push_back(std::move(migration));
    }
    for (const auto& [key, file] : undos_) leave_out(*file, "there is no migration of its version to undo");
    return std::move(content_);
  }

 private:
  void take(const SqlFile& file) {
    const std::string name = file.name();
    const auto parts = name_of(name);
    if (parts && parts->kind == 'V' &&
        (name.ends_with(".java") || name.ends_with(".class") || name.ends_with(".kt")))
      content_.refused.push_back({file.path.string(), "it is a program. Write it in SQL."});
    if (!name.ends_with(".sql")) return;
    if (!parts) return leave_out(file, "it is no migration: a callback, or another naming");
    if (parts->kind == 'R')
      return leave_out(
          file,
          "it is repeatable, and a revision runs once. Run it by other means, or make a revision "
          "of each of its changes.");
    if (parts->kind == 'B')
      return leave_out(file, "it is a baseline, which stands for migrations that are imported");
    if (parts->kind == 'U') {
      if (const auto [other, is_new] = undos_.emplace(version_key(parts->version), &file); !is_new)
        content_.refused.push_back(same_version(file.path.string(), other->second->name()));
      return;
    }
    check(file);
    const auto [other, is_new] =
        migrations_.try_emplace(version_key(parts->version), Migration{.id = parts->version,
                                                                       .words = parts->words,
                                                                       .source = file.path.string(),
                                                                       .upgrade = file.text,
                                                                       .downgrade = {},
                                                                       .transactional = transactional(file)});
    if (!is_new) content_.refused.push_back(same_version(file.path.string(), other->second.source));
  }

  void leave_out(const SqlFile& file, std::string why) {
    content_.left_out.push_back({file.path.string(), std::move(why)});
  }

  /// Flyway would put other text in the place of `${name}`.
  void check(const SqlFile& file) {
    if (file.text.find("${") == std::string::npos || says(file, "placeholderReplacement=false")) return;
    content_.refused.push_back({file.path.string(),
                                "it has a placeholder, ${...}. Write its value, or "
                                "placeholderReplacement=false in the .sql.conf beside it where "
                                "it is meant as it stands."});
  }

  [[nodiscard]] bool transactional(const SqlFile& file) const {
    return !says(file, "executeInTransaction=false");
  }

  [[nodiscard]] bool says(const SqlFile& file, std::string_view setting) const {
    const auto conf = settings_.find(file.path.string() + ".conf");
    return conf != settings_.end() && conf_says(conf->second, setting);
  }

  std::map<std::string, std::string, std::less<>> settings_;  ///< by the path of the .conf
  std::map<std::vector<NumberKey>, Migration> migrations_;
  std::map<std::vector<NumberKey>, const SqlFile*> undos_;
  FolderContent content_;
};

}  // namespace

FolderContent flyway_content(const std::vector<SqlFile>& files) {
  return Folder(files).content();
}

}  // namespace athanor::cli
