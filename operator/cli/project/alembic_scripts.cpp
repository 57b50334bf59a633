#include "cli/project/alembic_scripts.hpp"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

/// A script without SQL.
struct Missing {
  fs::path path;
  std::string revision;  ///< empty: unknown
};

bool is_name_character(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// What a line at the left margin gives a name: `revision: str = "a1"` is `"a1"` for `revision`.
std::optional<std::string_view> assigned(std::string_view line, std::string_view name) {
  if (!line.starts_with(name)) return std::nullopt;
  line.remove_prefix(name.size());
  if (!line.empty() && is_name_character(line.front())) return std::nullopt;
  const std::size_t equals = line.find('=');
  const std::string_view between = trim(line.substr(0, equals));
  if (equals == std::string_view::npos || (!between.empty() && !between.starts_with(':')))
    return std::nullopt;
  return trim(line.substr(equals + 1));
}

/// A literal's text; "" for any other expression.
std::string literal(std::string_view expression) {
  if (expression.empty() || (expression.front() != '"' && expression.front() != '\'')) return {};
  const char quote = expression.front();
  expression.remove_prefix(1);
  const std::size_t end = expression.find(quote);
  return end == std::string_view::npos ? std::string() : std::string(expression.substr(0, end));
}

/// `a1` of `alembic/versions/a1_add_users.py`.
std::string_view id_in_name(const fs::path& path) {
  std::string_view name = path.native();
  name.remove_prefix(name.rfind('/') + 1);
  return name.substr(0, name.find_first_of("_."));
}

/// Scripts whose names do not tell that they are there as SQL. Of several that claim to be one revision, one
/// may be a copy that became another.
std::vector<fs::path> to_look_into(const std::vector<fs::path>& scripts,
                                   const std::unordered_set<std::string_view>& ids) {
  std::map<std::string_view, std::vector<const fs::path*>> by_id;
  for (const fs::path& script : scripts) by_id[id_in_name(script)].push_back(&script);
  std::vector<fs::path> unclear;
  for (const auto& [id, claimants] : by_id) {
    if (claimants.size() == 1 && ids.contains(id)) continue;
    for (const fs::path* claimant : claimants) unclear.push_back(*claimant);
  }
  return unclear;
}

Error not_imported(const std::vector<Missing>& missing) {
  const auto& [path, revision] = missing.front();
  const std::string others =
      missing.size() == 1 ? "" : fmt::format(", as are {} more of them", missing.size() - 1);
  return {ErrorKind::Terminal, "NotImported",
          fmt::format("{} is a Python script of Alembic{} with no SQL revision beside it{}: the history is "
                      "not whole here. Turn it into SQL with: athanor import",
                      path.string(), revision.empty() ? "" : fmt::format(" (revision {})", revision), others),
          ErrorSite{.revision = revision, .file = path.string()}};
}

}  // namespace

std::optional<std::string> script_revision(std::string_view text) {
  bool is_script = false;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto expression = assigned(line, "revision")) return literal(*expression);
    is_script = is_script || assigned(line, "down_revision");
  }
  return is_script ? std::optional<std::string>("") : std::nullopt;
}

Result<void> check_imported(const Project& project, const VersionsListing& listing,
                            std::span<const std::string_view> ids, const ports::Filesystem& files) {
  if (listing.scripts.empty()) return {};
  if (listing.revisions.empty()) {
    const std::string folder = project.version_locations.front().string();
    return fail(
        ErrorKind::Terminal, "NotImported",
        fmt::format("{} holds {} Python script(s) of Alembic and no SQL revision. Turn them into SQL with: "
                    "athanor import",
                    folder, listing.scripts.size()),
        ErrorSite{.file = folder});
  }
  const std::unordered_set<std::string_view> known(ids.begin(), ids.end());
  std::vector<Missing> missing;
  for (const fs::path& path : to_look_into(listing.scripts, known)) {
    const auto text = files.read(path);
    if (!text) return fail(text.error());
    auto revision = script_revision(*text);
    if (revision && !known.contains(*revision)) missing.push_back({path, std::move(*revision)});
  }
  if (missing.empty()) return {};
  return fail(not_imported(missing));
}

}  // namespace athanor::cli
