// One request under way: the meeting point of the thread that asked and the library's thread that answers.
// Knows nothing of the library.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::kubernetes {

/// How the library says that an exchange failed.
struct ExchangeFailure {
  int code = 0;  ///< errno, or what the library put in its place
  std::string what;
  std::optional<Error> error;  ///< ours already, from setting the connection up

  /// The answer was cut off: the connection was closed in the middle of it.
  [[nodiscard]] bool cut_off() const;
  /// The connection may have been closed by the server while it lay in the pool.
  [[nodiscard]] bool may_be_stale() const;
  /// A stream that had begun merely ended, tidily or not.
  [[nodiscard]] bool is_end_of_stream() const;
};

/// Status and headers of an answer.
struct AnswerHead {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
};

/// Holds at most about `high_water_bytes` of an answer's body that nobody took yet: above it, the writer is
/// asked to wait, and so TCP slows the server down instead of our memory filling up. Thread-safe.
class HttpExchange {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Resume = std::function<void()>;

  explicit HttpExchange(std::size_t high_water_bytes) : high_water_bytes_(high_water_bytes) {}

  // The library's side.

  void begin(AnswerHead head);
  /// @param resume called once, from the reader's thread, when there is room for more, unless there is now
  /// @return true if there is room: `resume` won't be called
  [[nodiscard]] bool write(std::string_view bytes, Resume resume);
  /// The end; nullopt: a whole answer. Only the first call counts.
  void finish(std::optional<ExchangeFailure> failure);

  // The asking side.

  enum class Wait { Ready, TimedOut, Stopped };

  /// Waits for the head or the end.
  [[nodiscard]] Wait wait_for_head(Time deadline, const std::stop_token& stop);
  /// Waits for bytes or the end.
  [[nodiscard]] Wait wait_for_bytes(Time deadline, const std::stop_token& stop);
  /// Waits for the end. @return false at the deadline
  bool wait_for_end(Time deadline);
  /// The bytes that have come since; empty after Ready means that the end is reached.
  [[nodiscard]] std::string take();
  /// Drops what came and what will come, so that the library can end in peace.
  void abandon();

  [[nodiscard]] std::optional<AnswerHead> head() const;
  [[nodiscard]] std::optional<ExchangeFailure> failure() const;

 private:
  const std::size_t high_water_bytes_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  std::optional<AnswerHead> head_;
  std::string bytes_;
  Resume resume_;
  bool abandoned_ = false;
  bool finished_ = false;
  std::optional<ExchangeFailure> failure_;
};

}  // namespace athanor::kubernetes
