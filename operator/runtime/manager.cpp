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
  if (wait_synced(stop)) {
    WorkerPool pool({options_.controller, options_.workers}, queue_, limiter_, std::move(reconcile),
                    deps_.clock, deps_.metrics, deps_.log);
    if (options_.election) {
      lead_until_stopped(pool, stop);
    } else {
      work_until_stopped(pool, stop);
    }
  }
  for (std::jthread& thread : reflecting) thread.request_stop();
  for (std::jthread& thread : reflecting) thread.join();
  recorder_.close();
  const std::lock_guard lock(mutex_);
  leading_ = false;
  return lost_ ? 1 : 0;
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

void Manager::work_until_stopped(WorkerPool& pool, const std::stop_token& stop) {
  start_workers(pool);
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [] { return false; });
  }
  pool.begin_shutdown(options_.grace);
  (void)pool.wait_ended();
}

void Manager::lead_until_stopped(WorkerPool& pool, const std::stop_token& stop) {
  const auto on_acquired = [this] {
    const std::lock_guard lock(mutex_);
    acquired_ = true;
    changed_.notify_all();
  };
  LeaderElector elector(*options_.election, deps_.client, {on_acquired, [this, &pool] { on_lost(pool); }},
                        deps_.clock, deps_.randomness, deps_.metrics, deps_.log);
  // Not stopped by `stop`: the lease is renewed until the last worker has ended.
  std::jthread electing([&elector](const std::stop_token& token) { elector.run(token); });

  bool acquired = false;
  {
    std::unique_lock lock(mutex_);
    acquired = changed_.wait(lock, stop, [this] { return acquired_; });
  }
  if (acquired) {
    start_workers(pool);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [this] { return lost_; });
  }
  pool.begin_shutdown(options_.grace);
  (void)pool.wait_ended();
  electing.request_stop();
  electing.join();
  elector.release();
}

void Manager::on_lost(WorkerPool& pool) {
  // Others may lead as soon as the lease has run out: what is under way is broken off by then.
  const ElectionTimes& times = options_.election->times;
  const ports::Millis left = times.lease_duration - times.renew_deadline;
  pool.begin_shutdown(std::clamp(left, ports::Millis::zero(), options_.grace));
  const std::lock_guard lock(mutex_);
  lost_ = true;
  leading_ = false;
  changed_.notify_all();
}

void Manager::start_workers(WorkerPool& pool) {
  {
    const std::lock_guard lock(mutex_);
    leading_ = !lost_;
  }
  // Changes count from here on; what came before them is in the stores.
  for (const Watched& watched : watched_) {
    for (const ObjectPtr& object : watched.store.list(watched.options.ns))
      on_change(watched, nullptr, object);
  }
  pool.start();
}

void Manager::on_change(const Watched& watched, const ObjectPtr& before, const ObjectPtr& after) {
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
