// Where standalone mode keeps what an API server would: status of environments, and events.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>

#include "adapters/manifests/object_store.hpp"
#include "ports/event_sink.hpp"
#include "ports/filesystem.hpp"
#include "ports/log.hpp"

namespace athanor::manifests {

/// `STATE/<namespace>/<name>.yaml`, one per environment, `STATE/events.log`, a line per event, and
/// `STATE/objects.yaml`, the file of each object. Thread-safe.
class StateDirectory {
 public:
  StateDirectory(std::filesystem::path folder, ports::Filesystem& filesystem, ports::Log& log)
      : folder_(std::move(folder)), filesystem_(filesystem), log_(log) {}

  /// All that an earlier run left. A file that can't be understood is passed over with a log line: status is
  /// worked out again.
  [[nodiscard]] std::map<ports::ObjectKey, SavedStatus> load() const;

  /// @return Transient `FileUnwritable`
  [[nodiscard]] Result<void> save(const ports::ObjectKey& key, const SavedStatus& saved);
  /// Also when there is none.
  [[nodiscard]] Result<void> remove(const ports::ObjectKey& key);

  /// From which file each object was taken; none if no earlier run left it, or if it can't be understood,
  /// which a log line says.
  [[nodiscard]] std::map<std::string, std::string> load_holders() const;
  /// @return Transient `FileUnwritable`
  [[nodiscard]] Result<void> save_holders(const std::map<std::string, std::string>& holders);

  /// Appends a line. At 1 MiB the file becomes events.log.1, in place of the one before.
  [[nodiscard]] Result<void> append_event(const ports::EventRecord& record);

  /// Fails unless the folder is there, or can be made, and written to.
  [[nodiscard]] Result<void> probe();

 private:
  [[nodiscard]] std::filesystem::path file_of(const ports::ObjectKey& key) const;

  const std::filesystem::path folder_;
  ports::Filesystem& filesystem_;
  ports::Log& log_;
  std::mutex events_mutex_;
};

}  // namespace athanor::manifests
