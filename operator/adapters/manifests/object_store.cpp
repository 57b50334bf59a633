#include "adapters/manifests/object_store.hpp"

#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace athanor::manifests {
namespace {

using nlohmann::json;
using ports::ListPage;
using ports::ObjectKey;
using ports::WatchedObject;
using ports::WatchEvent;
using ports::WatchEventType;

// Each holds a whole environment; a watcher that is further behind lists again.
constexpr std::size_t kMaxChanges = 1'000;

std::optional<std::uint64_t> parse_version(std::string_view text) {
  std::uint64_t version = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(version) : std::nullopt;
}

tl::unexpected<Error> expired(std::string_view what) {
  return fail(ErrorKind::Transient, "Expired", fmt::format("{} is too old; list again", what));
}

/// An environment as an API server would give it.
std::string whole_json(const StoredObject& object) {
  json whole = json::parse(object.manifest->json);
  json& metadata = whole["metadata"];
  metadata["namespace"] = object.meta.key.ns;
  metadata["uid"] = object.meta.uid;
  metadata["generation"] = object.meta.generation;
  metadata["resourceVersion"] = object.meta.resource_version;
  if (metadata.contains("annotations")) metadata["annotations"] = object.meta.annotations;
  if (!object.status.empty()) whole["status"] = json::parse(object.status);
  return whole.dump();
}

WatchedObject watched(const StoredObject& object) {
  return {object.meta, object.manifest->kind == Kind::Environment ? whole_json(object) : ""};
}

/// "VERSION NAMESPACE/NAME": the version of the first page, and the last object that was given.
struct Continuation {
  std::uint64_t version = 0;
  ObjectKey after;
};

std::optional<Continuation> parse_continuation(const std::string& token) {
  const std::size_t space = token.find(' ');
  const std::size_t slash = token.find('/');
  if (space == std::string::npos || slash == std::string::npos) return std::nullopt;
  const auto version = parse_version(std::string_view(token).substr(0, space));
  if (!version) return std::nullopt;
  return Continuation{*version, {token.substr(space + 1, slash - space - 1), token.substr(slash + 1)}};
}

}  // namespace

void ObjectStore::note(Kind kind, WatchEventType type, StoredObject& object) {
  object.meta.resource_version = std::to_string(++version_);
  if (kind == Kind::Secret) return;  // nobody watches them
  Shelf& changed = shelf(kind);
  changed.changes.push_back({version_, {type, watched(object)}});
  if (changed.changes.size() > kMaxChanges) {
    changed.forgotten_to = changed.changes.front().version;
    changed.changes.pop_front();
  }
}

void ObjectStore::restore(StoredObject& object, const Manifest& manifest) {
  const auto saved = saved_.extract(manifest.key);
  if (!saved) return;
  const bool same = saved.mapped().spec_hash == manifest.spec_hash;
  object.meta.uid = saved.mapped().uid;
  object.meta.generation = saved.mapped().generation + (same ? 0 : 1);
  object.status = saved.mapped().status;
}

void ObjectStore::put(const ManifestPtr& manifest) {
  auto& objects = shelf(manifest->kind).objects;
  const auto found = objects.find(manifest->key);
  const bool is_new = found == objects.end();
  if (!is_new && found->second.manifest->hash == manifest->hash) {
    found->second.manifest = manifest;  // it may stand in another file now
    return;
  }
  StoredObject& object = objects[manifest->key];
  if (is_new) {
    object.meta.generation = 1;
    if (manifest->kind == Kind::Environment) restore(object, *manifest);
    if (object.meta.uid.empty()) object.meta.uid = new_uid_();
  } else if (object.manifest->spec_hash != manifest->spec_hash) {
    ++object.meta.generation;
  }
  object.manifest = manifest;
  object.meta.key = manifest->key;
  object.meta.labels = manifest->labels;
  object.meta.annotations = manifest->annotations;
  note(manifest->kind, is_new ? WatchEventType::Added : WatchEventType::Modified, object);
}

