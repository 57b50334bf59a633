// How long one message to the server may take, and what to do when it takes longer. Pure.
#pragma once

#include <chrono>
#include <optional>

namespace athanor::postgres {

struct MessageLimit {
  /// From the client's side; 0: none.
  std::chrono::milliseconds time{0};
  /// How long the server may take to answer once it was asked to cancel; 0: it isn't asked.
  std::chrono::milliseconds answer{0};
  /// How long a cancel() waits for a message that as a rule takes no time.
  std::chrono::milliseconds courtesy{0};
};

/// After a cancel() the process is about to end: what Kubernetes leaves of the grace time is 5 s.
inline constexpr std::chrono::milliseconds kAnswerToCancel{2'000};

class MessageWatch {
 public:
  using Time = std::chrono::steady_clock::time_point;

  MessageWatch(const MessageLimit& limit, Time sent);

  enum class Act { Wait, AskToCancel, GiveUp };
  /// To be asked whenever something may have changed.
  /// @param cancelled cancel() was called
  [[nodiscard]] Act decide(Time now, bool cancelled);
  /// When to ask again at the latest; nullopt: when something happens.
  [[nodiscard]] std::optional<Time> due() const;
  /// The limit itself was passed, rather than cancel() called.
  [[nodiscard]] bool late() const { return late_; }
  [[nodiscard]] bool asked() const { return give_up_.has_value(); }

 private:
  MessageLimit limit_;
  std::optional<Time> end_;      ///< of limit_.time
  std::optional<Time> stop_;     ///< when a cancel() counts
  std::optional<Time> give_up_;  ///< the server was asked to cancel, and may take so long
  bool late_ = false;
};

}  // namespace athanor::postgres
