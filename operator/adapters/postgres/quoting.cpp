#include "adapters/postgres/quoting.hpp"

namespace athanor::postgres {
namespace {

std::string doubled(std::string_view text, std::string_view special, char quote) {
  std::string result(1, quote);
  result.reserve(text.size() + 2);
  for (const char c : text) {
    if (c == '\0') continue;
    if (special.find(c) != std::string_view::npos) result += c;
    result += c;
  }
  return result + quote;
}

}  // namespace

std::string quote_literal(std::string_view text) {
  const bool escapes = text.find('\\') != std::string_view::npos;
  return (escapes ? "E" : "") + doubled(text, "'\\", '\'');
}

std::string quote_identifier(std::string_view name) {
  return doubled(name, "\"", '"');
}

}  // namespace athanor::postgres
