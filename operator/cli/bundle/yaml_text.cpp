#include "cli/bundle/yaml_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/text.hpp"

namespace athanor::cli {
namespace {

constexpr std::size_t kIndent = 2;

// What YAML 1.1 or 1.2 reads as something else than text.
constexpr std::array<std::string_view, 10> kWords = {"y",   "n",    "yes",   "no",   "on",
                                                     "off", "true", "false", "null", "nan"};

constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_plain(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '/';
}

/// A key such as `3f2a_users.sql` is no number, whatever it begins with.
bool is_file_name(std::string_view text) {
  return (text.ends_with(".sql") || text.ends_with(".sql.gz")) && text.front() != '-' && text.front() != '.';
}

bool may_stand_plain(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_plain)) return false;
  if (is_file_name(text)) return true;
  return is_letter(text.front()) && std::ranges::find(kWords, to_lower(text)) == kWords.end();
}

/// The code point at `at` of well-formed UTF-8. @return it and its bytes
std::pair<char32_t, std::size_t> code_point(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) < 0x80) return {byte(0), 1};
  const std::size_t length = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t code = byte(0) & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = (code << 6U) | (byte(i) & 0x3FU);
  return {code, length};
}

/// Control characters, the line ends of YAML 1.1 other than LF, the byte order mark and what is no character.
bool needs_escape(char32_t code) {
  if (code < 0x20) return code != '\n' && code != '\t';
  if (code >= 0x7F && code < 0xA0) return true;
  return code == 0x2028 || code == 0x2029 || code == 0xFEFF || (code & 0xFFFEU) == 0xFFFE;
}

bool may_be_literal(std::string_view text) {
  if (text.find('\n') == std::string_view::npos || text.find_first_not_of('\n') == std::string_view::npos)
    return false;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = code_point(text, at);
    if (needs_escape(code)) return false;
    at += length;
  }
  return true;
}

std::string literal(std::string_view text, std::size_t depth) {
  const std::string indent(kIndent * depth, ' ');
  std::string out = "|";
  // Without it the first line's own white space would be taken for the block's indent.
  if (text.front() == ' ' || text.front() == '\t' || text.front() == '\n') out += std::to_string(kIndent);
  if (!text.ends_with('\n')) out += '-';
  if (text.ends_with("\n\n")) out += '+';
  out += '\n';
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    if (!line.empty()) out.append(indent).append(line);
    out += '\n';
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return out;
}

void append_escaped(std::string& out, char32_t code, std::string_view bytes) {
  switch (code) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (!needs_escape(code)) {
    out.append(bytes);
  } else if (code < 0x100) {
    out += fmt::format("\\x{:02X}", static_cast<unsigned>(code));
  } else if (code < 0x10000) {
    out += fmt::format("\\u{:04X}", static_cast<unsigned>(code));
  } else {
    out += fmt::format("\\U{:08X}", static_cast<unsigned>(code));
  }
}

std::string quoted(std::string_view text, std::size_t depth) {
  const std::string indent(kIndent * depth, ' ');
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = code_point(text, at);
    append_escaped(out, code, text.substr(at, length));
    at += length;
    if (code != '\n' || at == text.size()) continue;
    // A backslash at the end of a line is no part of the text, nor is the next line's indent; a space that
    // the text begins its line with is told from the indent by a backslash of its own.
    out.append("\\\n").append(indent);
    if (text[at] == ' ') out += '\\';
  }
  return out + "\"\n";
}

std::string scalar(std::string_view text, std::size_t depth) {
  if (may_be_literal(text)) return literal(text, depth);
  if (may_stand_plain(text)) return std::string(text) + "\n";
  return quoted(text, depth);
}

std::string mapping(const nlohmann::ordered_json& object, std::size_t depth) {
  std::string out;
  for (const auto& [key, value] : object.items()) out += yaml_member(key, value, depth);
  return out;
}

std::string sequence(const nlohmann::ordered_json& array, std::size_t depth) {
  const std::string indent(kIndent * depth, ' ');
  std::string out;
  for (const auto& item : array) {
    if (item.is_string()) {
      out += indent + "- " + scalar(item.get_ref<const std::string&>(), depth + 1);
      continue;
    }
    std::string members = mapping(item, depth + 1);
    members.replace(kIndent * depth, kIndent, "- ");
    out += members;
  }
  return out;
}

}  // namespace

std::string yaml_member(std::string_view key, const nlohmann::ordered_json& value, std::size_t depth) {
  std::string out(kIndent * depth, ' ');
  if (may_stand_plain(key)) {
    out += key;
  } else {
    out += quoted(key, depth);
    out.pop_back();  // its line end
  }
  out += ':';
  if (value.is_string()) return out + " " + scalar(value.get_ref<const std::string&>(), depth + 1);
  if (value.empty()) return out + (value.is_array() ? " []\n" : " {}\n");
  return out + "\n" + (value.is_array() ? sequence(value, depth + 1) : mapping(value, depth + 1));
}

std::string yaml_document(const nlohmann::ordered_json& object) {
  return "---\n" + mapping(object, 0);
}

}  // namespace athanor::cli
