// Where the sections of a revision file begin and end.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/revision.hpp"
#include "core/revision_header.hpp"

namespace athanor {

/// A revision file cut along its `-- athanor:` lines.
struct RevisionSections {
  std::vector<LineComment> head;  ///< comments above the first marker; they point into the text
  SqlSection upgrade;             ///< with its checksum, as `downgrade` is
  std::optional<SqlSection> downgrade;
};

/// What `-- athanor:ignore RULE reason` says to lint: "RULE reason", trimmed. nullopt for any other comment.
/// @param comment with its dashes
[[nodiscard]] std::optional<std::string_view> ignored_in(std::string_view comment);

/// A marker is a line comment that starts in column 1: what stands within dollar quotes or a block comment is
/// none. Within '...' or "..." it is refused, since the file may be in a dialect that quotes otherwise.
/// Text that PostgreSQL's scanner refuses (another dialect, or an unterminated quote) is cut at every line
/// that has a marker's form.
/// @param text valid UTF-8 with LF line ends
[[nodiscard]] tl::expected<RevisionSections, FileFault> cut_sections(std::string_view text);

}  // namespace athanor
