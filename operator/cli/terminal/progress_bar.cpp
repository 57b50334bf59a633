#include "cli/terminal/progress_bar.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace athanor::cli {
namespace {

constexpr std::size_t kWidestBar = 30;
constexpr std::size_t kNarrowestBar = 5;

bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

std::string bar(const ProgressState& state, std::size_t cells) {
  const std::size_t full = state.total == 0 ? cells : cells * std::min(state.done, state.total) / state.total;
  std::string drawn(full, '=');
  if (full < cells) drawn += '>';
  drawn.resize(cells, ' ');
  return drawn;
}

}  // namespace

std::string cut_to(std::string_view text, std::size_t columns) {
  std::size_t characters = 0;
  std::size_t keep = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (!begins_character(text[at])) continue;
    if (characters + 1 == columns) keep = at;
    if (characters++ == columns) return columns == 0 ? "" : std::string(text.substr(0, keep)).append("…");
  }
  return std::string(text);
}

std::string duration_text(std::chrono::milliseconds duration) {
  using namespace std::chrono;
  if (duration < 1s) return fmt::format("{} ms", duration.count());
  if (duration < 1min) return fmt::format("{:.1f} s", static_cast<double>(duration.count()) / 1000);
  const auto whole = duration_cast<minutes>(duration);
  return fmt::format("{} min {:02} s", whole.count(), duration_cast<seconds>(duration - whole).count());
}

std::string progress_line(const ProgressState& state, std::size_t width) {
  const std::size_t cells = std::clamp(width / 4, kNarrowestBar, kWidestBar);
  return cut_to(
      fmt::format("[{}] {}/{}  {}  {}{}", bar(state, cells), state.done, state.total,
                  duration_text(state.elapsed), state.waits ? "waiting for the lock: " : "", state.what),
      width > 0 ? width - 1 : 0);
}

}  // namespace athanor::cli
