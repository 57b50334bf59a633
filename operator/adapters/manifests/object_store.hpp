// Objects in memory, with versions, generations and a log of changes: what an API server is to the rest.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "adapters/manifests/manifest.hpp"
#include "ports/watch_source.hpp"

namespace athanor::manifests {

/// What a state file remembers of an environment.
struct SavedStatus {
  std::int64_t generation = 0;
  std::string spec_hash;  ///< of the spec that the generation stands for
  std::string status;     ///< JSON
  std::string uid;        ///< empty: of a release that saved none

  bool operator==(const SavedStatus&) const = default;
};

/// An object with what the store gave it.
struct StoredObject {
  ManifestPtr manifest;
  ports::ObjectMeta meta;
  std::string status;  ///< JSON; environments only; empty: none yet
};

/// Thread-safe.
class ObjectStore {
 public:
  /// @param new_uid gives each object that appears a uid that none had before: what was meant for an object
  /// of the same name that is gone must not reach it
  /// @param saved status of environments from an earlier run: their uid stays, and their generation goes on
  /// from there, one higher if the spec changed meanwhile
  explicit ObjectStore(std::function<std::string()> new_uid,
                       std::map<ports::ObjectKey, SavedStatus> saved = {})
      : new_uid_(std::move(new_uid)), saved_(std::move(saved)) {}

  /// Makes `manifests` all that there is, and tells watchers what changed. Each kind and key at most once.
  /// @return the environments that are gone
  std::vector<ports::ObjectKey> replace(const std::vector<ManifestPtr>& manifests);

  /// Drops what was saved of environments that haven't appeared. @return which these are
  std::vector<ports::ObjectKey> forget_saved();

  [[nodiscard]] std::optional<StoredObject> find(Kind kind, const ports::ObjectKey& key) const;

  /// @return the object with its new version; nullopt if it isn't there (any more)
  std::optional<StoredObject> set_status(const ports::ObjectKey& key, const std::string& status);

  /// As ports::WatchSource.
  [[nodiscard]] Result<ports::ListPage> list(Kind kind, std::size_t limit,
                                             const std::string& continue_token) const;
  [[nodiscard]] Result<void> watch(Kind kind, const std::string& resource_version,
                                   std::chrono::seconds timeout, const ports::WatchHandler& handler,
                                   std::stop_token stop) const;

 private:
  struct Change {
    std::uint64_t version = 0;
    ports::WatchEvent event;
  };
  struct Shelf {
    std::map<ports::ObjectKey, StoredObject> objects;
    std::deque<Change> changes;      ///< oldest first
    std::uint64_t forgotten_to = 0;  ///< changes up to this version are no longer in the log
  };

  Shelf& shelf(Kind kind) { return shelves_[static_cast<std::size_t>(kind)]; }
  [[nodiscard]] const Shelf& shelf(Kind kind) const { return shelves_[static_cast<std::size_t>(kind)]; }

  void put(const ManifestPtr& manifest);                                   // REQUIRES: mutex_ held
  void restore(StoredObject& object, const Manifest& manifest);            // REQUIRES: mutex_ held
  void note(Kind kind, ports::WatchEventType type, StoredObject& object);  // REQUIRES: mutex_ held
  [[nodiscard]] std::vector<Change> changes_after(Kind kind,
                                                  std::uint64_t version) const;  // REQUIRES: mutex_ held

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::array<Shelf, kKinds> shelves_;
  const std::function<std::string()> new_uid_;
  std::map<ports::ObjectKey, SavedStatus> saved_;  ///< of environments that haven't appeared yet
  std::uint64_t version_ = 1;
};

}  // namespace athanor::manifests
