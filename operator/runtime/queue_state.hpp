// What a work queue knows, without threads: client-go's workqueue as a value that is told the time.
//
// Three rules. A key is worked on by one worker at a time: added while it is being worked on, it waits until
// that work is done. A key that is waiting already isn't added twice. A key has at most one delayed add: the
// earlier time wins.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <unordered_map>

#include "ports/clock.hpp"
#include "ports/objects.hpp"

namespace athanor::runtime {

class QueueState {
 public:
  struct Taken {
    ports::ObjectKey key;
    ports::MonoTime added_at;  ///< when it became ready
  };

  void add(const ports::ObjectKey& key, ports::MonoTime now);
  /// Adds at `due`, unless an earlier delayed add is waiting.
  void add_at(const ports::ObjectKey& key, ports::MonoTime due);
  /// Adds what has become due.
  void promote(ports::MonoTime now);
  /// The key that waits longest, to be worked on until done(); nullopt if none is ready.
  [[nodiscard]] std::optional<Taken> take();
  /// Ends the work on a key that take() gave out; it becomes ready again if it was added meanwhile.
  void done(const ports::ObjectKey& key, ports::MonoTime now);

  /// Keys that are ready to be taken.
  [[nodiscard]] std::size_t depth() const { return ready_.size(); }
  /// When the next delayed add is due.
  [[nodiscard]] std::optional<ports::MonoTime> next_due() const;
  /// Keys that are known at all: ready, worked on or delayed.
  [[nodiscard]] std::size_t known() const { return entries_.size(); }

 private:
  struct Entry {
    bool dirty = false;       ///< to be worked on: in ready_, or as soon as done() is told
    bool processing = false;  ///< between take() and done()
    ports::MonoTime added_at{};
    std::optional<ports::MonoTime> due;
    std::uint64_t turn = 0;  ///< of its place in delayed_
  };
  /// Earliest first, and first come first served among equals. A tree and not a binary heap: a place is given
  /// up exactly when an earlier one is taken, so nothing stale piles up.
  struct Delayed {
    ports::MonoTime due;
    std::uint64_t turn;
    const ports::ObjectKey* key;  ///< in entries_, whose nodes don't move
    auto operator<=>(const Delayed& other) const {
      return due != other.due ? (due <=> other.due) : (turn <=> other.turn);
    }
    bool operator==(const Delayed& other) const { return due == other.due && turn == other.turn; }
  };
  using Entries = std::unordered_map<ports::ObjectKey, Entry>;

  void make_ready(const ports::ObjectKey& key, Entry& entry, ports::MonoTime now);
  void drop_if_idle(Entries::iterator place);

  Entries entries_;
  std::deque<const ports::ObjectKey*> ready_;
  std::set<Delayed> delayed_;
  std::uint64_t turns_ = 0;
};

}  // namespace athanor::runtime
