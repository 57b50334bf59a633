#include "cli/terminal/editor.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShell = "/bin/sh";

bool is_on_path(std::string_view program, std::string_view path) {
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    if (!folder.empty() && ::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

/// What a child process begins with: no signal blocked, none ignored.
class PlainSignals {
 public:
  PlainSignals() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~PlainSignals() { ::posix_spawnattr_destroy(&attributes_); }
  PlainSignals(const PlainSignals&) = delete;
  PlainSignals& operator=(const PlainSignals&) = delete;

  [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

tl::unexpected<Error> failed(const std::string& editor, const std::string& how) {
  return fail(ErrorKind::Terminal, "EditorFailed",
              fmt::format("the editor ({}) {}. $VISUAL or $EDITOR names another.", editor, how));
}

}  // namespace

Result<std::string> find_editor(
    const std::function<std::optional<std::string>(const std::string& name)>& variables) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (auto chosen = variables(name); chosen && !chosen->empty()) return std::move(*chosen);
  }
  const std::string path = variables("PATH").value_or("");
  for (const char* usual : {"sensible-editor", "editor", "nano", "vi"}) {
    if (is_on_path(usual, path)) return usual;
  }
  return fail(ErrorKind::Terminal, "NoEditor",
              "there is no editor to open the file with. Name one: export EDITOR=vim");
}

Result<void> run_editor(const std::string& editor, const std::vector<fs::path>& files) {
  // The shell splits the editor's words; the files come beside, whatever their names hold.
  std::vector<std::string> words{kShell, "-c", editor + " \"$@\"", "editor"};
  for (const fs::path& file : files) words.push_back(file.string());
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const PlainSignals signals;
  pid_t child = 0;
  const int error = ::posix_spawn(&child, kShell, nullptr, signals.get(), arguments.data(), environ);
  if (error != 0) return failed(editor, "cannot be started: " + std::generic_category().message(error));
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) return failed(editor, "was lost: " + std::generic_category().message(errno));
  }
  if (WIFSIGNALED(status)) return failed(editor, fmt::format("was ended by signal {}", WTERMSIG(status)));
  if (WEXITSTATUS(status) != 0)
    return failed(editor, fmt::format("ended with exit code {}", WEXITSTATUS(status)));
  return {};
}

}  // namespace athanor::cli
