#include "cli/import/import_plan.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/revision_file.hpp"
#include "core/revision_graph.hpp"
#include "core/sql_script.hpp"
#include "core/text.hpp"
#include "core/words.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

bool same_sql(const SqlSection& meant, const SqlSection& read) {
  return sql_checksum(meant.sql) == read.checksum;
}

/// What a file would lose of the revision; empty: nothing.
std::string lost_in_file(const Revision& meant, const Revision& read) {
  const bool head = meant.id == read.id && meant.down_revisions == read.down_revisions &&
                    meant.branch_labels == read.branch_labels && meant.depends_on == read.depends_on &&
                    meant.create_date == read.create_date && meant.transaction == read.transaction &&
                    fold_white_space(meant.message) == read.message;
  if (!head) return "its id, its message or what it names holds what the head of a revision file cannot";
  const bool sections = same_sql(meant.upgrade, read.upgrade) &&
                        meant.downgrade.has_value() == read.downgrade.has_value() &&
                        (!meant.downgrade || same_sql(*meant.downgrade, *read.downgrade));
  if (sections) return {};
  return "its SQL does not survive in a revision file: it has a line that looks like a section marker, or a "
         "literal with a carriage return (write that as an escape, E'\\r\\n')";
}

tl::expected<RevisionFile, std::string> plan_file(const ImportedRevision& imported, const fs::path& folder,
                                                  std::size_t slug_length) {
  RevisionFile file;
  const fs::path where = imported.folder.empty() ? folder : imported.folder;
  file.path = where / revision_file_name(imported.revision, slug_length);
  file.text = write_revision_file(imported.revision);
  auto read = parse_revision_file(file.text, file.path.string());
  if (!read)
    return tl::unexpected(fmt::format("as a revision it would be refused: {}", read.error().message));
  if (std::string lost = lost_in_file(imported.revision, *read); !lost.empty())
    return tl::unexpected(std::move(lost));
  file.revision = std::move(*read);
  return file;
}

Error in_the_way(const std::vector<std::string>& paths) {
  return {
      ErrorKind::Terminal, "FileExists",
      fmt::format("{} is there already with another text; nothing was written. Move it away, or import into "
                  "another folder with --output DIR.",
                  join_words(paths)),
      ErrorSite{.file = paths.front()}};
}

}  // namespace

ImportPlan plan_files(const ImportSet& set, const fs::path& folder, std::size_t slug_length) {
  ImportPlan plan;
  for (const ImportedRevision& imported : set.revisions) {
    auto file = plan_file(imported, folder, slug_length);
    if (file) {
      plan.files.push_back(std::move(*file));
    } else {
      plan.refused.push_back({imported.revision.source, std::move(file.error())});
    }
  }
  return plan;
}

Result<std::vector<RevisionFile>> files_to_write(const ImportPlan& plan,
                                                 const std::vector<Revision>& existing,
                                                 const ports::Filesystem& files) {
  std::vector<RevisionFile> to_write;
  std::vector<Revision> all;
  std::vector<std::string> other;
  std::set<fs::path> planned;
  for (const RevisionFile& file : plan.files) {
    planned.insert(file.path.lexically_normal());
    all.push_back(file.revision);
    const auto text = files.read(file.path);
    if (!text && text.error().reason != "FileMissing") return fail(text.error());
    if (!text) to_write.push_back(file);
    if (text && *text != file.text) other.push_back(file.path.string());
  }
  if (!other.empty()) return fail(in_the_way(other));
  for (const Revision& revision : existing) {
    if (!planned.contains(fs::path(revision.source).lexically_normal())) all.push_back(revision);
  }
  if (const auto graph = RevisionGraph::build(std::move(all)); !graph) return fail(to_error(graph.error()));
  return to_write;
}

}  // namespace athanor::cli
