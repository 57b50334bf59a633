#include "adapters/postgres/message_limit.hpp"

#include <algorithm>

namespace athanor::postgres {

MessageWatch::MessageWatch(const MessageLimit& limit, Time sent) : limit_(limit) {
  if (limit.time.count() > 0) end_ = sent + limit.time;
}

MessageWatch::Act MessageWatch::decide(Time now, bool cancelled) {
  if (cancelled && !stop_) stop_ = now + limit_.courtesy;
  if (give_up_) {
    if (stop_) give_up_ = std::min(*give_up_, *stop_ + kAnswerToCancel);
    return now >= *give_up_ ? Act::GiveUp : Act::Wait;
  }
  const bool stopped = stop_ && now >= *stop_;
  late_ = !stopped && end_ && now >= *end_;
  if (!stopped && !late_) return Act::Wait;
  if (limit_.answer.count() == 0) return Act::GiveUp;
  give_up_ = now + (stopped ? std::min(limit_.answer, kAnswerToCancel) : limit_.answer);
  return Act::AskToCancel;
}

std::optional<MessageWatch::Time> MessageWatch::due() const {
  if (give_up_) return give_up_;
  if (stop_ && end_) return std::min(*stop_, *end_);
  return stop_ ? stop_ : end_;
}

}  // namespace athanor::postgres
