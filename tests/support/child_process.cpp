#include "support/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace athanor::testing {
namespace {

[[noreturn]] void throw_errno(const std::string& what) {
  throw std::runtime_error(what + ": " + std::strerror(errno));
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> merged_environment(const std::vector<std::string>& extra) {
  std::vector<std::string> result = extra;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    const std::string name = text.substr(0, text.find('=') + 1);
    bool replaced = false;
    for (const std::string& other : extra) replaced = replaced || other.starts_with(name);
    if (!replaced) result.push_back(text);
  }
  return result;
}

struct Identity {
  uid_t uid;
  gid_t gid;
};

Identity identity_of(const std::string& user) {
  if (user.empty() || geteuid() != 0) return {geteuid(), getegid()};
  const passwd* entry = getpwnam(user.c_str());
  if (entry == nullptr) throw std::runtime_error("no such user: " + user);
  return {entry->pw_uid, entry->pw_gid};
}

int open_output(const std::filesystem::path& path) {
  const std::string name = path.empty() ? "/dev/null" : path.string();
  const int descriptor = open(name.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (descriptor < 0) throw_errno("cannot write " + name);
  return descriptor;
}

// Between fork and exec: only async-signal-safe calls, since the parent may have threads.
[[noreturn]] void become_child(char* const* argv, char* const* envp, Identity identity, int output,
                               const char* directory, int death_signal, pid_t parent) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  dup2(output, STDERR_FILENO);
  if (geteuid() == 0 && identity.uid != 0) {
    if (setgroups(0, nullptr) != 0 || setgid(identity.gid) != 0 || setuid(identity.uid) != 0) _exit(126);
  }
  // After setuid, which clears it; and the parent may have died before this line.
  prctl(PR_SET_PDEATHSIG, death_signal);
  if (getppid() != parent) _exit(126);
  if (directory != nullptr && chdir(directory) != 0) _exit(126);
  execvpe(argv[0], argv, envp);
  _exit(127);
}

std::string tail_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  return all.size() <= 4000 ? all : all.substr(all.size() - 4000);
}

}  // namespace

ChildProcess::ChildProcess(const ChildOptions& options) {
  std::vector<std::string> command = options.command;
  std::vector<std::string> environment = merged_environment(options.environment);
  const std::vector<char*> argv = pointers(command);
  const std::vector<char*> envp = pointers(environment);
  const Identity identity = identity_of(options.user);
  const int output = open_output(options.output);
  const std::string directory = options.directory.string();
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) {
    become_child(argv.data(), envp.data(), identity, output, directory.empty() ? nullptr : directory.c_str(),
                 options.death_signal, parent);
  }
  close(output);
  if (pid_ < 0) throw_errno("fork");
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), exit_code_(other.exit_code_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  if (this != &other) {
    if (running()) end(SIGKILL);
    pid_ = std::exchange(other.pid_, -1);
    exit_code_ = other.exit_code_;
  }
  return *this;
}

ChildProcess::~ChildProcess() {
  if (running()) end(SIGKILL);
}

bool ChildProcess::running() {
  if (pid_ < 0) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  return false;
}

void ChildProcess::signal(int number) const {
  if (pid_ > 0) kill(pid_, number);
}

int ChildProcess::wait() {
  if (pid_ < 0) return exit_code_;
  int status = 0;
  while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  pid_ = -1;
  return exit_code_;
}

int ChildProcess::end(int number) {
  signal(number);
  return wait();
}

void ChildProcess::run(ChildOptions options) {
  std::string name = std::filesystem::temp_directory_path() / "athanor-run-XXXXXX";
  const bool own_output = options.output.empty();
  if (own_output) {
    const int descriptor = mkstemp(name.data());
    if (descriptor < 0) throw_errno("mkstemp");
    close(descriptor);
    options.output = name;
  }
  const int code = ChildProcess(options).wait();
  const std::string text = code == 0 ? std::string() : tail_of(options.output);
  if (own_output) std::filesystem::remove(name);
  if (code != 0) {
    throw std::runtime_error(options.command.front() + " exited with " + std::to_string(code) + "\n" + text);
  }
}

}  // namespace athanor::testing
