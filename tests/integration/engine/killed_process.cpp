#include "integration/engine/killed_process.hpp"

#include <csignal>
#include <cstdlib>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

namespace athanor::testing {

Ended run_in_child(const std::string& failpoint, const std::function<bool()>& act) {
  const pid_t child = fork();
  if (child < 0) throw std::runtime_error("fork failed");
  if (child == 0) {
    setenv("ATHANOR_FAILPOINT", failpoint.c_str(), 1);
    bool good = false;
    try {
      good = act();
    } catch (...) {
      good = false;
    }
    _exit(good ? 0 : 1);
  }
  int status = 0;
  if (waitpid(child, &status, 0) != child) throw std::runtime_error("waitpid failed");
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return Ended::Killed;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? Ended::Finished : Ended::Failed;
}

}  // namespace athanor::testing
