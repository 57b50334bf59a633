#include "core/id_width.hpp"

#include <string>

#include "core/text.hpp"

namespace athanor {

Result<void> check_id_width(std::string_view id, std::optional<std::size_t> width) {
  const std::size_t characters = count_characters(id);
  if (!width || characters <= *width) return {};
  return fail(ErrorKind::Terminal, "RevisionIdTooLong",
              "the version table holds ids of at most " + std::to_string(*width) + " characters, and " +
                  std::string(id) + " has " + std::to_string(characters) +
                  ". Give the revision a shorter id, or widen the column version_num.",
              ErrorSite{.revision = std::string(id)});
}

}  // namespace athanor
