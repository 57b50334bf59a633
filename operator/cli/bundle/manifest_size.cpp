#include "cli/bundle/manifest_size.hpp"

#include <nlohmann/json.hpp>

#include "cli/bundle/yaml_text.hpp"

namespace athanor::cli {
namespace {

constexpr std::size_t kEscaped = 6;  // \u003c

/// Of a text in Go's encoding/json, quotes included.
std::size_t json_text_bytes(std::string_view text) {
  std::size_t bytes = 2;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\\' || c == '\n' || c == '\r' || c == '\t') {
      bytes += 2;
    } else if (static_cast<unsigned char>(c) < 0x20 || c == '<' || c == '>' || c == '&') {
      bytes += kEscaped;
    } else if (text.substr(i).starts_with("\u2028") || text.substr(i).starts_with("\u2029")) {
      bytes += kEscaped;
      i += 2;
    } else {
      ++bytes;
    }
  }
  return bytes;
}

/// Of a value without white space between its parts. A comma is counted behind each part, the last as well.
std::size_t json_bytes(const nlohmann::ordered_json& value) {
  if (value.is_string()) return json_text_bytes(value.get_ref<const std::string&>());
  std::size_t bytes = 2;
  for (const auto& [key, part] : value.items()) {
    bytes += json_bytes(part) + 1;
    if (value.is_object()) bytes += json_text_bytes(key) + 1;
  }
  return bytes;
}

}  // namespace

ManifestSize size_of(const nlohmann::ordered_json& object) {
  return {yaml_document(object).size(), json_bytes(object)};
}

ManifestSize size_of_entry(std::string_view key, const nlohmann::ordered_json& text) {
  return {yaml_member(key, text, 1).size(), json_text_bytes(key) + json_bytes(text) + 2};
}

}  // namespace athanor::cli
