// A program run to its end, without a shell.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace athanor::cli {

struct ProgramCall {
  /// The program, looked up in PATH unless it holds a slash, and its arguments: taken as they are, by no
  /// shell. Everyone on the machine can read them.
  std::vector<std::string> words;
  std::vector<std::string> variables;  ///< `NAME=value`, beside this process's own
  std::filesystem::path output;        ///< gets its standard output
  std::filesystem::path errors;        ///< gets its standard error
};

/// Runs it in this working directory, with nothing on its standard input, no signal blocked, and waits.
/// @return its exit code, or 128 and the number of the signal that ended it; Terminal `ProgramMissing` if
/// there is none of the name, `ProgramFailed` if it can't be started
[[nodiscard]] Result<int> run_program(const ProgramCall& call);

}  // namespace athanor::cli
