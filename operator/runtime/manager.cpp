#include "runtime/manager.hpp"

#include <algorithm>
#include <utility>

#include "runtime/leader_elector.hpp"

namespace athanor::runtime {

Manager::Manager(ManagerOptions options, ManagerDeps deps)
    : options_(std::move(options)),
      deps_(deps),
      queue_(options_.controller, deps_.clock, deps_.metrics),
      recorder_(options_.instance, deps_.client, deps_.clock, deps_.log) {}

Manager::~Manager() = default;

void Manager::watch(Watched watched) {
  const Watched& kept = watched_.emplace_back(std::move(watched));
  ReflectorHandlers handlers{
      [this, &kept](const ObjectPtr& before, const ObjectPtr& after) { on_change(kept, before, after); },
      [this, &kept](const ObjectPtr& last) { on_change(kept, last, nullptr); }};
  reflectors_.emplace_back(kept.options, kept.source, kept.store, std::move(handlers), deps_.clock,
                           deps_.randomness, deps_.metrics, deps_.log);
}

int Manager::run(ReconcileFn reconcile, const std::stop_token& stop) {
  // Declared first and so ended last: caches stay fresh for as long as anybody works.
  std::vector<std::jthread> reflecting;
  for (Reflector& reflector : reflectors_) {
    reflecting.emplace_back([&reflector](const std::stop_token& token) { reflector.run(token); });
  }
  std::vector<ports::ObjectKey> stuck;
  if (wait_synced(stop)) {
    pool_ = std::make_unique<WorkerPool>(
        WorkerPool::Options{options_.controller, options_.workers, deps_.hurry}, queue_, limiter_,
        std::move(reconcile), deps_.clock, deps_.metrics, deps_.log);
    stuck = options_.election ? lead_until_stopped(stop) : work_until_stopped(stop);
  }
  deps_.hurry.request_stop();
  for (std::jthread& thread : reflecting) thread.request_stop();
  for (std::jthread& thread : reflecting) thread.join();
  recorder_.close();
  int code = 0;
  {
    const std::lock_guard lock(mutex_);
    leading_ = false;
    code = exit_code_;
  }
  if (!stuck.empty() && options_.on_stuck) options_.on_stuck(code);
  return code;
}

bool Manager::wait_synced(const std::stop_token& stop) {
  const bool synced = std::ranges::all_of(
      reflectors_, [&stop](const Reflector& reflector) { return reflector.wait_synced(stop); });
  if (!synced) return false;
  deps_.log.write(ports::LogLevel::Info, "caches in sync", {{"controller", options_.controller}});
  const std::lock_guard lock(mutex_);
  ready_ = true;
  return true;
}

std::vector<ports::ObjectKey> Manager::work_until_stopped(const std::stop_token& stop) {
  start_workers();
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [] { return false; });
  }
  return end_workers();
}

std::vector<ports::ObjectKey> Manager::lead_until_stopped(const std::stop_token& stop) {
  const auto on_acquired = [this] {
    const std::lock_guard lock(mutex_);
    acquired_ = true;
    changed_.notify_all();
  };
  ports::ResourceClient& client = deps_.lease_client != nullptr ? *deps_.lease_client : deps_.client;
  LeaderElector elector(*options_.election, client, {on_acquired, [this, &stop] { on_lost(stop); }},
                        deps_.clock, deps_.randomness, deps_.metrics, deps_.log);
  // Not stopped by `stop`: the lease is renewed until the last worker has ended.
  std::jthread electing([&elector](const std::stop_token& token) { elector.run(token); });

  bool acquired = false;
  {
    std::unique_lock lock(mutex_);
    acquired = changed_.wait(lock, stop, [this] { return acquired_; });
  }
  if (acquired) {
    start_workers();
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return lost_; });
  }
  std::vector<ports::ObjectKey> stuck = end_workers();
  electing.request_stop();
  electing.join();
  // What is still under way is covered by the lease until it runs out.
  if (stuck.empty()) elector.release();
  return stuck;
}

std::vector<ports::ObjectKey> Manager::end_workers() {
  pool_->begin_shutdown(options_.grace);
  std::vector<ports::ObjectKey> stuck = pool_->wait_ended();
  deps_.hurry.request_stop();
  for (const ports::ObjectKey& key : stuck) {
    deps_.log.write(ports::LogLevel::Error,
                    "a reconcile goes on in spite of its cancel; it is not waited for",
                    {{"controller", options_.controller}, {"namespace", key.ns}, {"name", key.name}});
  }
  return stuck;
}

void Manager::on_lost(const std::stop_token& stop) {
  // Others may lead as soon as the lease has run out: what is under way is broken off by then.
  const ElectionTimes& times = options_.election->times;
  const ports::Millis left = times.lease_duration - times.renew_deadline;
  pool_->begin_shutdown(std::clamp(left, ports::Millis::zero(), options_.grace));
  const std::lock_guard lock(mutex_);
  lost_ = true;
  leading_ = false;
  ready_ = false;
  if (!stop.stop_requested()) exit_code_ = 1;
  changed_.notify_all();
}

void Manager::start_workers() {
  {
    const std::lock_guard lock(mutex_);
    leading_ = !lost_;
  }
  // Changes count from here on; what came before them is in the stores. The reflectors go on meanwhile: each
  // object is told as it is now, and not after a later version of it.
  for (const Watched& watched : watched_) {
    for (const ObjectPtr& listed : watched.store.list(watched.options.ns)) {
      const std::lock_guard lock(dispatch_);
      const ObjectPtr now = watched.store.get(listed->meta.key);
      if (now) dispatch_locked(watched, nullptr, now);
    }
  }
  pool_->start();
}

void Manager::on_change(const Watched& watched, const ObjectPtr& before, const ObjectPtr& after) {
  const std::lock_guard lock(dispatch_);
  dispatch_locked(watched, before, after);
}

void Manager::dispatch_locked(const Watched& watched, const ObjectPtr& before, const ObjectPtr& after) {
  if (!leading()) return;
  for (const ports::ObjectKey& key : watched.keys(before, after)) queue_.add(key);
}

void Manager::enqueue(const ports::ObjectKey& key) {
  if (leading()) queue_.add(key);
}

bool Manager::ready() const {
  const std::lock_guard lock(mutex_);
  return ready_;
}

bool Manager::leading() const {
  const std::lock_guard lock(mutex_);
  return leading_;
}

}  // namespace athanor::runtime
