#include <algorithm>
#include <set>
#include <utility>

#include "cli/import/file_versions.hpp"
#include "cli/import/sql_folder.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

/// The directives among the comments that a file begins with: `txmode none` of `-- atlas:txmode none`.
std::set<std::string, std::less<>> directives_of(std::string_view text) {
  std::set<std::string, std::less<>> directives;
  for (std::string_view line : lines_of(text)) {
    if (!take_prefix(line, "--")) break;
    line = trim(line);
    if (take_prefix(line, "atlas:")) directives.insert(fold_white_space(line));
  }
  return directives;
}

bool has(const std::set<std::string, std::less<>>& directives, std::string_view name) {
  return std::ranges::any_of(directives, [name](std::string_view directive) {
    return directive.substr(0, directive.find(' ')) == name;
  });
}

}  // namespace

FolderContent atlas_content(const std::vector<SqlFile>& files) {
  FolderContent content;
  std::set<std::string, std::less<>> versions;
  for (const SqlFile& file : files) {  // by name, which is Atlas's order
    const std::string whole_name = file.name();
    std::string_view name = whole_name;
    if (!name.ends_with(".sql")) continue;  // atlas.sum among them
    const std::string source = file.path.string();
    const auto directives = directives_of(file.text);
    if (has(directives, "checkpoint")) {
      content.left_out.push_back(
          {source, "it is a checkpoint, which stands for migrations that are imported"});
      continue;
    }
    if (has(directives, "delimiter") || has(directives, "txtar"))
      content.refused.push_back({source,
                                 "it cuts its statements otherwise than by semicolons (atlas:delimiter, "
                                 "atlas:txtar). Write it as plain SQL."});
    name.remove_suffix(std::string_view(".sql").size());
    const std::size_t end = std::min(name.find('_'), name.size());
    Migration migration{.id = std::string(name.substr(0, end)),
                        .words = std::string(name.substr(std::min(end + 1, name.size()))),
                        .source = source,
                        .upgrade = file.text,
                        .downgrade = {},
                        .transactional = !directives.contains("txmode none")};
    if (!versions.insert(migration.id).second)
      content.refused.push_back(same_version(source, "another file"));
    content.migrations.push_back(std::move(migration));
  }
  return content;
}

}  // namespace athanor::cli
