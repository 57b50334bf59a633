#include "runtime/alarm.hpp"

#include <utility>

namespace athanor::runtime {

Alarm::Alarm(ports::Clock& clock, Callback callback)
    : clock_(clock),
      callback_(std::move(callback)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Alarm::arm(ports::MonoTime due) {
  const std::lock_guard lock(mutex_);
  if (due_ && *due_ <= due) return;
  due_ = due;
  nap_.request_stop();
  armed_.notify_one();
}

void Alarm::stop() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void Alarm::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (armed_.wait(lock, stop, [this] { return due_.has_value(); }) && !stop.stop_requested()) {
    const ports::MonoTime now = clock_.now();
    if (now < *due_) {
      // Rounded up: waking a fraction of a millisecond early would only mean going round again.
      const auto nap_length = std::chrono::ceil<ports::Millis>(*due_ - now);
      nap_ = std::stop_source();
      const std::stop_source nap = nap_;
      lock.unlock();
      {
        const std::stop_callback wake(stop, [nap]() mutable { nap.request_stop(); });
        clock_.sleep_for(nap_length, nap.get_token());
      }
      lock.lock();
      continue;
    }
    due_.reset();
    lock.unlock();
    const std::optional<ports::MonoTime> next = callback_(now);
    lock.lock();
    if (next && (!due_ || *next < *due_)) due_ = next;
  }
}

}  // namespace athanor::runtime