std::vector<ObjectKey> ObjectStore::replace(const std::vector<ManifestPtr>& manifests) {
  const std::scoped_lock lock(mutex_);
  std::array<std::set<ObjectKey>, kKinds> present;
  for (const ManifestPtr& manifest : manifests) {
    present[static_cast<std::size_t>(manifest->kind)].insert(manifest->key);
    put(manifest);
  }
  std::vector<ObjectKey> gone;
  for (const Kind kind : {Kind::Environment, Kind::ConfigMap, Kind::Secret}) {
    auto& objects = shelf(kind).objects;
    for (auto object = objects.begin(); object != objects.end();) {
      if (present[static_cast<std::size_t>(kind)].contains(object->first)) {
        ++object;
        continue;
      }
      note(kind, WatchEventType::Deleted, object->second);
      if (kind == Kind::Environment) gone.push_back(object->first);
      object = objects.erase(object);
    }
  }
  changed_.notify_all();
  return gone;
}

std::vector<ObjectKey> ObjectStore::forget_saved() {
  const std::scoped_lock lock(mutex_);
  std::vector<ObjectKey> forgotten;
  for (const auto& [key, saved] : saved_) forgotten.push_back(key);
  saved_.clear();
  return forgotten;
}

std::optional<StoredObject> ObjectStore::find(Kind kind, const ObjectKey& key) const {
  const std::scoped_lock lock(mutex_);
  const auto& objects = shelf(kind).objects;
  const auto found = objects.find(key);
  return found == objects.end() ? std::nullopt : std::optional(found->second);
}

std::optional<StoredObject> ObjectStore::set_status(const ObjectKey& key, const std::string& status) {
  const std::scoped_lock lock(mutex_);
  auto& objects = shelf(Kind::Environment).objects;
  const auto found = objects.find(key);
  if (found == objects.end()) return std::nullopt;
  if (found->second.status != status) {
    found->second.status = status;
    note(Kind::Environment, WatchEventType::Modified, found->second);
    changed_.notify_all();
  }
  return found->second;
}

Result<ListPage> ObjectStore::list(Kind kind, std::size_t limit, const std::string& continue_token) const {
  const std::scoped_lock lock(mutex_);
  const auto& objects = shelf(kind).objects;
  auto next = objects.begin();
  std::uint64_t version = version_;
  if (!continue_token.empty()) {
    const auto continuation = parse_continuation(continue_token);
    if (!continuation) return expired("the continue token");
    // All pages have the first one's version: a watch from there tells what changed between pages.
    version = continuation->version;
    next = objects.upper_bound(continuation->after);
  }
  ListPage page;
  page.resource_version = std::to_string(version);
  for (; next != objects.end() && page.items.size() < std::max<std::size_t>(limit, 1); ++next) {
    page.items.push_back(watched(next->second));
  }
  if (next != objects.end()) {
    page.continue_token = fmt::format("{} {}", version, page.items.back().meta.key.to_string());
  }
  return page;
}

std::vector<ObjectStore::Change> ObjectStore::changes_after(Kind kind, std::uint64_t version) const {
  const auto& changes = shelf(kind).changes;
  const auto first =
      std::upper_bound(changes.begin(), changes.end(), version,
                       [](std::uint64_t wanted, const Change& change) { return wanted < change.version; });
  return {first, changes.end()};
}

Result<void> ObjectStore::watch(Kind kind, const std::string& resource_version, std::chrono::seconds timeout,
                                const ports::WatchHandler& handler, std::stop_token stop) const {
  const auto asked = parse_version(resource_version);
  if (!asked) return expired("the version");
  std::uint64_t seen = *asked;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::unique_lock lock(mutex_);
  if (seen > version_) return expired("the version");  // of an earlier run
  for (;;) {
    if (seen < shelf(kind).forgotten_to) return expired("the version");
    const std::vector<Change> news = changes_after(kind, seen);
    if (news.empty()) {
      const auto has_news = [&] {
        return !shelf(kind).changes.empty() && shelf(kind).changes.back().version > seen;
      };
      if (changed_.wait_until(lock, stop, deadline, has_news)) continue;
      if (stop.stop_requested()) return {};
      WatchEvent bookmark;
      bookmark.object.meta.resource_version = std::to_string(version_);
      lock.unlock();
      handler(bookmark);
      return {};
    }
    lock.unlock();
    for (const Change& change : news) {
      seen = change.version;
      if (stop.stop_requested() || !handler(change.event)) return {};
    }
    lock.lock();
  }
}

}  // namespace athanor::manifests
