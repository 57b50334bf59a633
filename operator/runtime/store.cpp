#include "runtime/store.hpp"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <string>
#include <utility>

#include "runtime/packed_text.hpp"

namespace athanor::runtime {
bool Store::same_version(const Kept& kept, const ports::ObjectMeta& meta) {
  return !meta.resource_version.empty() && kept.resource_version == meta.resource_version &&
         kept.uid == meta.uid;
}

Store::Kept Store::packed(const ports::WatchedObject& object) const {
  const ports::ObjectMeta& meta = object.meta;
  Kept kept{meta.key,
            meta.uid,
            meta.resource_version,
            meta.generation,
            meta.deleting,
            nullptr,
            pack_text(object.json, dictionary_)};
  if (!meta.labels.empty() || !meta.annotations.empty()) {
    kept.tags = std::make_unique<const Tags>(Tags{meta.labels, meta.annotations});
  }
  // Parsers grow their strings by doubling; here they stay for the operator's lifetime.
  for (std::string* text : {&kept.key.ns, &kept.key.name, &kept.uid, &kept.resource_version}) {
    text->shrink_to_fit();
  }
  return kept;
}

ObjectPtr Store::unpacked(const Kept& kept) const {
  ports::ObjectMeta meta;
  meta.key = kept.key;
  meta.uid = kept.uid;
  meta.resource_version = kept.resource_version;
  meta.generation = kept.generation;
  meta.deleting = kept.deleting;
  if (kept.tags) {
    meta.labels = kept.tags->labels;
    meta.annotations = kept.tags->annotations;
  }
  return std::make_shared<const ports::WatchedObject>(
      ports::WatchedObject{std::move(meta), unpack_text(kept.packed, dictionary_)});
}

ObjectPtr Store::get(const ports::ObjectKey& key) const {
  const std::shared_lock lock(mutex_);
  const auto place = objects_.find(key);
  return place == objects_.end() ? nullptr : unpacked(*place);
}

std::vector<ObjectPtr> Store::list(std::string_view ns) const {
  const std::shared_lock lock(mutex_);
  const auto [first, last] = range(ns);
  std::vector<ObjectPtr> objects;
  std::transform(first, last, std::back_inserter(objects),
                 [this](const Kept& kept) { return unpacked(kept); });
  return objects;
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
  const bool known = place != objects_.end() && place->key == object.meta.key;
  ObjectPtr before = known ? unpacked(*place) : nullptr;
  if (known && same_version(*place, object.meta)) return {false, before, before};

  if (known) {
    auto node = objects_.extract(place);
    node.value() = packed(object);
    objects_.insert(std::move(node));
  } else {
    objects_.insert(place, packed(object));
  }
  return {true, std::move(before), std::make_shared<const ports::WatchedObject>(std::move(object))};
}

ObjectPtr Store::erase(const ports::ObjectKey& key) {
  const std::unique_lock lock(mutex_);
  const auto place = objects_.find(key);
  if (place == objects_.end()) return nullptr;
  ObjectPtr before = unpacked(*place);
  objects_.erase(place);
  return before;
}

std::vector<ObjectPtr> Store::retain(std::string_view ns,
                                     const std::unordered_set<ports::ObjectKey>& listed) {
  const std::unique_lock lock(mutex_);
  auto [place, last] = range(ns);
  std::vector<ObjectPtr> dropped;
  while (place != last) {
    if (listed.contains(place->key)) {
      ++place;
    } else {
      dropped.push_back(unpacked(*place));
      place = objects_.erase(place);
    }
  }
  return dropped;
}

}  // namespace athanor::runtime
