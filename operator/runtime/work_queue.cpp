#include "runtime/work_queue.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace athanor::runtime {
namespace {

// Sums with "never" must not overflow.
constexpr ports::Millis kLongestDelay = std::chrono::hours{24 * 365};

}  // namespace

WorkQueue::WorkQueue(std::string name, ports::Clock& clock, ports::MetricsSink& metrics)
    : clock_(clock),
      metrics_(metrics),
      labels_{{"name", std::move(name)}},
      alarm_(clock, [this](ports::MonoTime now) { return on_due(now); }) {
  metrics_.set("workqueue_depth", labels_, 0);
}

WorkQueue::~WorkQueue() {
  shut_down();
  alarm_.stop();
}

void WorkQueue::add(const ports::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  state_.add(key, clock_.now());
  told_locked();
}

void WorkQueue::add_after(const ports::ObjectKey& key, ports::Millis delay) {
  if (delay <= ports::Millis::zero()) {
    add(key);
    return;
  }
  const std::lock_guard lock(mutex_);
  if (shut_down_) return;
  const ports::MonoTime due = clock_.now() + std::min(delay, kLongestDelay);
  state_.add_at(key, due);
  alarm_.arm(due);
}

std::optional<ports::ObjectKey> WorkQueue::get() {
  std::unique_lock lock(mutex_);
  ready_.wait(lock, [this] { return shut_down_ || state_.depth() > 0; });
  if (shut_down_) return std::nullopt;
  std::optional<QueueState::Taken> taken = state_.take();
  const std::chrono::duration<double> waited = clock_.now() - taken->added_at;
  metrics_.set("workqueue_depth", labels_, static_cast<double>(state_.depth()));
  metrics_.observe("workqueue_queue_duration_seconds", labels_, waited.count());
  return std::move(taken->key);
}

void WorkQueue::done(const ports::ObjectKey& key) {
  const std::lock_guard lock(mutex_);
  state_.done(key, clock_.now());
  told_locked();
}

void WorkQueue::shut_down() {
  const std::lock_guard lock(mutex_);
  shut_down_ = true;
  ready_.notify_all();
}

std::size_t WorkQueue::depth() const {
  const std::lock_guard lock(mutex_);
  return state_.depth();
}

std::optional<ports::MonoTime> WorkQueue::on_due(ports::MonoTime now) {
  const std::lock_guard lock(mutex_);
  if (shut_down_) return std::nullopt;
  state_.promote(now);
  told_locked();
  return state_.next_due();
}

void WorkQueue::told_locked() {
  metrics_.set("workqueue_depth", labels_, static_cast<double>(state_.depth()));
  if (state_.depth() > 0) ready_.notify_all();
}

}  // namespace athanor::runtime
