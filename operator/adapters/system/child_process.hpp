// A program run to its end.
#pragma once

#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <system_error>
#include <vector>

#include <tl/expected.hpp>

namespace athanor::system {

struct ChildCall {
  /// The program, looked up in PATH unless it holds a slash, and its arguments: taken as they are, by no
  /// shell. Everyone on the machine can read them.
  std::vector<std::string> words;
  std::vector<std::string> variables{};  ///< `NAME=value`, beside this process's own
  /// Where its output goes, in place of this process's own streams. It reads nothing then, and is in a
  /// process group of its own: what a terminal sends reaches this process alone, and stopping ends all that
  /// the program has started.
  struct Streams {
    std::filesystem::path output;
    std::filesystem::path errors;
  };
  std::optional<Streams> apart{};
};

/// How it ended: one of the two is 0.
struct ChildEnd {
  int exit_code = 0;
  int signal = 0;
};

struct ChildFailure {
  bool started = false;  ///< it was lost while it ran
  std::error_code why;
};

/// Runs a program in this working directory, with no signal blocked and none ignored, and waits for its end.
/// @param stop sends SIGTERM to the process group of a program that runs apart, and SIGKILL to what is left
/// of the group once the program itself has ended
/// @param cancel sends SIGKILL
[[nodiscard]] tl::expected<ChildEnd, ChildFailure> run_child(const ChildCall& call,
                                                             const std::stop_token& stop = {},
                                                             const std::stop_token& cancel = {});

}  // namespace athanor::system
