// A child process that never outlives its test.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace athanor::testing {

struct ChildOptions {
  std::vector<std::string> command;  ///< program and arguments; the program found on PATH if it has no slash
  std::vector<std::string> environment{};  ///< NAME=value, laid over this process's environment
  std::string user{};                      ///< user to become, if this process runs as root; empty: stays
  std::filesystem::path output{};          ///< file that takes stdout and stderr; empty: dropped
  std::filesystem::path directory{};       ///< working directory; empty: this process's
  int death_signal = 9;                    ///< what the kernel sends when this process dies
};

/// Owns one child: ended (and waited for) at the latest by the destructor.
class ChildProcess {
 public:
  ChildProcess() = default;
  /// Starts it. Throws std::runtime_error if that fails; a program that can't be executed exits with 127.
  explicit ChildProcess(const ChildOptions& options);
  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const { return pid_; }
  /// True until it has ended.
  [[nodiscard]] bool running();
  void signal(int number) const;
  /// Waits for its end.
  /// @return the exit code, or 128 + the signal that ended it
  int wait();
  /// Signals, and waits for the end.
  int end(int number);

  /// Runs a command to its end; throws std::runtime_error with its output unless it exits with 0.
  static void run(ChildOptions options);

 private:
  pid_t pid_ = -1;
  int exit_code_ = 0;
};

}  // namespace athanor::testing
