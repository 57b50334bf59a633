// An API server's single reads and writes, in memory: versions, conflicts and not-found as the real one has
// them, and failures on demand. Header only; safe to use from several threads.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ports/resource_client.hpp"

namespace athanor::fakes {

class FakeResourceClient : public ports::ResourceClient {
 public:
  struct StatusPatch {
    ports::ObjectKey key;
    std::string uid;
    std::string patch;
    std::string version;  ///< of the object afterwards
  };

  // What a test arranges.

  void put(ports::ConfigMap config_map) {
    const std::lock_guard lock(mutex_);
    config_map.meta.resource_version = next_version();
    const ports::ObjectKey key = config_map.meta.key;
    config_maps_[key] = std::move(config_map);
  }
  void put(ports::Secret secret) {
    const std::lock_guard lock(mutex_);
    secret.meta.resource_version = next_version();
    const ports::ObjectKey key = secret.meta.key;
    secrets_[key] = std::move(secret);
  }
  void put(ports::Lease lease) {
    const std::lock_guard lock(mutex_);
    lease.resource_version = next_version();
    const ports::ObjectKey key = lease.key;
    leases_[key] = std::move(lease);
  }
  void remove_config_map(const ports::ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    config_maps_.erase(key);
  }
  void remove_secret(const ports::ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    secrets_.erase(key);
  }
  void remove_lease(const ports::ObjectKey& key) {
    const std::lock_guard lock(mutex_);
    leases_.erase(key);
  }
  void forget_events() {
    const std::lock_guard lock(mutex_);
    events_.clear();
  }
  void set_cluster_id(std::string id) {
    const std::lock_guard lock(mutex_);
    cluster_id_ = std::move(id);
  }
  /// The next `times` calls of a method, by its name ("update_lease"), fail so and change nothing.
  void fail_next(std::string_view method, Error error, int times = 1) {
    const std::lock_guard lock(mutex_);
    for (int i = 0; i < times; ++i) failures_[std::string(method)].push_back(error);
  }
  /// While set, every call fails so; nullopt: the server is back.
  void set_outage(std::optional<Error> error) {
    const std::lock_guard lock(mutex_);
    outage_ = std::move(error);
  }
  /// The next call of a method takes effect twice, as when the HTTP library sends a request again whose reply
  /// was lost: the caller gets the second answer.
  void send_twice_next(std::string_view method) {
    const std::lock_guard lock(mutex_);
    ++sent_twice_[std::string(method)];
  }
  /// Every call of a method blocks, before it takes effect, until resume().
  void hang(std::string_view method) {
    const std::lock_guard lock(mutex_);
    hanging_ = method;
  }
  void resume() {
    const std::lock_guard lock(mutex_);
    hanging_.clear();
    changed_.notify_all();
  }

  // What a test looks at.

