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
  wait_ended();
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
    const std::optional<ports::ObjectKey> key = queue_.get();
    if (!key) break;
    {
      const std::lock_guard lock(mutex_);
      const ports::MonoTime now = clock_.now();
      census_.begin(self, now);
      alarm_.arm(now + options_.limits.slow_after);
    }
    reconcile_one(*key);
    const std::lock_guard lock(mutex_);
    census_.finish(self, clock_.now());
  }
  const std::lock_guard lock(mutex_);
  census_.dismiss(self);
  ended_.push_back(self);
  changed_.notify_all();
}

bool WorkerPool::wait_for_slot(WorkerId self) {
  std::unique_lock lock(mutex_);
  while (!shutting_down_) {
    if (census_.take_slot(self)) return true;
    if (census_.may_leave(self, clock_.now())) return false;
    if (const auto change = census_.next_change()) alarm_.arm(*change);
    changed_.wait(lock);
  }
  return false;
}

void WorkerPool::reconcile_one(const ports::ObjectKey& key) {
  const ports::MonoTime began = clock_.now();
  const ReconcileResult result = call(key);
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

ReconcileResult WorkerPool::call(const ports::ObjectKey& key) {
  try {
    return reconcile_(key, stop_.get_token(), cancel_.get_token());
  } catch (const std::exception& error) {
    log_exception(key, error.what());
  } catch (...) {
    log_exception(key, "an exception of an unknown type");
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
  bool cancel = false;
  std::optional<ports::MonoTime> next;
  {
    const std::lock_guard lock(mutex_);
    census_.mark_slow(now);
    if (!shutting_down_) hire_locked(now);
    for (const WorkerId id : ended_) leaving.push_back(std::move(threads_.extract(id).mapped()));
    ended_.clear();
    cancel = cancel_at_ && *cancel_at_ <= now;
    if (cancel) cancel_at_.reset();
    next = cancel_at_;
    if (const auto change = census_.next_change(); change && (!next || *change < *next)) next = change;
    if (next) next = std::max(*next, now + ports::Millis{1});
    changed_.notify_all();
  }
  if (cancel) cancel_.request_stop();
  for (std::thread& thread : leaving) thread.join();
  return next;
}

void WorkerPool::begin_shutdown(ports::Millis grace) {
  queue_.shut_down();
  stop_.request_stop();
  const std::lock_guard lock(mutex_);
  shutting_down_ = true;
  const ports::MonoTime cancel_at = clock_.now() + std::min(grace, kLongestGrace);
  if (!cancel_.stop_requested() && (!cancel_at_ || cancel_at < *cancel_at_)) {
    cancel_at_ = cancel_at;
    alarm_.arm(cancel_at);
  }
  changed_.notify_all();
}

void WorkerPool::wait_ended() {
  {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return census_.size() == 0; });
  }
  alarm_.stop();
  for (auto& [id, thread] : threads_) {
    if (thread.joinable()) thread.join();
  }
  threads_.clear();
  ended_.clear();
}

std::size_t WorkerPool::size() const {
  const std::lock_guard lock(mutex_);
  return census_.size();
}

}  // namespace athanor::runtime
