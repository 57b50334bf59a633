#include "schema/revision_lines.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace athanor::schema {

std::size_t line_of_header(std::string_view text, std::string_view name) {
  std::size_t line = 1;
  for (std::size_t at = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view content = text.substr(at, end - at);
    const std::size_t dashes = content.find("--");  // a byte order mark may stand before them
    if (dashes != std::string_view::npos) {
      const std::string_view rest = trim(content.substr(dashes + 2));
      if (rest.starts_with(name) && trim(rest.substr(name.size())).starts_with(':')) return line;
    }
    at = end + 1;
  }
  return 1;
}

std::string without_place(std::string_view message, std::string_view file) {
  std::string_view rest = message;
  const bool of_file = rest.starts_with(file);
  if (of_file) rest.remove_prefix(file.size());
  const std::string_view line = of_file ? ", line " : "Line ";
  if (rest.starts_with(line)) {
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", line.size()), rest.size()));
  }
  return std::string(rest.starts_with(": ") ? rest.substr(2) : message);
}

std::string_view head_of(std::string_view text, const Revision& revision) {
  std::size_t marker = revision.upgrade.first_line - 1;
  if (revision.downgrade) marker = std::min(marker, revision.downgrade->first_line - 1);
  std::size_t at = 0;
  for (std::size_t line = 1; line < marker && at < text.size(); ++line) {
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  }
  return text.substr(0, at);
}

}  // namespace athanor::schema