  [[nodiscard]] std::vector<StatusPatch> status_patches() const {
    const std::lock_guard lock(mutex_);
    return patches_;
  }
  [[nodiscard]] std::optional<ports::Lease> lease_now(const ports::ObjectKey& key) const {
    const std::lock_guard lock(mutex_);
    const auto place = leases_.find(key);
    return place == leases_.end() ? std::nullopt : std::optional(place->second);
  }
  /// Events as they stand on the server, by name.
  [[nodiscard]] std::map<std::string, ports::EventRecord> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  /// Calls of a method so far, failed ones included.
  [[nodiscard]] int calls(std::string_view method) const {
    const std::lock_guard lock(mutex_);
    const auto place = calls_.find(method);
    return place == calls_.end() ? 0 : place->second;
  }
  /// Blocks (in real time) until a method was called so often.
  void wait_for_calls(std::string_view method, int count) const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] {
      const auto place = calls_.find(method);
      return place != calls_.end() && place->second >= count;
    });
  }

  // ports::ResourceClient

  [[nodiscard]] Result<std::string> cluster_id() override {
    return call<std::string>("cluster_id", [&]() -> Result<std::string> { return cluster_id_; });
  }
  [[nodiscard]] Result<ports::ConfigMap> config_map(const ports::ObjectKey& key) override {
    return call<ports::ConfigMap>("config_map", [&] { return find(config_maps_, key, "ConfigMap"); });
  }
  [[nodiscard]] Result<ports::Secret> secret(const ports::ObjectKey& key) override {
    return call<ports::Secret>("secret", [&] { return find(secrets_, key, "Secret"); });
  }
  [[nodiscard]] Result<std::string> patch_status(const ports::ObjectKey& key, std::string_view uid,
                                                 std::string_view merge_patch) override {
    return call<std::string>("patch_status", [&]() -> Result<std::string> {
      patches_.push_back({key, std::string(uid), std::string(merge_patch), next_version()});
      return patches_.back().version;
    });
  }
  [[nodiscard]] Result<ports::Lease> lease(const ports::ObjectKey& key) override {
    return call<ports::Lease>("lease", [&] { return find(leases_, key, "Lease"); });
  }
  [[nodiscard]] Result<ports::Lease> create_lease(const ports::Lease& lease) override {
    return call<ports::Lease>("create_lease", [&]() -> Result<ports::Lease> {
      if (leases_.contains(lease.key)) return exists(lease.key);
      return store(lease);
    });
  }
  [[nodiscard]] Result<ports::Lease> update_lease(const ports::Lease& lease) override {
    return call<ports::Lease>("update_lease", [&]() -> Result<ports::Lease> {
      const auto place = leases_.find(lease.key);
      if (place == leases_.end()) return fail(ErrorKind::Transient, "NotFound", lease.key.to_string());
      if (place->second.resource_version != lease.resource_version) {
        return fail(ErrorKind::Conflict, "Conflict", lease.key.to_string() + " was changed meanwhile");
      }
      return store(lease);
    });
  }
  [[nodiscard]] Result<void> create_event(const ports::EventRecord& event) override {
    return call<void>("create_event", [&]() -> Result<void> {
      events_.emplace(event.name, event);
      return {};
    });
  }
  [[nodiscard]] Result<void> update_event_series(const ports::EventRecord& event) override {
    return call<void>("update_event_series", [&]() -> Result<void> {
      const auto place = events_.find(event.name);
      if (place == events_.end()) return fail(ErrorKind::Transient, "NotFound", event.name);
      place->second.series_count = event.series_count;
      place->second.last_observed = event.last_observed;
      return {};
    });
  }

 private:
  template <class T, class Act>
  Result<T> call(const std::string& method, Act act) {
    std::unique_lock lock(mutex_);
    ++calls_[method];
    changed_.notify_all();
    changed_.wait(lock, [&] { return hanging_ != method; });
    if (outage_) return fail(*outage_);
    auto& failures = failures_[method];
    if (!failures.empty()) {
      Error error = std::move(failures.front());
      failures.pop_front();
      return fail(std::move(error));
    }
    if (int& twice = sent_twice_[method]; twice > 0) {
      --twice;
      (void)act();
    }
    return act();
  }

  template <class T>
  static Result<T> find(const std::map<ports::ObjectKey, T>& objects, const ports::ObjectKey& key,
                        std::string_view kind) {
    const auto place = objects.find(key);
    if (place != objects.end()) return place->second;
    return fail(ErrorKind::Transient, "NotFound", std::string(kind) + " " + key.to_string() + " not found");
  }
  static tl::unexpected<Error> exists(const ports::ObjectKey& key) {
    return fail(ErrorKind::Conflict, "AlreadyExists", key.to_string() + " exists already");
  }
  ports::Lease store(ports::Lease lease) {
    lease.resource_version = next_version();
    return leases_[lease.key] = std::move(lease);
  }
  std::string next_version() { return std::to_string(++version_); }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t version_ = 0;
  std::string cluster_id_;
  std::map<ports::ObjectKey, ports::ConfigMap> config_maps_;
  std::map<ports::ObjectKey, ports::Secret> secrets_;
  std::map<ports::ObjectKey, ports::Lease> leases_;
  std::map<std::string, ports::EventRecord> events_;
  std::vector<StatusPatch> patches_;
  std::map<std::string, std::deque<Error>> failures_;
  std::map<std::string, int> sent_twice_;
  std::map<std::string, int, std::less<>> calls_;
  std::optional<Error> outage_;
  std::string hanging_;
};

}  // namespace athanor::fakes
