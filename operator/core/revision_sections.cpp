#include "core/revision_sections.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "core/sql_script.hpp"
#include "core/sql_tokens.hpp"
#include "core/text.hpp"
#include "core/token_checksum.hpp"

namespace athanor {
namespace {

constexpr std::string_view kMarker = "-- athanor:";
constexpr std::string_view kIgnore = "-- athanor:ignore";

/// Small, since a file may be nothing but comments: what a file may have fits 32 bits.
struct Comment {
  std::uint32_t start = 0;
  std::uint32_t end = 0;
  std::uint32_t line = 1;
};

Comment comment_at(std::size_t start, std::size_t end, std::size_t line) {
  return {static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end),
          static_cast<std::uint32_t>(line)};
}

struct Marker {
  std::size_t start = 0;
  std::size_t sql_start = 0;  ///< first byte of the next line
  std::size_t line = 1;
  std::string_view name;
};

tl::unexpected<FileFault> fault(std::size_t line, std::string message) {
  return tl::unexpected(FileFault{line, std::move(message)});
}

bool starts_line(std::string_view text, std::size_t at) {
  return at == 0 || text[at - 1] == '\n';
}

bool is_marker(std::string_view text, const Comment& comment) {
  return starts_line(text, comment.start) &&
         text.substr(comment.start, comment.end - comment.start).starts_with(kMarker);
}

bool is_marker(std::string_view line) {
  if (!line.starts_with(kMarker)) return false;
  const std::string_view name = trim_end(line.substr(kMarker.size()));
  return name == "upgrade" || name == "downgrade";
}

/// Whether other dialects may see this token end elsewhere than PostgreSQL does. A quote within MySQL's
/// `name` or SQL Server's [name], both of which SQLite takes, opens none; and only PostgreSQL nests comments.
bool may_end_elsewhere(std::string_view token, TokenKind kind) {
  if (kind == TokenKind::Comment) return token.find("/*", 2) != std::string_view::npos;
  return (kind == TokenKind::String || kind == TokenKind::QuotedName) && !token.starts_with('$');
}

/// Where a marker begins that PostgreSQL's scanner takes for a part of a quote, and the database perhaps not:
/// overlooking it would run the downgrade as the upgrade's last statements.
std::optional<std::size_t> swallowed_marker(std::string_view text, const SqlToken& token) {
  if (!may_end_elsewhere(token.in(text), token.kind)) return std::nullopt;
  for (std::size_t at = text.find('\n', token.start); at < token.end; at = text.find('\n', at)) {
    const std::size_t begin = ++at;
    if (is_marker(text.substr(begin, text.find('\n', begin) - begin))) return begin;
  }
  return std::nullopt;
}

/// One way through the tokens: the line comments, the checksum of what stands below each marker, and a marker
/// that a quote has swallowed.
class TokenReader {
 public:
  explicit TokenReader(std::string_view text) : text_(text), lines_(text, 1) {}

  void take(const SqlToken& token) {
    if (token.kind == TokenKind::Comment && token.in(text_).starts_with("--")) {
      comments_.push_back(comment_at(token.start, token.end, lines_.line_of(token.start)));
      if (is_marker(text_, comments_.back())) begin_section();
    } else if (section_) {
      section_->add(text_, token);
    }
    if (swallowed_) return;
    if (const auto marker = swallowed_marker(text_, token)) swallowed_ = lines_.line_of(*marker);
  }

  /// The line of the first marker within a quote.
  [[nodiscard]] std::optional<std::size_t> swallowed() const { return swallowed_; }
  [[nodiscard]] std::vector<Comment> take_comments() { return std::move(comments_); }
  /// In the order of the markers.
  [[nodiscard]] std::vector<std::string> take_checksums() {
    if (section_) checksums_.push_back(section_->hex());
    section_.reset();
    return std::move(checksums_);
  }

 private:
  void begin_section() {
    if (section_) checksums_.push_back(section_->hex());
    section_.emplace();
  }

  std::string_view text_;
  LineCounter lines_;
  std::vector<Comment> comments_;
  std::optional<TokenChecksum> section_;
  std::vector<std::string> checksums_;
  std::optional<std::size_t> swallowed_;
};

/// Every line that is nothing but a comment, whatever surrounds it.
std::vector<Comment> comment_lines_of(std::string_view text) {
  std::vector<Comment> comments;
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::size_t start = at;
    while (start < end && is_space(text[start])) ++start;
    if (text.substr(start, end - start).starts_with("--")) comments.push_back(comment_at(start, end, line));
    at = end + 1;
  }
  return comments;
}

/// A comment that was surely meant as a marker: taking `--athanor:downgrade` for a remark would run the
/// downgrade as the upgrade's last statements.
bool resembles_marker(std::string_view comment) {
  static constexpr std::string_view kPunctuation = ":-=. \t";
  const auto strip = [](std::string_view word) {
    const std::size_t begin = std::min(word.find_first_not_of(kPunctuation), word.size());
    return word.substr(begin, word.find_last_not_of(kPunctuation) + 1 - begin);
  };
  const std::string lower = to_lower(comment.substr(0, 80));
  const std::string_view word = strip(lower);
  if (!word.starts_with("athanor")) return false;
  const std::string_view rest = word.substr(7);
  return trim(rest).starts_with(':') || strip(rest) == "upgrade" || strip(rest) == "downgrade";
}

