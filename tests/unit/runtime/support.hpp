// What the suites of this room share.
#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fakes/fake_clock.hpp"
#include "ports/objects.hpp"

namespace athanor::runtime {

/// Long enough for a loaded machine; only a failing test ever waits for it.
inline constexpr std::chrono::seconds kPatience{30};

inline ports::ObjectKey key(std::string name) {
  return {"shop", std::move(name)};
}

inline ports::WatchedObject object(std::string name, std::string json = "{}", std::string version = "") {
  ports::WatchedObject object;
  object.meta.key = key(std::move(name));
  object.meta.resource_version = std::move(version);
  object.json = std::move(json);
  return object;
}

/// Instants after the start of the test's time.
inline ports::MonoTime at(ports::Millis since_start) {
  return ports::MonoTime{} + since_start;
}

/// What happened, told by any thread.
class Notes {
 public:
  void add(std::string note) {
    const std::lock_guard lock(mutex_);
    notes_.push_back(std::move(note));
    changed_.notify_all();
  }
  [[nodiscard]] std::vector<std::string> all() const {
    const std::lock_guard lock(mutex_);
    return notes_;
  }
  [[nodiscard]] std::size_t count(const std::string& note) const {
    const std::lock_guard lock(mutex_);
    return static_cast<std::size_t>(std::ranges::count(notes_, note));
  }
  /// Waits until `note` was told `times` times. @return false: it never was
  [[nodiscard]] bool wait_for(const std::string& note, std::size_t times = 1) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, std::chrono::system_clock::now() + kPatience, [&] {
      return static_cast<std::size_t>(std::ranges::count(notes_, note)) >= times;
    });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<std::string> notes_;
};

/// A door that reconciles wait at until a test opens it.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
};

/// Lets other threads run until `condition` holds.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

/// Moves the clock on, step by step, until `condition` holds. Threads that a step wakes get real time to act
/// on it: a clock that ran ahead of them would let a patience of seconds run out before they have run at all.
template <class Condition>
[[nodiscard]] bool advance_until(fakes::FakeClock& clock, ports::Millis step, Condition condition) {
  return eventually([&] {
    if (condition()) return true;
    clock.advance(step);
    std::this_thread::sleep_for(std::chrono::microseconds(500));
    return false;
  });
}

}  // namespace athanor::runtime
