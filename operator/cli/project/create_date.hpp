// When a revision was written, as its head and its file's name say it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "ports/clock.hpp"

namespace athanor::cli {

/// A point in time on a calendar and a clock.
struct CreateDate {
  /// As Python prints a datetime: `2026-11-22 20:14:00.123456`, with `+01:00` where a time zone was named.
  std::string text;
  std::int64_t epoch_s = 0;
  int year = 0;
  int month = 0;
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
};

/// @param timezone a name of the IANA database in any case of letters that Alembic takes (`Europe/Berlin`,
/// `utc`); empty: the machine's local time ($TZ), written without an offset
/// @return Terminal `InvalidConfig` for a zone that the system does not know
[[nodiscard]] Result<CreateDate> create_date_at(ports::WallTime now, std::string_view timezone);

}  // namespace athanor::cli
