// One kind of object on an API server, in memory: versions, pages, watches, compaction, and failures on
// demand. Header only; safe to use from several threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "ports/watch_source.hpp"

namespace athanor::fakes {

class FakeWatchSource : public ports::WatchSource {
 public:
  struct ListRequest {
    std::size_t limit = 0;
    std::string continue_token;
  };
  struct WatchRequest {
    std::string version;
    std::chrono::seconds server_timeout{0};
    std::chrono::seconds idle_timeout{0};
  };

  // What a test arranges.

  /// Adds or modifies; the object gets a version (and a uid, if it has none).
  void put(ports::WatchedObject object) {
    const std::lock_guard lock(mutex_);
    const ports::ObjectKey key = object.meta.key;
    const bool known = objects_.contains(key);
    object.meta.resource_version = version_text(++version_);
    if (object.meta.uid.empty()) object.meta.uid = "uid-" + key.to_string();
    objects_[key] = object;
    happen({known ? ports::WatchEventType::Modified : ports::WatchEventType::Added, std::move(object)});
  }
  void remove(const ports::ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    auto node = objects_.extract(key);
    if (node.empty()) return;
    node.mapped().meta.resource_version = version_text(++version_);
    happen({ports::WatchEventType::Deleted, std::move(node.mapped())});
  }
  /// Something else happened in the cluster: watchers are told that the version has moved.
  void bookmark() {
    const std::lock_guard lock(mutex_);
    ports::WatchEvent event;
    event.object.meta.resource_version = version_text(++version_);
    happen(std::move(event));
  }
  /// etcd forgets its history: watches from before now get 410.
  void compact() {
    const std::lock_guard lock(mutex_);
    history_.clear();
    compacted_ = version_;
  }
  /// The next list request, or the next of a continue token, fails.
  void fail_next_list(Error error) {
    const std::lock_guard lock(mutex_);
    list_failures_.push_back(std::move(error));
  }
  void fail_next_continue(Error error) {
    const std::lock_guard lock(mutex_);
    continue_failures_.push_back(std::move(error));
  }
  /// The watch that is open, or else the next one, ends in good order, or so.
  void end_watch(std::optional<Error> error = std::nullopt) {
    const std::lock_guard lock(mutex_);
    watch_ends_.push_back(std::move(error));
    changed_.notify_all();
  }
  /// While set, every request fails so and open watches end so; nullopt: the server is back.
  void set_outage(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    outage_ = std::move(error);
    changed_.notify_all();
  }

  // What a test looks at.

  [[nodiscard]] std::vector<ListRequest> lists() const {
    const std::lock_guard lock(mutex_);
    return lists_;
  }
  [[nodiscard]] std::vector<WatchRequest> watches() const {
    const std::lock_guard lock(mutex_);
    return watches_;
  }
  [[nodiscard]] std::string version() const {
    const std::lock_guard lock(mutex_);
    return version_text(version_);
  }
  /// Blocks (in real time) until so many watch requests have come.
  void wait_for_watches(std::size_t count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return watches_.size() >= count; });
  }

  // ports::WatchSource

  [[nodiscard]] Result<ports::ListPage> list(std::size_t limit, const std::string& continue_token,
                                             std::stop_token /*stop*/) override {
    const std::lock_guard lock(mutex_);
    lists_.push_back({limit, continue_token});
    if (outage_) return fail(*outage_);
    auto& failures = continue_token.empty() ? list_failures_ : continue_failures_;
    if (!failures.empty()) {
      Error error = std::move(failures.front());
      failures.pop_front();
      return fail(std::move(error));
    }
    ports::ListPage page;
    page.resource_version = version_text(version_);
    auto place = continue_token.empty() ? objects_.begin() : objects_.upper_bound(from_token(continue_token));
    for (; place != objects_.end(); ++place) {
      if (page.items.size() == limit) {
        page.continue_token = to_token(page.items.back().meta.key);
        break;
      }
      page.items.push_back(place->second);
    }
    return page;
  }

  [[nodiscard]] Result<void> watch(const std::string& resource_version, std::chrono::seconds server_timeout,
                                   std::chrono::seconds idle_timeout, const ports::WatchHandler& handler,
                                   std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    watches_.push_back({resource_version, server_timeout, idle_timeout});
    changed_.notify_all();
    std::uint64_t at = version_of(resource_version);
    for (;;) {
      if (outage_) return fail(*outage_);
      if (at < compacted_) return fail(ErrorKind::Transient, "Expired", "too old resource version");
      const auto next = history_.upper_bound(at);
      if (next != history_.end()) {
        at = next->first;
        const ports::WatchEvent event = next->second;
        lock.unlock();
        const bool go_on = handler(event);
        lock.lock();
        if (!go_on) return {};
        continue;
      }
      if (!watch_ends_.empty()) {
        std::optional<Error> error = std::move(watch_ends_.front());
        watch_ends_.pop_front();
        if (error) return fail(*std::move(error));
        return {};
      }
      changed_.wait(lock, stop, [&] {
        return outage_ || history_.upper_bound(at) != history_.end() || !watch_ends_.empty();
      });
      if (stop.stop_requested()) return {};
    }
  }

 private:
  // Not a bare number, and not in alphabetical order either: nobody may count with it.
  static std::string version_text(std::uint64_t version) { return "v" + std::to_string(version) + "!"; }
  static std::uint64_t version_of(const std::string& text) { return std::stoull(text.substr(1)); }
  static std::string to_token(const ports::ObjectKey& key) { return key.to_string(); }
  static ports::ObjectKey from_token(const std::string& token) {
    const std::size_t slash = token.find('/');
    return {token.substr(0, slash), token.substr(slash + 1)};
  }
  void happen(ports::WatchEvent event) {
    history_[version_] = std::move(event);
    changed_.notify_all();
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::uint64_t version_ = 1;
  std::uint64_t compacted_ = 0;
  std::map<ports::ObjectKey, ports::WatchedObject> objects_;
  std::map<std::uint64_t, ports::WatchEvent> history_;
  std::deque<Error> list_failures_, continue_failures_;
  std::deque<std::optional<Error>> watch_ends_;
  std::optional<Error> outage_;
  std::vector<ListRequest> lists_;
  std::vector<WatchRequest> watches_;
};

}  // namespace athanor::fakes
