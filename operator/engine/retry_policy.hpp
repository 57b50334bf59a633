// What a step does about a failure that may pass by itself: wait and try again, or give up.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/result.hpp"
#include "ports/clock.hpp"
#include "ports/randomness.hpp"

namespace athanor::engine {

/// The database's answer was that another session holds the advisory lock.
inline constexpr const char* kLockHeld = "LockHeld";
/// The application held a lock for longer than the lock timeout (PostgreSQL: SQLSTATE 55P03).
inline constexpr const char* kLockTimeout = "LockTimeout";
/// A statement that an earlier session began is still running in a backend of the server.
inline constexpr const char* kStatementStillRunning = "StatementStillRunning";
/// Another session created the schema or table that this one was about to create.
inline constexpr const char* kCreatedConcurrently = "CreatedConcurrently";

/// One per step.
class RetryPolicy {
 public:
  /// The first tries come soon, since most steps are short; the later ones don't disturb.
  static constexpr std::chrono::milliseconds kFirstPoll{50};
  static constexpr std::chrono::milliseconds kLongestPoll{1000};
  /// After a lock timeout the application's queries come first.
  static constexpr std::chrono::milliseconds kFirstBackoff{500};
  static constexpr std::chrono::milliseconds kLongestBackoff{8000};
  static constexpr std::uint32_t kLockTimeouts = 5;
  /// Deadlocks and serialization failures.
  static constexpr std::uint32_t kCollisions = 5;
  /// Lost replies to COMMIT.
  static constexpr std::uint32_t kDoubts = 3;

  RetryPolicy(std::chrono::milliseconds lock_patience, ports::Clock& clock, ports::Randomness& randomness)
      : lock_patience_(lock_patience), clock_(clock), randomness_(randomness) {}

  /// @return how long to wait before the step is tried again; nullopt: give up
  [[nodiscard]] std::optional<std::chrono::milliseconds> wait_after(const Error& error);

 private:
  [[nodiscard]] std::optional<std::chrono::milliseconds> poll();
  [[nodiscard]] std::chrono::milliseconds spread(std::chrono::milliseconds base, std::uint32_t failures,
                                                 std::chrono::milliseconds cap);

  std::chrono::milliseconds lock_patience_;
  ports::Clock& clock_;
  ports::Randomness& randomness_;
  std::optional<ports::MonoTime> waiting_since_;
  std::uint32_t polls_ = 0;
  std::uint32_t lock_timeouts_ = 0;
  std::uint32_t collisions_ = 0;
  std::uint32_t doubts_ = 0;
};

}  // namespace athanor::engine
