// Cutting text without breaking a character.
#pragma once

#include <cstddef>
#include <string_view>

namespace athanor::api {

/// The longest beginning of at most `bytes` bytes that doesn't end within a UTF-8 sequence.
[[nodiscard]] constexpr std::string_view utf8_prefix(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0U) == 0x80U) --bytes;
  return text.substr(0, bytes);
}

}  // namespace athanor::api
