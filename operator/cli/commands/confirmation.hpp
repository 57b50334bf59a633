// Asking before something is written.
#pragma once

#include "cli/terminal/console.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// Asks whether to go on, unless `yes` says so.
/// @return Blocked `NotConfirmed` for any other answer than y or yes, and without a terminal to ask on
[[nodiscard]] inline Result<void> confirm(Console& console, bool yes) {
  if (yes) return {};
  const std::string answer = console.ask("Write this? [y/N] ");
  if (answer == "y" || answer == "Y" || answer == "yes") return {};
  return fail(ErrorKind::Blocked, "NotConfirmed", "Nothing was changed. Say --yes to write it unasked.");
}

}  // namespace athanor::cli
