// Ends the poll() of another thread.
#pragma once

namespace athanor::postgres {

class WakeUp {
 public:
  /// Throws std::system_error if the process has no file descriptor left.
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  /// From any thread: descriptor() becomes readable, and stays so until hush().
  void ring() noexcept;
  void hush() noexcept;
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace athanor::postgres
