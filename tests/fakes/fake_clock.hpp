// A clock that a test moves. Header only; safe to use from several threads.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <vector>

#include "ports/clock.hpp"

namespace athanor::fakes {

class FakeClock : public ports::Clock {
 public:
  enum class Sleep {
    Advances,  ///< sleep_for() moves the clock by itself and returns at once
    Blocks,    ///< sleep_for() waits until advance() has moved the clock far enough
  };

  explicit FakeClock(Sleep mode = Sleep::Advances) : mode_(mode) {}

  [[nodiscard]] ports::MonoTime now() const override {
    const std::lock_guard lock(mutex_);
    return ports::MonoTime{} + elapsed_;
  }

  [[nodiscard]] ports::WallTime wall_now() const override {
    const std::lock_guard lock(mutex_);
    return wall_start_ + elapsed_;
  }

  bool sleep_for(ports::Millis duration, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    sleeps_.push_back(duration);
    if (stop.stop_requested()) return false;
    const auto wake_at = elapsed_ + duration;
    if (mode_ == Sleep::Advances) {
      elapsed_ = wake_at;
      return true;
    }
    ++sleeping_;
    changed_.notify_all();
    changed_.wait(lock, stop, [&] { return elapsed_ >= wake_at; });
    --sleeping_;
    return elapsed_ >= wake_at;
  }

  /// Moves both clocks on and wakes the sleepers whose time has come.
  void advance(ports::Millis by) {
    const std::lock_guard lock(mutex_);
    elapsed_ += by;
    changed_.notify_all();
  }

  /// Waits (in real time) until `count` threads are in sleep_for().
  void wait_for_sleepers(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sleeping_ >= count; });
  }

  /// Every duration that sleep_for() was asked for, in order.
  [[nodiscard]] std::vector<ports::Millis> sleeps() const {
    const std::lock_guard lock(mutex_);
    return sleeps_;
  }

 private:
  Sleep mode_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  ports::Millis elapsed_{0};
  ports::WallTime wall_start_{std::chrono::seconds{1'795'000'000}};  ///< 2026-11-18T11:06:40Z
  std::size_t sleeping_ = 0;
  std::vector<ports::Millis> sleeps_;
};

}  // namespace athanor::fakes
