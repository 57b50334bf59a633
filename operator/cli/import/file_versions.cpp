#include "cli/import/file_versions.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace athanor::cli {

NumberKey number_key(std::string_view digits) {
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return {digits.size(), std::string(digits)};
}

std::string_view leading_digits(std::string_view name) {
  return name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
}

Refusal same_version(const std::string& source, const std::string& other) {
  return {source, fmt::format("{} has the same version. Give one of them another.", other)};
}

}  // namespace athanor::cli
