#include "adapters/manifests/folder_monitor.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

namespace athanor::manifests {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kQuietMs = 150;
constexpr milliseconds kLongestBurst{2000};
// Even with inotify: what a link leads to lies in no folder of ours.
constexpr milliseconds kLookAnyway{10'000};
constexpr milliseconds kLookWithoutInotify{2'000};
constexpr std::uint32_t kEvents = IN_MODIFY | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM |
                                  IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

}  // namespace

FolderMonitor::FolderMonitor()
    : inotify_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)), wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

FolderMonitor::~FolderMonitor() {
  if (inotify_ >= 0) ::close(inotify_);
  if (wake_ >= 0) ::close(wake_);
}

void FolderMonitor::watch(const std::vector<std::filesystem::path>& folders) {
  complete_ = inotify_ >= 0;
  if (!complete_) return;
  std::map<std::filesystem::path, int> kept;
  for (const auto& folder : folders) {
    // The same descriptor again for a folder that is watched already; a new one for a folder made anew.
    const int descriptor = ::inotify_add_watch(inotify_, folder.c_str(), kEvents);
    if (descriptor >= 0) {
      kept[folder] = descriptor;
    } else {
      complete_ = false;
    }
  }
  for (const auto& [folder, descriptor] : watched_) {
    const bool used = std::any_of(kept.begin(), kept.end(), [wanted = descriptor](const auto& entry) {
      return entry.second == wanted;
    });
    if (!used) static_cast<void>(::inotify_rm_watch(inotify_, descriptor));
  }
  watched_ = std::move(kept);
}

bool FolderMonitor::poll_events(int timeout_ms) {
  std::array<pollfd, 2> descriptors{{{inotify_, POLLIN, 0}, {wake_, POLLIN, 0}}};
  return ::poll(descriptors.data(), descriptors.size(), timeout_ms) > 0;
}

void FolderMonitor::drain_events() const {
  alignas(inotify_event) std::array<char, 16 * 1024> events;
  while (inotify_ >= 0 && ::read(inotify_, events.data(), events.size()) > 0) {
  }
}

void FolderMonitor::wait(std::optional<milliseconds> look_again, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] {
    const std::uint64_t one = 1;
    static_cast<void>(::write(wake_, &one, sizeof(one)));
  });
  const milliseconds usual = complete_ ? kLookAnyway : kLookWithoutInotify;
  if (!poll_events(static_cast<int>(std::min(look_again.value_or(usual), usual).count()))) return;
  const auto give_up = steady_clock::now() + kLongestBurst;
  do {
    drain_events();
  } while (!stop.stop_requested() && poll_events(kQuietMs) && steady_clock::now() < give_up);
  drain_events();
}

}  // namespace athanor::manifests
