#include "api/object_names.hpp"

#include <algorithm>

namespace athanor::api {
namespace {

constexpr std::size_t kMaxNameBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;

// Locale-free, unlike <cctype>.
constexpr bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
constexpr bool is_alphanumeric(char c) {
  return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z');
}
constexpr bool is_key_char(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
}

bool is_dns_label(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && is_lower_or_digit(text.front()) &&
         is_lower_or_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_lower_or_digit(c) || c == '-'; });
}

bool is_qualified_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxLabelBytes && is_alphanumeric(text.front()) &&
         is_alphanumeric(text.back()) && std::all_of(text.begin(), text.end(), is_key_char);
}

}  // namespace

bool is_object_name(std::string_view text) {
  if (text.size() > kMaxNameBytes) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    if (!is_dns_label(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_namespace_name(std::string_view text) {
  return text.size() <= kMaxLabelBytes && is_dns_label(text);
}

bool is_data_key(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes && text != "." && !text.starts_with("..") &&
         std::all_of(text.begin(), text.end(), is_key_char);
}

bool is_label_key(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_qualified_name(text);
  return is_object_name(text.substr(0, slash)) && is_qualified_name(text.substr(slash + 1));
}

bool is_label_value(std::string_view text) {
  return text.empty() || is_qualified_name(text);
}

}  // namespace athanor::api
