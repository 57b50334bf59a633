// Revision files: text to Revision and back (design section 5).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "core/revision.hpp"

namespace athanor {

/// What a revision file may have, in bytes: what reading and running it takes in memory grows with it.
inline constexpr std::size_t kMaxRevisionFileBytes = std::size_t{16} * 1024 * 1024;

/// Terminal `InvalidRevisionFile` for a file that has more, which names file and limit.
[[nodiscard]] Error revision_file_too_large(std::string_view source);

/// Reads one revision file, checksums included. CRLF line ends are read as LF, and a byte order mark is
/// skipped. Comments in the head that are no header are ignored, but what looks like a misspelt header or
/// marker is refused. The file's name is for people: the id is the one in the head, and two files that claim
/// the same id are RevisionGraph::build's to refuse.
/// @param source names the file in errors: a path, or a ConfigMap and key
/// @return Terminal `InvalidRevisionFile` naming source, line and field, with the way out
[[nodiscard]] Result<Revision> parse_revision_file(std::string_view text, std::string_view source);

/// Reads what the graph is made of and nothing below the first section marker: the sections are empty,
/// without checksums, and whether there is a downgrade isn't told. A file that this can't be told of is read
/// whole.
/// @return as parse_revision_file(), but that faults of the SQL are not found
[[nodiscard]] Result<Revision> parse_revision_head(std::string_view text, std::string_view source);

/// The sections of a revision whose head is still to be written.
struct RevisionBody {
  SqlSection upgrade;
  std::optional<SqlSection> downgrade;
};

/// Reads SQL that is to become a revision: the upgrade's, and the downgrade's below a `-- athanor:downgrade`.
/// The marker of the upgrade may be left out; comments above it go with it.
/// @return as parse_revision_file(), and for a text that has a head of its own
[[nodiscard]] Result<RevisionBody> parse_revision_body(std::string_view text, std::string_view source);

/// Writes what parse_revision_file reads back as the same revision (source, checksums, and
/// white space at the end of a section aside).
[[nodiscard]] std::string write_revision_file(const Revision& revision);

/// Alembic's slug: the message's words in lower case, joined by underscores. Only ASCII counts as a word's
/// letter here, since the name has to be good for a key of a ConfigMap as well.
/// @param truncate_slug_length characters; what is longer is cut between words and ends in an underscore
[[nodiscard]] std::string revision_slug(std::string_view message, std::size_t truncate_slug_length = 40);

/// `<revision>_<slug>.sql`; the slug is cut to `truncate_slug_length` characters, as Alembic does (40 by
/// default).
[[nodiscard]] std::string revision_file_name(const Revision& revision, std::size_t truncate_slug_length = 40);

}  // namespace athanor
