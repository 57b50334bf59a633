#include "runtime/worker_pool.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <system_error>
#include <utility>

namespace athanor::runtime {
namespace {

// A thread that could not be started is tried for again that much later.
constexpr ports::Millis kHireAgainAfter{1000};
// Sums with "for ever" must not overflow.
constexpr ports::Millis kLongestGrace = std::chrono::hours{24 * 365};

std::string_view result_label(const ReconcileResult& result) {
  if (result.failed) return "error";
  if (result.again) return "requeue";
  return result.requeue_after ? "requeue_after" : "success";
}

}  // namespace

WorkerPool::WorkerPool(Options options, WorkQueue& queue, RateLimiter& limiter, ReconcileFn reconcile,
                       ports::Clock& clock, ports::MetricsSink& metrics, ports::Log& log)
    : options_(std::move(options)),
      queue_(queue),
      limiter_(limiter),
      reconcile_(std::move(reconcile)),
      clock_(clock),
      metrics_(metrics),
      log_(log),
      census_(options_.limits),
      alarm_(clock, [this](ports::MonoTime now) { return on_alarm(now); }) {}

WorkerPool::~WorkerPool() {
  begin_shutdown(ports::Millis::zero());
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return census_.size() == 0; });
  }
  join_all();
}

void WorkerPool::start() {
  const std::lock_guard lock(mutex_);
  if (!shutting_down_) hire_locked(clock_.now());
}

void WorkerPool::hire_locked(ports::MonoTime now) {
  for (std::size_t wanted = census_.wanted(); wanted > 0; --wanted) {
    const WorkerId id = census_.hire(now);
    try {
      threads_.emplace(id, std::thread([this, id] { work(id); }));
    } catch (const std::system_error& error) {
      census_.dismiss(id);
      log_.write(ports::LogLevel::Error, "can't start a worker thread; trying again",
                 {{"error", error.what()}, {"workers", std::to_string(census_.size())}});
      alarm_.arm(now + kHireAgainAfter);
      return;
    }
  }
}

void WorkerPool::work(WorkerId self) {
  while (wait_for_slot(self)) {
    std::optional<ports::ObjectKey> key = queue_.get();
    if (!key) {
      const std::lock_guard lock(mutex_);
      leave_locked(self);
      return;
    }
    reconcile_one(begin(self, *std::move(key)));
    const std::lock_guard lock(mutex_);
    under_way_.erase(self);
    census_.finish(self, clock_.now());
  }
}

/// @return false: the worker has left
bool WorkerPool::wait_for_slot(WorkerId self) {
  std::unique_lock lock(mutex_);
  while (!shutting_down_) {
    if (census_.take_slot(self)) return true;
    if (census_.leave(self, clock_.now())) break;
    if (const auto change = census_.next_change()) alarm_.arm(*change);
    changed_.wait(lock);
  }
  // Without letting go of the lock: a slot that frees from here on is another's to take.
  leave_locked(self);
  return false;
}

void WorkerPool::leave_locked(WorkerId self) {
  census_.dismiss(self);
  ended_.push_back(self);
  changed_.notify_all();
}

WorkerPool::UnderWay WorkerPool::begin(WorkerId self, ports::ObjectKey key) {
  const std::lock_guard lock(mutex_);
  const ports::MonoTime now = clock_.now();
  census_.begin(self, now);
  alarm_.arm(now + options_.limits.slow_after);
  UnderWay work{std::move(key), {}, {}};
  if (shutting_down_) work.stop.request_stop();
  if (cancelled_) work.cancel.request_stop();
  under_way_.emplace(self, work);
  return work;
}

void WorkerPool::reconcile_one(const UnderWay& work) {
  const ports::ObjectKey& key = work.key;
  const ports::MonoTime began = clock_.now();
  const ReconcileResult result = call(work);
  const std::chrono::duration<double> took = clock_.now() - began;
  metrics_.observe("controller_runtime_reconcile_time_seconds", {{"controller", options_.controller}},
                   took.count());
  metrics_.add("controller_runtime_reconcile_total",
               {{"controller", options_.controller}, {"result", std::string(result_label(result))}});
  if (result.failed && result.requeue_after) {
    queue_.add_after(key, *result.requeue_after);
  } else if (result.failed || result.again) {
    queue_.add_after(key, limiter_.next(key));
  } else {
    limiter_.forget(key);
    if (result.requeue_after) queue_.add_after(key, *result.requeue_after);
  }
  queue_.done(key);
}

