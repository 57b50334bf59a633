#include "adapters/system/child_process.hpp"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace athanor::system {
namespace {

constexpr mode_t kOwnerOnly = 0600;

/// Owns what posix_spawn is told beside the words.
class SpawnSettings {
 public:
  explicit SpawnSettings(const std::optional<ChildCall::Streams>& apart) {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawnattr_init(&attributes_);
    short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
    // This process may block signals and ignore SIGPIPE; both would be inherited.
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    if (apart) {
      redirect(*apart);
      ::posix_spawnattr_setpgroup(&attributes_, 0);
      flags |= POSIX_SPAWN_SETPGROUP;
    }
    ::posix_spawnattr_setflags(&attributes_, flags);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;
  ~SpawnSettings() {
    ::posix_spawnattr_destroy(&attributes_);
    ::posix_spawn_file_actions_destroy(&actions_);
  }

  [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
  [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

 private:
  void redirect(const ChildCall::Streams& streams) {
    constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, STDOUT_FILENO, streams.output.c_str(), kWrite, kOwnerOnly);
    ::posix_spawn_file_actions_addopen(&actions_, STDERR_FILENO, streams.errors.c_str(), kWrite, kOwnerOnly);
  }

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

std::vector<std::string> variables_of(const ChildCall& call) {
  std::vector<std::string> variables = call.variables;  // the first of a name counts
  for (char** entry = environ; *entry != nullptr; ++entry) variables.emplace_back(*entry);
  return variables;
}

/// Until it has ended, and leaves it to be reaped: till then its number, and its group's, is nobody else's.
/// @return 0, or errno
int await_end(pid_t pid) {
  siginfo_t info{};
  while (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0) {
    if (errno != EINTR) return errno;
  }
  return 0;
}

/// @return 0, or errno
int await_end_of_group(pid_t pid, const std::stop_token& stop, const std::stop_token& cancel) {
  const std::stop_callback on_stop(stop, [pid] { ::kill(-pid, SIGTERM); });
  const std::stop_callback on_cancel(cancel, [pid] { ::kill(-pid, SIGKILL); });
  const int lost = await_end(pid);
  if (lost == 0 && stop.stop_requested()) ::kill(-pid, SIGKILL);
  return lost;
}

}  // namespace

tl::expected<ChildEnd, ChildFailure> run_child(const ChildCall& call, const std::stop_token& stop,
                                               const std::stop_token& cancel) {
  const auto failed = [](bool started, int error) {
    return tl::unexpected(ChildFailure{started, std::error_code(error, std::generic_category())});
  };
  const SpawnSettings settings(call.apart);
  std::vector<std::string> words = call.words;
  std::vector<std::string> variables = variables_of(call);
  pid_t pid = 0;
  if (const int error = ::posix_spawnp(&pid, words.front().c_str(), settings.actions(), settings.attributes(),
                                       pointers(words).data(), pointers(variables).data())) {
    return failed(false, error);
  }
  if (const int lost = call.apart ? await_end_of_group(pid, stop, cancel) : await_end(pid))
    return failed(true, lost);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return failed(true, errno);
  }
  if (WIFSIGNALED(status)) return ChildEnd{.signal = WTERMSIG(status)};
  return ChildEnd{.exit_code = WEXITSTATUS(status)};
}

}  // namespace athanor::system
