#include "runtime/queue_state.hpp"

namespace athanor::runtime {

void QueueState::add(const ports::ObjectKey& key, ports::MonoTime now) {
  const auto place = entries_.try_emplace(key).first;
  make_ready(place->first, place->second, now);
}

void QueueState::make_ready(const ports::ObjectKey& key, Entry& entry, ports::MonoTime now) {
  if (entry.dirty) return;
  entry.dirty = true;
  entry.added_at = now;
  if (!entry.processing) ready_.push_back(&key);
}

void QueueState::add_at(const ports::ObjectKey& key, ports::MonoTime due) {
  const auto place = entries_.try_emplace(key).first;
  Entry& entry = place->second;
  if (entry.due) {
    if (*entry.due <= due) return;
    delayed_.erase({*entry.due, entry.turn, &place->first});
  }
  entry.due = due;
  entry.turn = ++turns_;
  delayed_.insert({due, entry.turn, &place->first});
}

void QueueState::promote(ports::MonoTime now) {
  while (!delayed_.empty() && delayed_.begin()->due <= now) {
    const ports::ObjectKey& key = *delayed_.begin()->key;
    delayed_.erase(delayed_.begin());
    Entry& entry = entries_.find(key)->second;
    entry.due.reset();
    make_ready(key, entry, now);
  }
}

std::optional<QueueState::Taken> QueueState::take() {
  if (ready_.empty()) return std::nullopt;
  const ports::ObjectKey& key = *ready_.front();
  ready_.pop_front();
  Entry& entry = entries_.find(key)->second;
  entry.dirty = false;
  entry.processing = true;
  return Taken{key, entry.added_at};
}

void QueueState::done(const ports::ObjectKey& key, ports::MonoTime now) {
  const auto place = entries_.find(key);
  if (place == entries_.end() || !place->second.processing) return;
  Entry& entry = place->second;
  entry.processing = false;
  if (entry.dirty) {
    entry.added_at = now;  // from here on it is the queue that keeps it waiting
    ready_.push_back(&place->first);
  }
  drop_if_idle(place);
}

void QueueState::drop_if_idle(Entries::iterator place) {
  const Entry& entry = place->second;
  if (!entry.dirty && !entry.processing && !entry.due) entries_.erase(place);
}

std::optional<ports::MonoTime> QueueState::next_due() const {
  if (delayed_.empty()) return std::nullopt;
  return delayed_.begin()->due;
}

}  // namespace athanor::runtime
