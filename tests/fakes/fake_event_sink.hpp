// Events that a test can read. Header only; safe to use from several threads.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "ports/event_sink.hpp"

namespace athanor::fakes {

class FakeEventSink : public ports::EventSink {
 public:
  void record(const ports::Event& event) override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
  }

  [[nodiscard]] std::vector<ports::Event> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }
  /// The reasons told of one object, in order.
  [[nodiscard]] std::vector<std::string> reasons(const ports::ObjectKey& key) const {
    std::vector<std::string> reasons;
    for (const ports::Event& event : events()) {
      if (event.regarding.key == key) reasons.push_back(event.reason);
    }
    return reasons;
  }
  void clear() {
    const std::lock_guard lock(mutex_);
    events_.clear();
  }

 private:
  mutable std::mutex mutex_;
  std::vector<ports::Event> events_;
};

}  // namespace athanor::fakes
