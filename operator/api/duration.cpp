// Durations as Go's time package reads and prints them.
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "api/codec.hpp"

namespace athanor::api {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names first where one begins with another.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"µs", 1'000},  // U+00B5, what Go prints
                                      {"μs", 1'000},  // U+03BC, what Go reads as well
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// One "<number><unit>" taken off the front of `text`, in nanoseconds.
std::optional<std::int64_t> take_part(std::string_view& text) {
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  std::int64_t whole = 0;
  std::size_t digits = 0;
  for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
    if (whole > (kMax - 9) / 10) return std::nullopt;
    whole = whole * 10 + (text.front() - '0');
  }
  double fraction = 0;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    for (double scale = 0.1; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
      fraction += scale * (text.front() - '0');
      scale /= 10;
    }
  }
  if (digits == 0) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    if (whole > kMax / unit.nanoseconds) return std::nullopt;
    const std::int64_t base = whole * unit.nanoseconds;
    const auto rest =
        static_cast<std::int64_t>(std::llround(fraction * static_cast<double>(unit.nanoseconds)));
    return base > kMax - rest ? std::nullopt : std::optional(base + rest);
  }
  return std::nullopt;
}

}  // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
  if (text == "0") return milliseconds{0};
  if (text.empty()) return std::nullopt;
  std::int64_t total = 0;
  while (!text.empty()) {
    const std::optional<std::int64_t> part = take_part(text);
    if (!part || *part > std::numeric_limits<std::int64_t>::max() - total) return std::nullopt;
    total += *part;
  }
  return std::chrono::ceil<milliseconds>(std::chrono::nanoseconds{total});
}

std::string format_duration(milliseconds duration) {
  const std::int64_t total = std::max<std::int64_t>(duration.count(), 0);
  if (total == 0) return "0s";
  if (total < 1000) return fmt::format("{}ms", total);
  const std::int64_t seconds = total / 1000;
  std::string fraction = fmt::format("{:03}", total % 1000);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  const std::string tail = fmt::format("{}{}{}s", seconds % 60, fraction.empty() ? "" : ".", fraction);
  if (seconds < 60) return tail;
  if (seconds < 3600) return fmt::format("{}m{}", seconds / 60, tail);
  return fmt::format("{}h{}m{}", seconds / 3600, seconds / 60 % 60, tail);
}

}  // namespace athanor::api
