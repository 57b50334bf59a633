#include "runtime/event_series.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>

#include "runtime/timestamps.hpp"

namespace athanor::runtime {
namespace {

constexpr std::string_view kEllipsis = "…";
// An object's name has at most 253 characters; a dot and 16 digits are appended to it.
constexpr std::size_t kMaxNamePrefix = 253 - 17;

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::string joined(const ports::Event& event) {
  return fmt::format("{}\x1f{}\x1f{}\x1f{}\x1f{}\x1f{}", event.regarding.key.to_string(), event.regarding.uid,
                     event.type == ports::EventType::Normal ? 'N' : 'W', event.reason, event.action,
                     event.note);
}

// The same for every try to create the same Event, and another for every other Event.
std::size_t name_hash_of(const ports::Event& event, std::string_view instance, ports::WallTime time) {
  return std::hash<std::string>{}(
      fmt::format("{}\x1f{}\x1f{}", joined(event), instance, rfc3339_micros(time)));
}

std::string event_name(const ports::Event& event, std::size_t hash) {
  std::string prefix = event.regarding.key.name.substr(0, kMaxNamePrefix);
  while (prefix.ends_with('.') || prefix.ends_with('-')) prefix.pop_back();
  return fmt::format("{}.{:016x}", prefix, hash);
}

// Labels and annotations don't go over the wire with an event.
ports::Event lean(const ports::Event& event) {
  ports::Event copy{.regarding = {},
                    .type = event.type,
                    .reason = event.reason,
                    .action = event.action,
                    .note = cut_utf8(event.note, kMaxNoteBytes)};
  copy.regarding.key = event.regarding.key;
  copy.regarding.uid = event.regarding.uid;
  copy.regarding.resource_version = event.regarding.resource_version;
  return copy;
}

}  // namespace

std::string cut_utf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  const bool room_for_ellipsis = limit >= kEllipsis.size();
  std::size_t end = room_for_ellipsis ? limit - kEllipsis.size() : limit;
  while (end > 0 && continues_character(text[end])) --end;
  return std::string(text.substr(0, end)).append(room_for_ellipsis ? kEllipsis : "");
}

EventSeries::Verdict EventSeries::fold(const ports::Event& event, ports::MonoTime now, ports::WallTime wall) {
  const std::size_t hash = std::hash<std::string>{}(joined(event));
  const auto known = series_.find(hash);
  if (known != series_.end() && now - known->second.seen_at < limits_.series_end) {
    Series& series = known->second;
    ++series.count;
    series.last_time = wall;
    series.seen_at = now;
    series.unwritten = std::make_unique<ports::Event>(lean(event));
    if (now - series.written_at < limits_.series_interval) return {};
    return {take_write(series, now), false};
  }

  if (!allow(event.regarding.uid, now)) return {std::nullopt, true};
  if (known == series_.end()) make_room();
  Series& series = series_[hash];
  series = {name_hash_of(event, instance_, wall), wall, wall, 1, now, now, nullptr};
  const std::string time = rfc3339_micros(wall);
  ports::EventRecord record{lean(event), event_name(event, series.name_hash), time, 0, time, instance_};
  return {EventWrite{false, std::move(record)}, false};
}

EventWrite EventSeries::take_write(Series& series, ports::MonoTime now) const {
  series.written_at = now;
  const std::unique_ptr<ports::Event> event = std::move(series.unwritten);
  std::string name = event_name(*event, series.name_hash);
  return {true,
          {std::move(*event), std::move(name), rfc3339_micros(series.first_time), series.count,
           rfc3339_micros(series.last_time), instance_}};
}

std::vector<EventWrite> EventSeries::due(ports::MonoTime now) {
  std::vector<EventWrite> writes;
  for (auto& [hash, series] : series_) {
    if (series.unwritten && now - series.written_at >= limits_.series_interval) {
      writes.push_back(take_write(series, now));
    }
  }
  forget_quiet(now);
  return writes;
}

std::vector<EventWrite> EventSeries::drain() {
  std::vector<EventWrite> writes;
  for (auto& [hash, series] : series_) {
    if (series.unwritten) writes.push_back(take_write(series, series.seen_at));
  }
  return writes;
}

std::optional<ports::MonoTime> EventSeries::next_due() const {
  std::optional<ports::MonoTime> earliest;
  for (const auto& [hash, series] : series_) {
    const ports::MonoTime time =
        series.unwritten ? series.written_at + limits_.series_interval : series.seen_at + limits_.series_end;
    if (!earliest || time < *earliest) earliest = time;
  }
  return earliest;
}

bool EventSeries::allow(const std::string& uid, ports::MonoTime now) {
  const auto place = buckets_.try_emplace(std::hash<std::string>{}(uid), Bucket{limits_.burst, now}).first;
  Bucket& bucket = place->second;
  const double refilled = static_cast<double>((now - bucket.filled_at) / std::chrono::nanoseconds{1}) /
                          static_cast<double>(std::chrono::nanoseconds(limits_.refill).count());
  bucket = {std::min(limits_.burst, bucket.tokens + refilled), now};
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}

void EventSeries::forget_quiet(ports::MonoTime now) {
  std::erase_if(series_, [&](const auto& entry) {
    return !entry.second.unwritten && now - entry.second.seen_at >= limits_.series_end;
  });
  const auto full_again = [&](const Bucket& bucket) {
    return std::chrono::duration<double>(now - bucket.filled_at) >=
           std::chrono::duration<double>(limits_.refill) * (limits_.burst - bucket.tokens);
  };
  std::erase_if(buckets_, [&](const auto& entry) { return full_again(entry.second); });
}

void EventSeries::make_room() {
  if (series_.size() < limits_.most_series) return;
  const auto quietest =
      std::ranges::min_element(series_, {}, [](const auto& entry) { return entry.second.seen_at; });
  series_.erase(quietest);
}

}  // namespace athanor::runtime
