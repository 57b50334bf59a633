#include "cli/commands/revision_file_search.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "cli/project/versions_listing.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

/// What stands behind `-- revision:`, whatever else is wrong with the file; "" if nothing does.
std::string id_in_head(std::string_view text) {
  text = without_byte_order_mark(text);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.starts_with("--")) continue;
    line = trim(line.substr(2));
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && trim(line.substr(0, colon)) == "revision")
      return std::string(trim(line.substr(colon + 1)));
  }
  return {};
}

bool is_path(const fs::path& path, std::string_view word) {
  return fs::absolute(path).lexically_normal() == fs::absolute(word).lexically_normal();
}

}  // namespace

Result<std::vector<fs::path>> find_revision_files(const Project& project, const ports::Filesystem& files,
                                                  std::string_view word) {
  const auto listing = list_versions(project);
  if (!listing) return fail(listing.error());
  std::vector<fs::path> named;
  std::vector<fs::path> begun;
  for (const fs::path& path : listing->revisions) {
    const std::string name = path.filename().string();
    const auto text = files.read(path);
    const std::string id = text ? id_in_head(*text) : std::string();
    if (name == word || id == word || is_path(path, word)) named.push_back(path);
    if (name.starts_with(word) || id.starts_with(word)) begun.push_back(path);
  }
  return named.empty() ? std::move(begun) : std::move(named);
}

}  // namespace athanor::cli
