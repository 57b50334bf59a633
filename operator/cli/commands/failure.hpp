// How an error is told.
#pragma once

#include "cli/terminal/console.hpp"
#include "core/result.hpp"

namespace athanor::cli {

/// On standard error: `FAILED: message`, or with `json` one line of JSON with the error's parts.
void tell_failure(Console& console, const Error& error, bool json);

}  // namespace athanor::cli
