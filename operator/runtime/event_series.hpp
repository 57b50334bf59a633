// Which events are worth a request: repeats folded into series, and a limit per object. No threads, no
// server.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "ports/clock.hpp"
#include "ports/event_sink.hpp"

namespace athanor::runtime {

/// The longest note that the API takes, in bytes.
inline constexpr std::size_t kMaxNoteBytes = 1024;

/// `text`, cut to at most `limit` bytes where a character of UTF-8 ends, with an ellipsis if it was cut.
[[nodiscard]] std::string cut_utf8(std::string_view text, std::size_t limit);

/// A request to make.
struct EventWrite {
  bool update = false;  ///< the series of an Event that was created before
  ports::EventRecord record;
};

struct EventLimits {
  ports::Millis series_interval{std::chrono::minutes{1}};  ///< at least so long between writes of one series
  ports::Millis series_end{std::chrono::minutes{6}};       ///< quiet for so long: the next one is a new Event
  std::size_t most_series = 1000;                          ///< remembered at once; the quietest is forgotten
  double burst = 25;                                       ///< new Events of one object at once
  ports::Millis refill{std::chrono::minutes{5}};           ///< and one more after each such time
};

class EventSeries {
 public:
  struct Verdict {
    std::optional<EventWrite> write;
    bool over_limit = false;  ///< dropped: the object tells too much
  };

  /// @param instance names this process in every Event
  explicit EventSeries(std::string instance, EventLimits limits = {})
      : instance_(std::move(instance)), limits_(limits) {}

  /// Takes in one event. The first of its kind (same object, type, reason, action and note) is created at
  /// once; repeats are counted, and written when the interval has passed.
  [[nodiscard]] Verdict fold(const ports::Event& event, ports::MonoTime now, ports::WallTime wall);
  /// Counts that wait to be written, and whose interval has passed.
  [[nodiscard]] std::vector<EventWrite> due(ports::MonoTime now);
  /// Every count that waits to be written: the process is ending.
  [[nodiscard]] std::vector<EventWrite> drain();
  /// When due() has something to do: counts to write, or series to forget.
  [[nodiscard]] std::optional<ports::MonoTime> next_due() const;

  [[nodiscard]] std::size_t size() const { return series_.size(); }

 private:
  /// Small, because for some minutes after a start there is one for each of `most_series` events: texts are
  /// made from it when it is written.
  struct Series {
    std::size_t name_hash = 0;  ///< what sets the Event's name apart
    ports::WallTime first_time{}, last_time{};
    std::int64_t count = 1;
    ports::MonoTime seen_at{}, written_at{};
    std::unique_ptr<ports::Event> unwritten;  ///< set while `count` waits to be written
  };
  struct Bucket {
    double tokens = 0;
    ports::MonoTime filled_at{};
  };

  [[nodiscard]] bool allow(const std::string& uid, ports::MonoTime now);
  [[nodiscard]] EventWrite take_write(Series& series, ports::MonoTime now) const;
  void forget_quiet(ports::MonoTime now);
  void make_room();

  std::string instance_;
  EventLimits limits_;
  std::unordered_map<std::size_t, Series> series_;   ///< by a hash of what makes two events the same
  std::unordered_map<std::size_t, Bucket> buckets_;  ///< by a hash of the object's uid
};

}  // namespace athanor::runtime
