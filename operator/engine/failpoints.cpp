#include "engine/failpoints.hpp"

#if defined(ATHANOR_FAILPOINTS)

#include <array>
#include <atomic>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <system_error>

namespace athanor::engine::failpoints {

namespace {

constexpr std::array kNames = {
    kStepAfterBegin,     kStepAfterPrepare,      kStepAfterStatement,
    kStepBeforeConclude, kStepBeforeCommit,      kStepAfterCommit,
    kOffAfterLock,       kOffBeforeIntentCommit, kOffAfterIntent,
    kOffAfterJudgement,  kOffAfterDrop,          kOffBeforeStatement,
    kOffAfterStatement,  kOffAfterBareStatement, kOffBeforeProgressCommit,
    kOffAfterProgress,   kOffBeforeFinish,       kOffBeforeFinishCommit,
    kOffAfterFinish,     kClaimAfterBegin,       kClaimBeforeCommit,
    kClaimAfterCommit,   kStampAfterBegin,       kStampBeforeCommit,
    kStampAfterCommit,   kRepairAfterBegin,      kRepairBeforeCommit,
    kRepairAfterCommit,
};

}  // namespace

std::span<const std::string_view> names() {
  return kNames;
}

void pass(std::string_view name) {
  // Read at each pass, so that a test's child process may set it after it was forked.
  const char* const wish = std::getenv("ATHANOR_FAILPOINT");
  if (wish == nullptr) return;
  const std::string_view text(wish);
  const auto colon = text.rfind(':');
  if (text.substr(0, colon) != name) return;
  int due = 1;
  if (colon != std::string_view::npos) {
    const auto count = text.substr(colon + 1);
    if (std::from_chars(count.data(), count.data() + count.size(), due).ec != std::errc{}) return;
  }
  static std::atomic<int> passed{0};
  if (++passed == due) std::raise(SIGKILL);
}

}  // namespace athanor::engine::failpoints

#endif
