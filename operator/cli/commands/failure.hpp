// How an error is told, and what the process's exit code is then.
#pragma once

#include <string>

#include "cli/terminal/console.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// Terminal `WrongUsage`: what was typed can't be meant, whatever the project and its database hold.
[[nodiscard]] Error wrong_usage(std::string message);

/// On standard error: `FAILED: message`, or with `json` one line of JSON with the error's parts. A wrong
/// usage is no failure, and --help is named.
/// @return the exit code: 1 failed, 2 wrong usage
[[nodiscard]] int tell(Console& console, const Error& error, bool json);

}  // namespace athanor::cli
