// The cache of what a watch has seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "ports/objects.hpp"

namespace athanor::runtime {

/// What a store gave out: readers keep it as long as they like.
using ObjectPtr = std::shared_ptr<const ports::WatchedObject>;

/// Thread-safe. Several reflectors may fill one store as long as each has a namespace of its own.
///
/// Memory counts here (3 MiB per 1,000 objects is the whole operator's budget): an object is kept as its
/// metadata and its packed text in one tree node; the key isn't kept twice, and no string has spare room.
/// Each reading unpacks a copy, which takes microseconds.
class Store {
 public:
  struct Change {
    bool changed = false;  ///< false: the store had exactly this version, and keeps its own
    ObjectPtr before;      ///< null: it wasn't there
    ObjectPtr after;
  };

  /// @param dictionary what objects are packed against, see pack_text(); must outlive the store
  explicit Store(std::string_view dictionary = {}) : dictionary_(dictionary) {}

  [[nodiscard]] ObjectPtr get(const ports::ObjectKey& key) const;
  /// Sorted by key. @param ns the namespace; empty: all
  [[nodiscard]] std::vector<ObjectPtr> list(std::string_view ns = {}) const;
  [[nodiscard]] std::size_t size() const;

  /// Adds or replaces. The same resourceVersion of the same object is no change.
  Change put(ports::WatchedObject object);
  /// @return what was there, or null
  ObjectPtr erase(const ports::ObjectKey& key);
  /// After a list: drops all that it didn't have, which makes up for the deletes that a watch has missed.
  /// @param ns the namespace that was listed; empty: all
  /// @return what was dropped
  std::vector<ObjectPtr> retain(std::string_view ns, const std::unordered_set<ports::ObjectKey>& listed);

 private:
  struct Tags {
    ports::StringMap labels;
    ports::StringMap annotations;
  };
  struct Kept {
    ports::ObjectKey key;
    std::string uid;
    std::string resource_version;
    std::int64_t generation = 0;
    bool deleting = false;
    std::unique_ptr<const Tags> tags;  ///< null for the many objects that have none
    std::string packed;                ///< pack_text() of the JSON
  };
  struct ByKey {
    using is_transparent = void;
    bool operator()(const Kept& left, const Kept& right) const { return left.key < right.key; }
    bool operator()(const Kept& left, const ports::ObjectKey& right) const { return left.key < right; }
    bool operator()(const ports::ObjectKey& left, const Kept& right) const { return left < right.key; }
    bool operator()(const Kept& left, std::string_view ns) const { return left.key.ns < ns; }
    bool operator()(std::string_view ns, const Kept& right) const { return ns < right.key.ns; }
  };
  using Objects = std::set<Kept, ByKey>;

  [[nodiscard]] static bool same_version(const Kept& kept, const ports::ObjectMeta& meta);
  [[nodiscard]] Kept packed(const ports::WatchedObject& object) const;
  [[nodiscard]] ObjectPtr unpacked(const Kept& kept) const;

  /// REQUIRES: mutex_ held. The objects of one namespace, or of all.
  [[nodiscard]] std::pair<Objects::const_iterator, Objects::const_iterator> range(std::string_view ns) const;

  std::string_view dictionary_;
  mutable std::shared_mutex mutex_;
  Objects objects_;
};

}  // namespace athanor::runtime
