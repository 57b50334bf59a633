#include "core/revision_file.hpp"

#include <algorithm>

#include "core/revision_header.hpp"
#include "core/revision_sections.hpp"
#include "core/text.hpp"

namespace athanor {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kMarkerStart = "-- athanor:";
constexpr std::string_view kUpgradeMarker = "-- athanor:upgrade\n";

/// A checkout with CRLF line ends must not give other checksums, or other function bodies.
std::string with_unix_line_ends(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    out += text[i];
  }
  return out;
}

std::string join(const std::vector<std::string>& words) {
  std::string joined;
  for (const std::string& word : words) joined += (joined.empty() ? "" : ", ") + word;
  return joined;
}

void write_header(std::string& out, std::string_view key, const std::string& value) {
  if (value.empty()) return;
  out.append("-- ").append(key).append(": ").append(value).append("\n");
}

void write_section(std::string& out, std::string_view name, const std::string& sql) {
  out.append("\n-- athanor:").append(name).append("\n").append(sql);
  if (!out.ends_with('\n')) out += '\n';
}

/// Alembic's slug: the message's words in lower case, joined by underscores. Only ASCII counts as a word's
/// letter here, since the name has to be good for a key of a ConfigMap as well.
std::string slug_of(std::string_view message, std::size_t longest) {
  std::string slug;
  bool between = false;
  for (const char c : to_lower(message)) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') {
      between = !slug.empty();
      continue;
    }
    if (between) slug += '_';
    between = false;
    slug += c;
  }
  if (slug.size() <= longest) return slug;
  slug.resize(longest);
  return slug.substr(0, slug.rfind('_')) + "_";  // cut between words, and Alembic's sign that it was cut
}

}  // namespace

Error revision_file_too_large(std::string_view source) {
  return {ErrorKind::Terminal, "InvalidRevisionFile",
          std::string(source) + " is larger than " + std::to_string(kMaxRevisionFileBytes >> 20U) +
              " MiB, the most that a revision file may have. Cut it into several revisions, or load its data "
              "by other means.",
          ErrorSite{.file = std::string(source)}};
}

Result<Revision> parse_revision_file(std::string_view text, std::string_view source) {
  const auto refuse = [source](const FileFault& fault) {
    return fail(ErrorKind::Terminal, "InvalidRevisionFile",
                std::string(source) + ", line " + std::to_string(fault.line) + ": " + fault.message,
                {.revision = {}, .file = std::string(source), .line = fault.line, .sqlstate = {}});
  };
  if (text.size() > kMaxRevisionFileBytes) return fail(revision_file_too_large(source));
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return refuse({LineCounter(text, 1).line_of(nul),
                   "a NUL byte. Save the file as plain UTF-8 text (UTF-16 looks like this)."});
  }
  if (const std::size_t valid = valid_utf8_prefix(text); valid != text.size()) {
    return refuse({LineCounter(text, 1).line_of(valid), "this is not UTF-8. Save the file as UTF-8."});
  }
  std::string unix_text;
  if (text.find("\r\n") != std::string_view::npos) {
    unix_text = with_unix_line_ends(text);
    text = unix_text;
  }
  auto sections = cut_sections(text);
  if (!sections) return refuse(sections.error());
  auto revision = parse_header(sections->head);
  if (!revision) return refuse(revision.error());
  revision->upgrade = std::move(sections->upgrade);
  revision->downgrade = std::move(sections->downgrade);
  revision->source = std::string(source);
  return std::move(*revision);
}

Result<Revision> parse_revision_head(std::string_view text, std::string_view source) {
  for (std::size_t at = 0; at < text.size(); at = std::min(text.find('\n', at), text.size() - 1) + 1) {
    if (!text.substr(at).starts_with(kMarkerStart)) continue;
    // Nothing but comments may stand above a marker. Where one of them is open still, the line is no marker,
    // and this fails.
    auto revision = parse_revision_file(std::string(text.substr(0, at)).append(kUpgradeMarker), source);
    if (!revision) break;
    revision->upgrade = {};
    return revision;
  }
  return parse_revision_file(text, source);
}

std::string write_revision_file(const Revision& revision) {
  std::string out;
  write_header(out, "revision", revision.id);
  write_header(out, "down_revision",
               revision.down_revisions.empty() ? "none" : join(revision.down_revisions));
  write_header(out, "branch_labels", join(revision.branch_labels));
  write_header(out, "depends_on", join(revision.depends_on));
  write_header(out, "create_date", revision.create_date);
  write_header(out, "message", fold_white_space(revision.message));  // a header is one line
  if (revision.transaction == TransactionMode::Off) write_header(out, "transaction", "off");
  write_section(out, "upgrade", revision.upgrade.sql);
  if (revision.downgrade) write_section(out, "downgrade", revision.downgrade->sql);
  return out;
}

std::string revision_file_name(const Revision& revision, std::size_t truncate_slug_length) {
  const std::string slug = slug_of(revision.message, truncate_slug_length);
  return slug.empty() ? revision.id + ".sql" : revision.id + "_" + slug + ".sql";
}

}  // namespace athanor
