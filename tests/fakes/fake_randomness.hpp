// Randomness that a test dictates. Header only; safe to use from several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <mutex>
#include <utility>
#include <vector>

#include "ports/randomness.hpp"

namespace athanor::fakes {

/// uniform() gives the listed numbers in turn, over and over; bits() counts up from 1, so that ids differ.
class FakeRandomness : public ports::Randomness {
 public:
  /// @param values each in [0, 1); at least one
  FakeRandomness(std::initializer_list<double> values = {0.0}) : values_(values) {}

  double uniform() override {
    const std::lock_guard lock(mutex_);
    return values_[next_++ % values_.size()];
  }

  std::uint64_t bits() override {
    const std::lock_guard lock(mutex_);
    return ++bits_;
  }

  /// Replaces what uniform() gives.
  void set(std::vector<double> values) {
    const std::lock_guard lock(mutex_);
    values_ = std::move(values);
    next_ = 0;
  }

 private:
  std::mutex mutex_;
  std::vector<double> values_;
  std::size_t next_ = 0;
  std::uint64_t bits_ = 0;
};

}  // namespace athanor::fakes
