// `athanor operator`.
#pragma once

#include "cli/operator_options.hpp"

namespace athanor::cli {

/// Runs until SIGTERM or SIGINT. @return the process's exit code: 0 after a signal, 1 if it could not start
/// or lost its lease
[[nodiscard]] int run_operator(const OperatorOptions& options);

}  // namespace athanor::cli
