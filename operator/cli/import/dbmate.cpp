#include <algorithm>
#include <set>
#include <utility>

#include "cli/import/file_versions.hpp"
#include "cli/import/sql_folder.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

/// `-- migrate:up transaction:false` at the beginning of a line.
struct Directive {
  bool up = false;
  std::string_view options;
};

std::optional<Directive> directive_of(std::string_view line) {
  if (!take_prefix(line, "--")) return std::nullopt;
  line = trim(line);
  Directive directive;
  directive.up = take_prefix(line, "migrate:up");
  if (!directive.up && !take_prefix(line, "migrate:down")) return std::nullopt;
  if (!line.empty() && !is_space(line.front())) return std::nullopt;
  directive.options = line;
  return directive;
}

bool switches_transaction_off(std::string_view options) {
  const std::string padded = " " + fold_white_space(options) + " ";
  return padded.find(" transaction:false ") != std::string::npos;
}

bool is_remark(std::string_view line) {
  return trim(line).empty() || trim(line).starts_with("--");
}

/// Fills the migration's sections. @return what dbmate would refuse as well; "" if nothing
std::string read_blocks(std::string_view text, Migration& migration) {
  std::string* into = nullptr;
  bool has_up = false;
  for (const std::string_view line : lines_of(text)) {
    const auto directive = directive_of(line);
    if (!directive) {
      if (into == nullptr && !is_remark(line)) return "SQL stands above \"-- migrate:up\"";
      if (into != nullptr) into->append(line).append("\n");
      continue;
    }
    if (switches_transaction_off(directive->options)) migration.transactional = false;
    if (directive->up && has_up) return "it has \"-- migrate:up\" twice. Make a file of each.";
    if (!directive->up && !has_up) return R"("-- migrate:down" stands above "-- migrate:up")";
    if (!directive->up && migration.downgrade) return "it has \"-- migrate:down\" twice";
    has_up = true;
    into = directive->up ? &migration.upgrade : &migration.downgrade.emplace();
  }
  return has_up ? "" : "\"-- migrate:up\" is missing";
}

}  // namespace

FolderContent dbmate_content(const std::vector<SqlFile>& files) {
  FolderContent content;
  std::set<std::string, std::less<>> versions;
  for (const SqlFile& file : files) {  // by name, which is dbmate's order
    const std::string name = file.name();
    if (!name.ends_with(".sql")) continue;
    const std::string version(leading_digits(name));
    if (version.empty()) {
      content.left_out.push_back({file.path.string(), "its name does not begin with a version"});
      continue;
    }
    std::string_view words = std::string_view(name).substr(version.size());
    words.remove_suffix(std::string_view(".sql").size());
    words.remove_prefix(std::min(words.find_first_not_of("_-. "), words.size()));
    Migration migration{.id = version,
                        .words = std::string(words),
                        .source = file.path.string(),
                        .upgrade = {},
                        .downgrade = {}};
    if (std::string reason = read_blocks(file.text, migration); !reason.empty())
      content.refused.push_back({migration.source, std::move(reason)});
    if (!versions.insert(version).second)
      content.refused.push_back(same_version(migration.source, "another file"));
    content.migrations.push_back(std::move(migration));
  }
  return content;
}

}  // namespace athanor::cli
