#include "cli/bundle/bundle_names.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "api/object_names.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

constexpr std::size_t kLongestAdvice = 200;  // room for an ending, and for `.gz`

bool is_environment_name(std::string_view name) {
  return api::is_object_name(name) && api::is_label_value(name);
}

/// Each run of characters for which `allowed` is false as one `filler`, none at either end.
template <class Allowed>
std::string replaced(std::string_view text, char filler, Allowed allowed) {
  std::string made;
  bool gap = false;
  for (const char c : text) {
    if (!allowed(c)) {
      gap = true;
      continue;
    }
    if (gap && !made.empty()) made += filler;
    gap = false;
    made += c;
  }
  return made;
}

}  // namespace

Result<std::string> environment_name(std::string_view section) {
  const std::string lower = to_lower(section);
  if (is_environment_name(lower)) return lower;
  std::string name = replaced(lower, '-', [](char c) {
    return c != '-' && c != '.' && api::is_object_name(std::string_view(&c, 1));
  });
  if (is_environment_name(name)) return name;
  return fail(ErrorKind::Terminal, "InvalidName",
              fmt::format("no name of an environment can be made of section [{}]: it has to leave 1 to 63 of "
                          "a-z, 0-9 and dashes. Give the section a name in the ini file that does.",
                          section));
}

Result<std::string> numbered_name(const std::string& name, std::size_t index) {
  std::string numbered = index == 0 ? name : fmt::format("{}-{}", name, index + 1);
  if (api::is_object_name(numbered)) return numbered;
  return fail(ErrorKind::Terminal, "InvalidName",
              fmt::format("{} is no name of a ConfigMap: it may have 253 bytes of a-z, 0-9, dashes and dots. "
                          "Give another with --config-map.",
                          numbered));
}

std::string better_key(std::string_view file_name) {
  constexpr std::string_view kEnding = ".sql";
  if (file_name.ends_with(kEnding)) file_name.remove_suffix(kEnding.size());
  std::string stem = replaced(file_name, '_', [](char c) { return api::is_data_key(std::string{'a', c}); });
  stem.resize(std::min(stem.size(), kLongestAdvice));
  return (stem.empty() ? "revision" : stem) + std::string(kEnding);
}

}  // namespace athanor::cli
