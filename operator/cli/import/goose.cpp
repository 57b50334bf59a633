#include <map>
#include <utility>

#include <fmt/format.h>

#include "cli/import/file_versions.hpp"
#include "cli/import/imported_sql.hpp"
#include "cli/import/sql_folder.hpp"
#include "core/sql_script.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

/// What stands behind `-- +goose` in lower case; nullopt: the line is SQL.
std::optional<std::string> annotation_of(std::string_view line) {
  if (!take_prefix(line, "--")) return std::nullopt;
  line = trim(line);
  if (!take_prefix(line, "+goose")) return std::nullopt;
  return to_lower(trim(line));
}

/// Reads one file into a migration's sections.
class GooseReader {
 public:
  explicit GooseReader(Migration& migration) : migration_(migration) {}

  /// @return what keeps it from being imported; "" if nothing
  std::string read(std::string_view text) {
    for (const std::string_view line : lines_of(text)) {
      const auto annotation = annotation_of(line);
      if (std::string reason = annotation ? obey(*annotation) : add(line); !reason.empty()) return reason;
    }
    if (in_statement_) return "\"-- +goose StatementEnd\" is missing";
    return into_ == nullptr ? "\"-- +goose Up\" is missing" : "";
  }

 private:
  std::string obey(const std::string& annotation) {
    if (annotation == "no transaction") {
      migration_.transactional = false;
      return {};
    }
    if (annotation == "envsub off") return {};
    if (annotation == "envsub on") {
      return "\"-- +goose ENVSUB ON\" fills in variables of the environment. Write their values.";
    }
    if (annotation == "statementbegin" || annotation == "statementend")
      return toggle(annotation == "statementbegin");
    if (in_statement_) return "a section begins within a statement";
    if (annotation == "up" && into_ == nullptr) {
      into_ = &migration_.upgrade;
      return {};
    }
    if (annotation == "down" && into_ != nullptr && !migration_.downgrade) {
      into_ = &migration_.downgrade.emplace();
      return {};
    }
    return fmt::format("\"-- +goose {}\" is unknown, or out of its place", annotation);
  }

  /// A statement in annotations may go without its semicolon.
  std::string toggle(bool begin) {
    if (into_ == nullptr || in_statement_ == begin) return "StatementBegin and StatementEnd do not match";
    if (!begin) into_->append(close_statement(statement_)).append("\n");
    statement_.clear();
    in_statement_ = begin;
    return {};
  }

  std::string add(std::string_view line) {
    std::string* into = in_statement_ ? &statement_ : into_;
    const std::string_view content = trim(line);
    if (into == nullptr) {
      return content.empty() || content.starts_with("--") ? "" : "SQL stands above \"-- +goose Up\"";
    }
    into->append(line).append("\n");
    return {};
  }

  Migration& migration_;
  std::string* into_ = nullptr;
  bool in_statement_ = false;
  std::string statement_;
};

bool is_go_migration(const std::string& name) {
  return name.ends_with(".go") && !name.ends_with("_test.go") && !leading_digits(name).empty();
}

}  // namespace

FolderContent goose_content(const std::vector<SqlFile>& files) {
  FolderContent content;
  std::map<NumberKey, Migration> migrations;
  for (const SqlFile& file : files) {
    const std::string name = file.name();
    const std::string source = file.path.string();
    if (is_go_migration(name)) content.refused.push_back({source, "it is written in Go. Write it in SQL."});
    if (!name.ends_with(".sql")) continue;
    const std::string version(leading_digits(name));
    std::string_view words = std::string_view(name).substr(version.size());
    if (version.empty() || !take_prefix(words, "_")) {
      content.refused.push_back({source, "its name is not VERSION_name.sql"});
      continue;
    }
    words.remove_suffix(std::string_view(".sql").size());
    Migration migration{
        .id = version, .words = std::string(words), .source = source, .upgrade = {}, .downgrade = {}};
    if (std::string reason = GooseReader(migration).read(file.text); !reason.empty())
      content.refused.push_back({source, std::move(reason)});
    const auto [other, is_new] = migrations.try_emplace(number_key(version), std::move(migration));
    if (!is_new) content.refused.push_back(same_version(source, other->second.source));
  }
  for (auto& [key, migration] : migrations) content.migrations.push_back(std::move(migration));
  return content;
}

}  // namespace athanor::cli
