#include "runtime/store.hpp"

#include <mutex>
#include <string>

namespace athanor::runtime {
namespace {

bool same_version(const ports::ObjectMeta& left, const ports::ObjectMeta& right) {
  return !left.resource_version.empty() && left.resource_version == right.resource_version &&
         left.uid == right.uid;
}

// Parsers and printers grow their strings by doubling; here they stay for the operator's lifetime.
ObjectPtr compacted(ports::WatchedObject object) {
  object.json.shrink_to_fit();
  object.meta.key.ns.shrink_to_fit();
  object.meta.key.name.shrink_to_fit();
  object.meta.uid.shrink_to_fit();
  object.meta.resource_version.shrink_to_fit();
  return std::make_shared<const ports::WatchedObject>(std::move(object));
}

}  // namespace

ObjectPtr Store::get(const ports::ObjectKey& key) const {
  const std::shared_lock lock(mutex_);
  const auto place = objects_.find(key);
  return place == objects_.end() ? nullptr : *place;
}

std::vector<ObjectPtr> Store::list(std::string_view ns) const {
  const std::shared_lock lock(mutex_);
  const auto [first, last] = range(ns);
  return {first, last};
}

std::pair<Store::Objects::const_iterator, Store::Objects::const_iterator> Store::range(
    std::string_view ns) const {
  if (ns.empty()) return {objects_.begin(), objects_.end()};
  return objects_.equal_range(ns);
}

std::size_t Store::size() const {
  const std::shared_lock lock(mutex_);
  return objects_.size();
}

Store::Change Store::put(ports::WatchedObject object) {
  const std::unique_lock lock(mutex_);
  const auto place = objects_.lower_bound(object.meta.key);
  const bool known = place != objects_.end() && (*place)->meta.key == object.meta.key;
  if (known && same_version((*place)->meta, object.meta)) return {false, *place, *place};

  Change change{true, known ? *place : nullptr, compacted(std::move(object))};
  if (known) {
    auto node = objects_.extract(place);
    node.value() = change.after;
    objects_.insert(std::move(node));
  } else {
    objects_.insert(place, change.after);
  }
  return change;
}

ObjectPtr Store::erase(const ports::ObjectKey& key) {
  const std::unique_lock lock(mutex_);
  const auto place = objects_.find(key);
  if (place == objects_.end()) return nullptr;
  ObjectPtr before = *place;
  objects_.erase(place);
  return before;
}

std::vector<ObjectPtr> Store::retain(std::string_view ns,
                                     const std::unordered_set<ports::ObjectKey>& listed) {
  const std::unique_lock lock(mutex_);
  auto [place, last] = range(ns);
  std::vector<ObjectPtr> dropped;
  while (place != last) {
    if (listed.contains((*place)->meta.key)) {
      ++place;
    } else {
      dropped.push_back(*place);
      place = objects_.erase(place);
    }
  }
  return dropped;
}

}  // namespace athanor::runtime
