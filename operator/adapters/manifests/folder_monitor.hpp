// Waiting until something may have changed in some folders.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <vector>

namespace athanor::manifests {

/// inotify, or only the passage of time where the system has no more of it (network file systems, too many
/// watches).
class FolderMonitor {
 public:
  FolderMonitor();
  ~FolderMonitor();
  FolderMonitor(const FolderMonitor&) = delete;
  FolderMonitor& operator=(const FolderMonitor&) = delete;

  /// Makes these the folders that are watched. What changes in them from now on ends the next wait().
  void watch(const std::vector<std::filesystem::path>& folders);

  /// Returns when something changed and then nothing more for 150 ms (editors and git write many files one
  /// after the other), at most 2 s after the first change; or when it is time to look anyway; or when `stop`
  /// is requested.
  /// @param look_again how long to wait for a change at most, if it is shorter than usual
  void wait(std::optional<std::chrono::milliseconds> look_again, const std::stop_token& stop);

 private:
  /// @return false if nothing happened for so long
  bool poll_events(int timeout_ms);
  void drain_events() const;

  int inotify_ = -1;
  int wake_ = -1;          ///< an eventfd that a stop request writes to
  bool complete_ = false;  ///< every folder is watched
  std::map<std::filesystem::path, int> watched_;
};

}  // namespace athanor::manifests
