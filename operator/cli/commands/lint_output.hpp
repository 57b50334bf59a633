// How `athanor lint` prints. No side effects.
#pragma once

#include <span>
#include <string>

#include "schema/lint.hpp"

namespace athanor::cli {

enum class LintFormat {
  Text,      ///< a line each, as compilers write them
  Json,      ///< an array of objects
  Github,    ///< workflow commands, which GitHub shows beside the lines
  Markdown,  ///< --rules only: docs/lint.md
};

/// Everything that goes to standard output, with its last line end; empty for none in Text and Github.
[[nodiscard]] std::string findings_output(std::span<const schema::Finding> findings, LintFormat format);

/// The list of rules; Github has no form of its own for it.
[[nodiscard]] std::string rules_output(LintFormat format);

/// "3 files: 1 error, 2 warnings", for people.
[[nodiscard]] std::string lint_summary(std::span<const schema::Finding> findings, std::size_t files);

/// @return whether one of them is an error
[[nodiscard]] bool has_error(std::span<const schema::Finding> findings);

}  // namespace athanor::cli