ReconcileResult WorkerPool::call(const UnderWay& work) {
  try {
    return reconcile_(work.key, work.stop.get_token(), work.cancel.get_token());
  } catch (const std::exception& error) {
    log_exception(work.key, error.what());
  } catch (...) {
    log_exception(work.key, "an exception of an unknown type");
  }
  return {.requeue_after = std::nullopt, .failed = true};
}

void WorkerPool::log_exception(const ports::ObjectKey& key, const std::string& what) {
  log_.write(
      ports::LogLevel::Error, "reconcile threw an exception; it will be tried again",
      {{"controller", options_.controller}, {"namespace", key.ns}, {"name", key.name}, {"error", what}});
}

std::optional<ports::MonoTime> WorkerPool::on_alarm(ports::MonoTime now) {
  std::vector<std::thread> leaving;
  std::vector<std::stop_source> cancelled;
  std::optional<ports::MonoTime> next;
  bool cancel = false;
  {
    const std::lock_guard lock(mutex_);
    census_.mark_slow(now);
    if (!shutting_down_) hire_locked(now);
    for (const WorkerId id : ended_) leaving.push_back(std::move(threads_.extract(id).mapped()));
    ended_.clear();
    cancel = cancel_at_ && *cancel_at_ <= now;
    if (cancel) {
      cancel_at_.reset();
      cancelled_ = true;
      cancelled = sources_locked(&UnderWay::cancel);
      give_up_at_ = now + kCancelPatience;
    }
    gave_up_ = gave_up_ || (give_up_at_ && *give_up_at_ <= now);
    if (gave_up_) give_up_at_.reset();
    for (const auto& due : {cancel_at_, give_up_at_, census_.next_change()}) {
      if (due && (!next || *due < *next)) next = due;
    }
    if (next) next = std::max(*next, now + ports::Millis{1});
    changed_.notify_all();
  }
  if (cancel) options_.grace_over.request_stop();
  interrupt(cancelled);
  for (std::thread& thread : leaving) thread.join();
  return next;
}

void WorkerPool::begin_shutdown(ports::Millis grace) {
  queue_.shut_down();
  std::vector<std::stop_source> stopped;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(shutting_down_, true)) stopped = sources_locked(&UnderWay::stop);
    const ports::MonoTime cancel_at = clock_.now() + std::min(grace, kLongestGrace);
    if (!cancelled_ && (!cancel_at_ || cancel_at < *cancel_at_)) {
      cancel_at_ = cancel_at;
      alarm_.arm(cancel_at);
    }
    changed_.notify_all();
  }
  interrupt(stopped);
}

std::vector<std::stop_source> WorkerPool::sources_locked(std::stop_source UnderWay::*which) const {
  std::vector<std::stop_source> sources;
  for (const auto& [id, work] : under_way_) sources.push_back(work.*which);
  return sources;
}

void WorkerPool::interrupt(const std::vector<std::stop_source>& sources) {
  for (const std::stop_source& source : sources) {
    try {
      // request_stop() runs the callbacks of whoever is interrupted, and returns after the last.
      std::thread asking([source] { source.request_stop(); });
      const std::lock_guard lock(mutex_);
      interrupting_.push_back(std::move(asking));
    } catch (const std::system_error&) {
      source.request_stop();  // better late than never
    }
  }
}

std::vector<ports::ObjectKey> WorkerPool::wait_ended() {
  std::vector<ports::ObjectKey> stuck;
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return census_.size() == 0 || (gave_up_ && !under_way_.empty()); });
    for (const auto& [id, work] : under_way_) stuck.push_back(work.key);
  }
  if (stuck.empty()) join_all();
  return stuck;
}

// REQUIRES: every worker has left, and so every callback of theirs has ended.
void WorkerPool::join_all() {
  alarm_.stop();
  for (auto& [id, thread] : threads_) {
    if (thread.joinable()) thread.join();
  }
  threads_.clear();
  ended_.clear();
  std::vector<std::thread> interrupting;
  {
    const std::lock_guard lock(mutex_);
    interrupting = std::exchange(interrupting_, {});
  }
  for (std::thread& thread : interrupting) thread.join();
}

std::size_t WorkerPool::size() const {
  const std::lock_guard lock(mutex_);
  return census_.size();
}

}  // namespace athanor::runtime
