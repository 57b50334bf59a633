#include "cli/project/create_date.hpp"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <ctime>
#include <stdexcept>

#include <date/tz.h>
#include <fmt/format.h>

namespace athanor::cli {
namespace {

using std::chrono::floor;
using std::chrono::microseconds;
using std::chrono::seconds;

/// As written, or else in capitals: `utc`.
const date::time_zone* find_zone(std::string name) {
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
  }
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
  try {
    return date::locate_zone(name);
  } catch (const std::runtime_error&) {
    return nullptr;
  }
}

/// `+05:30`; seconds only where there are some, as before there were time zones.
std::string offset_text(seconds offset) {
  const auto whole = std::chrono::abs(offset).count();
  std::string text =
      fmt::format("{}{:02}:{:02}", offset < seconds(0) ? '-' : '+', whole / 3600, whole / 60 % 60);
  if (whole % 60 != 0) text += fmt::format(":{:02}", whole % 60);
  return text;
}

CreateDate from_calendar(const std::tm& at, ports::WallTime now) {
  CreateDate date;
  date.epoch_s = floor<seconds>(now).time_since_epoch().count();
  date.year = at.tm_year + 1900;
  date.month = at.tm_mon + 1;
  date.day = at.tm_mday;
  date.hour = at.tm_hour;
  date.minute = at.tm_min;
  date.second = at.tm_sec;
  date.text = fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", date.year, date.month, date.day, date.hour,
                          date.minute, date.second);
  const auto fraction = floor<microseconds>(now) - floor<seconds>(now);
  if (fraction.count() != 0) date.text += fmt::format(".{:06}", fraction.count());
  return date;
}

}  // namespace

Result<CreateDate> create_date_at(ports::WallTime now, std::string_view timezone) {
  std::time_t epoch_s = floor<seconds>(now).time_since_epoch().count();
  std::tm at{};
  if (timezone.empty()) {
    ::localtime_r(&epoch_s, &at);
    return from_calendar(at, now);
  }
  const date::time_zone* zone = find_zone(std::string(timezone));
  if (zone == nullptr) {
    return fail(ErrorKind::Terminal, "InvalidConfig",
                fmt::format("timezone is \"{}\", which this system's zone database (the package tzdata) does "
                            "not have. Write one such as Europe/Berlin or UTC.",
                            timezone));
  }
  const seconds offset = zone->get_info(floor<seconds>(now)).offset;
  epoch_s += offset.count();
  ::gmtime_r(&epoch_s, &at);
  CreateDate date = from_calendar(at, now);
  date.text += offset_text(offset);
  return date;
}

}  // namespace athanor::cli
