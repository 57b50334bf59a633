#include "core/revision_file.hpp"

#include <algorithm>

#include "core/revision_header.hpp"
#include "core/revision_sections.hpp"
#include "core/text.hpp"

namespace athanor {
namespace {

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

tl::unexpected<Error> refuse(std::string_view source, const FileFault& fault) {
  return fail(ErrorKind::Terminal, "InvalidRevisionFile",
              std::string(source) + ", line " + std::to_string(fault.line) + ": " + fault.message,
              {.revision = {}, .file = std::string(source), .line = fault.line, .sqlstate = {}});
}

/// What a file's bytes say: UTF-8 without a byte order mark, with LF line ends.
/// @param unix_text holds the text where it had other line ends
Result<std::string_view> decoded(std::string_view text, std::string_view source, std::string& unix_text) {
  if (text.size() > kMaxRevisionFileBytes) return fail(revision_file_too_large(source));
  text = without_byte_order_mark(text);
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    return refuse(source, {LineCounter(text, 1).line_of(nul),
                           "a NUL byte. Save the file as plain UTF-8 text (UTF-16 looks like this)."});
  }
  if (const std::size_t valid = valid_utf8_prefix(text); valid != text.size()) {
    return refuse(source,
                  {LineCounter(text, 1).line_of(valid), "this is not UTF-8. Save the file as UTF-8."});
  }
  if (text.find("\r\n") == std::string_view::npos) return text;
  unix_text = with_unix_line_ends(text);
  return std::string_view(unix_text);
}

/// Some line begins so, whatever it stands in.
bool has_line(std::string_view text, std::string_view beginning) {
  for (std::size_t at = text.find(beginning); at != std::string_view::npos;
       at = text.find(beginning, at + 1)) {
    if (at == 0 || text[at - 1] == '\n') return true;
  }
  return false;
}

/// The first header of a head that stands on top of a text.
std::optional<FileFault> head_of_its_own(std::string_view text) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view comment = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (comment.empty()) continue;
    if (!comment.starts_with("--")) return std::nullopt;
    if (const std::string_view header = structural_header(comment); !header.empty()) {
      return FileFault{line, "header " + std::string(header) +
                                 " is written by the command that makes the revision. Leave it out, and give "
                                 "SQL only."};
    }
  }
  return std::nullopt;
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
  std::string unix_text;
  const auto decoded_text = decoded(text, source, unix_text);
  if (!decoded_text) return fail(decoded_text.error());
  auto sections = cut_sections(*decoded_text);
  if (!sections) return refuse(source, sections.error());
  auto revision = parse_header(sections->head);
  if (!revision) return refuse(source, revision.error());
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

Result<RevisionBody> parse_revision_body(std::string_view text, std::string_view source) {
  std::string unix_text;
  const auto decoded_text = decoded(text, source, unix_text);
  if (!decoded_text) return fail(decoded_text.error());
  if (const auto found = head_of_its_own(*decoded_text)) return refuse(source, *found);
  const bool is_marked = has_line(*decoded_text, trim_end(kUpgradeMarker));
  const std::string whole = std::string(is_marked ? "" : kUpgradeMarker).append(*decoded_text);
  auto sections = cut_sections(whole);
  if (!sections) {
    FileFault fault = sections.error();
    if (!is_marked && fault.line > 1) --fault.line;
    return refuse(source, fault);
  }
  RevisionBody body{std::move(sections->upgrade), std::move(sections->downgrade)};
  std::string above;
  for (const LineComment& comment : sections->head) above.append(comment.text).append("\n");
  body.upgrade.sql.insert(0, above);
  return body;
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

std::string revision_slug(std::string_view message, std::size_t truncate_slug_length) {
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
  if (slug.size() <= truncate_slug_length) return slug;
  slug.resize(truncate_slug_length);
  return slug.substr(0, slug.rfind('_')) + "_";  // cut between words, and Alembic's sign that it was cut
}

std::string revision_file_name(const Revision& revision, std::size_t truncate_slug_length) {
  const std::string slug = revision_slug(revision.message, truncate_slug_length);
  return slug.empty() ? revision.id + ".sql" : revision.id + "_" + slug + ".sql";
}

}  // namespace athanor
