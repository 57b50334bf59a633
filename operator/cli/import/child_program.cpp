#include "cli/import/child_program.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace athanor::cli {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr int kSignalled = 128;  // as a shell reports it

/// Owns what posix_spawn is told beside the words.
class SpawnSettings {
 public:
  SpawnSettings() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  void redirect(const ProgramCall& call) {
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, call.output.c_str(), kWrite, kOwnerOnly);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, call.errors.c_str(), kWrite, kOwnerOnly);
  }

  /// This process may block signals and ignore SIGPIPE; both would be inherited.
  void with_usual_signals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigaddset(&signals, SIGPIPE);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  posix_spawn_file_actions_t actions_{};
  posix_spawnattr_t attributes_{};
};

/// As exec wants them; they point into `words`.
std::vector<char*> pointers(std::vector<std::string>& words) {
  std::vector<char*> result;
  result.reserve(words.size() + 1);
  for (std::string& word : words) result.push_back(word.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> variables_of(const ProgramCall& call) {
  std::vector<std::string> variables = call.variables;  // the first of a name counts
  for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  return variables;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? kSignalled + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Result<int> run_program(const ProgramCall& call) {
  SpawnSettings settings;
  settings.redirect(call);
  settings.with_usual_signals();
  std::vector<std::string> words = call.words;
  std::vector<std::string> variables = variables_of(call);
  pid_t pid = 0;
  const int error = ::posix_spawnp(&pid, words.front().c_str(), settings.actions(), settings.attributes(),
                                   pointers(words).data(), pointers(variables).data());
  if (error != 0) {
    return fail(ErrorKind::Terminal, error == ENOENT ? "ProgramMissing" : "ProgramFailed",
                fmt::format("cannot run {}: {}", words.front(), std::generic_category().message(error)));
  }
  return wait_for(pid);
}

}  // namespace athanor::cli
