// The `-- key: value` lines at the head of a revision file.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "core/revision.hpp"

namespace athanor {

/// One `--` comment, from its dashes to the end of its line.
struct LineComment {
  std::size_t line = 1;
  std::string_view text;
};

/// What is wrong on which line; parse_revision_file puts the file's name to it.
struct FileFault {
  std::size_t line = 1;
  std::string message;
};

/// Reads the head's comments into a revision without SQL. Comments that are no header are left alone, so that
/// licences and remarks can stand there; but what looks like a misspelt header is refused, since
/// `-- down_revison: x` would silently make a base.
[[nodiscard]] tl::expected<Revision, FileFault> parse_header(const std::vector<LineComment>& comments);

/// The header that a comment would be if it stood in the head, for the headers that decide what a revision
/// is; empty for any other comment.
[[nodiscard]] std::string_view structural_header(std::string_view comment);

/// Why `id` cannot be a revision id; empty if it can. Alembic's rule (`@ - + :` have a meaning in targets),
/// and what would break lists, file names and Alembic's own unquoted SQL.
[[nodiscard]] std::string why_not_an_id(std::string_view id);

/// The same for a branch label, in which a hyphen is fine.
[[nodiscard]] std::string why_not_a_branch_label(std::string_view label);

}  // namespace athanor
