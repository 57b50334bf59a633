// Runs the engine in a child process that a failpoint kills.
#pragma once

#include <functional>
#include <string>

namespace athanor::testing {

enum class Ended {
  Killed,    ///< by SIGKILL, at the failpoint
  Finished,  ///< it never passed the failpoint so often
  Failed,    ///< `act` threw or returned false
};

/// Forks; the child runs `act` with ATHANOR_FAILPOINT=`failpoint` and leaves without any clean-up.
/// @param failpoint `name` or `name:count`
Ended run_in_child(const std::string& failpoint, const std::function<bool()>& act);

}  // namespace athanor::testing