tl::expected<std::vector<Marker>, FileFault> markers_of(std::string_view text,
                                                        const std::vector<Comment>& comments) {
  std::vector<Marker> markers;
  for (const Comment& comment : comments) {
    const std::string_view content = text.substr(comment.start, comment.end - comment.start);
    if (ignored_in(content)) continue;
    if (is_marker(text, comment)) {
      const std::string_view name = trim_end(content.substr(kMarker.size()));
      if (name != "upgrade" && name != "downgrade") {
        return fault(comment.line, "\"" + std::string(trim_end(content)) +
                                       "\" names no section. The sections are \"-- athanor:upgrade\" and "
                                       "\"-- athanor:downgrade\".");
      }
      markers.push_back(
          {comment.start, std::min<std::size_t>(comment.end + 1, text.size()), comment.line, name});
    } else if (resembles_marker(content)) {
      return fault(comment.line,
                   "this looks like a section marker and is none. Write \"-- athanor:upgrade\" or "
                   "\"-- athanor:downgrade\" exactly so, from column 1, alone on its line.");
    }
  }
  return markers;
}

/// Refuses anything but comments in the head.
std::optional<FileFault> sql_in_head(std::string_view head) {
  std::optional<std::size_t> sql;
  const auto scanned = for_each_token(head, [&sql](std::span<const SqlToken> tokens) {
    if (sql) return;
    const auto found = std::find_if(tokens.begin(), tokens.end(),
                                    [](const SqlToken& token) { return token.kind != TokenKind::Comment; });
    if (found != tokens.end()) sql = found->start;
  });
  if (!scanned) {
    const std::size_t line = LineCounter(head, 1).line_of(scanned.error().offset);
    return FileFault{line,
                     "something begins here, above the first section marker, and nothing closes it: an "
                     "open comment or quote. Close it."};
  }
  if (!sql) return std::nullopt;
  return FileFault{LineCounter(head, 1).line_of(*sql),
                   "SQL stands before the first section marker. Put \"-- athanor:upgrade\" above it."};
}

/// Headers have no effect below the first marker, where a `transaction: off` would silently be lost.
std::optional<FileFault> misplaced_header(std::string_view text, const std::vector<Comment>& comments,
                                          std::size_t head_end) {
  for (const Comment& comment : comments) {
    if (comment.start < head_end || !starts_line(text, comment.start)) continue;
    const auto header = structural_header(text.substr(comment.start, comment.end - comment.start));
    if (header.empty()) continue;
    return FileFault{comment.line,
                     "header " + std::string(header) +
                         " stands below the first section marker, where it has no effect. Move it "
                         "to the top of the file."};
  }
  return std::nullopt;
}

SqlSection section_at(std::string_view text, const Marker& marker, std::size_t end) {
  SqlSection section;
  section.sql = std::string(trim_end(text.substr(marker.sql_start, end - marker.sql_start)));
  section.first_line = marker.line + 1;
  return section;
}

}  // namespace

std::optional<std::string_view> ignored_in(std::string_view comment) {
  if (!comment.starts_with(kIgnore)) return std::nullopt;
  const std::string_view rest = comment.substr(kIgnore.size());
  if (!rest.empty() && !is_space(rest.front())) return std::nullopt;
  return trim(rest);
}

tl::expected<RevisionSections, FileFault> cut_sections(std::string_view text) {
  TokenReader reader(text);
  const auto scanned = for_each_token(text, [&reader](std::span<const SqlToken> tokens) {
    for (const SqlToken& token : tokens) reader.take(token);
  });
  const std::vector<Comment> comments = scanned ? reader.take_comments() : comment_lines_of(text);
  const std::vector<std::string> checksums = reader.take_checksums();
  const auto markers = markers_of(text, comments);
  if (!markers) return tl::unexpected(markers.error());
  const std::size_t head_end = markers->empty() ? text.size() : markers->front().start;
  if (auto found = sql_in_head(text.substr(0, head_end))) return tl::unexpected(std::move(*found));
  if (scanned) {
    if (const auto line = reader.swallowed()) {
      return fault(*line,
                   "this section marker stands within a quote or a nested comment that was opened above it. "
                   "Close that, or, if the line is meant as text, put something before its dashes.");
    }
    if (auto found = misplaced_header(text, comments, head_end)) return tl::unexpected(std::move(*found));
  }

  RevisionSections sections;
  for (const Comment& comment : comments) {
    if (comment.start >= head_end) break;
    sections.head.push_back({comment.line, text.substr(comment.start, comment.end - comment.start)});
  }
  const Marker* upgrade = nullptr;
  const Marker* downgrade = nullptr;
  for (std::size_t i = 0; i < markers->size(); ++i) {
    const Marker& marker = (*markers)[i];
    const Marker*& seen = marker.name == "upgrade" ? upgrade : downgrade;
    if (seen != nullptr) {
      return fault(marker.line, "section " + std::string(marker.name) + " began on line " +
                                    std::to_string(seen->line) + " already. Make one section of the two.");
    }
    seen = &marker;
    const std::size_t end = i + 1 < markers->size() ? (*markers)[i + 1].start : text.size();
    SqlSection section = section_at(text, marker, end);
    section.checksum = scanned ? checksums[i] : sql_checksum(section.sql);
    if (seen == upgrade) {
      sections.upgrade = std::move(section);
    } else {
      sections.downgrade = std::move(section);
    }
  }
  if (upgrade == nullptr) {
    return fault(1, "section upgrade is missing. Put a line \"-- athanor:upgrade\" above the SQL to run.");
  }
  return sections;
}

}  // namespace athanor
