// Objects in memory, with versions, generations and a log of changes: what an API server is to the rest.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/manifests/manifest.hpp"
#include "ports/watch_source.hpp"

namespace athanor::manifests {

/// What a state file remembers of an environment.
struct SavedStatus {
  std::int64_t generation = 0;
  std::string spec_hash;  ///< of the spec that the generation stands for
  std::string status;     ///< JSON

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
  /// @param saved status of environments from an earlier run: their generation goes on from there, one higher
  /// if the spec changed meanwhile
  explicit ObjectStore(std::map<ports::ObjectKey, SavedStatus> saved = {}) : saved_(std::move(saved)) {}

  /// Makes `manifests` all that there is, and tells watchers what changed. Each kind and key at most once.
  /// @return the environments that are gone
  std::vector<ports::ObjectKey> replace(const std::vector<ManifestPtr>& manifests);

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
  void note(Kind kind, ports::WatchEventType type, StoredObject& object);  // REQUIRES: mutex_ held
  [[nodiscard]] std::vector<Change> changes_after(Kind kind,
                                                  std::uint64_t version) const;  // REQUIRES: mutex_ held

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::array<Shelf, kKinds> shelves_;
  std::map<ports::ObjectKey, SavedStatus> saved_;
  std::uint64_t version_ = 1;
};

/// A uid that is the same whenever the name is: there is nothing else that a file could keep it in.
[[nodiscard]] std::string uid_of(const ports::ObjectKey& key);

}  // namespace athanor::manifests
