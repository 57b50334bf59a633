// Create dates against what Alembic writes.
#include "cli/project/create_date.hpp"

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

struct Case {
  std::string sentence;
  std::string zone;
  std::int64_t epoch_s;
  std::int64_t fraction_us;
  std::string text;
};

class CreateDateTest : public ::testing::TestWithParam<Case> {};

TEST_P(CreateDateTest, is_written_as_python_prints_it) {
  const Case& given = GetParam();
  const ports::WallTime now(seconds(given.epoch_s) + microseconds(given.fraction_us));
  const auto date = create_date_at(now, given.zone);
  ASSERT_TRUE(date) << date.error().message;
  EXPECT_EQ(date->text, given.text);
  EXPECT_EQ(date->epoch_s, given.epoch_s);
  EXPECT_EQ(std::stoi(given.text), date->year);
  EXPECT_EQ(std::stoi(given.text.substr(5)), date->month);
  EXPECT_EQ(std::stoi(given.text.substr(8)), date->day);
  EXPECT_EQ(std::stoi(given.text.substr(11)), date->hour);
  EXPECT_EQ(std::stoi(given.text.substr(14)), date->minute);
  EXPECT_EQ(std::stoi(given.text.substr(17)), date->second);
}

INSTANTIATE_TEST_SUITE_P(
    Zones, CreateDateTest,
    ::testing::Values(Case{"in winter", "Europe/Berlin", 1795374840, 123456,
                           "2026-11-22 20:14:00.123456+01:00"},
                      Case{"in summer", "Europe/Berlin", 1782000000, 5, "2026-06-21 02:00:00.000005+02:00"},
                      Case{"without a fraction", "UTC", 1795374840, 0, "2026-11-22 19:14:00+00:00"},
                      Case{"in another case of letters", "utc", 1795374840, 0, "2026-11-22 19:14:00+00:00"},
                      Case{"with half an hour", "Asia/Kolkata", 1795374840, 0, "2026-11-23 00:44:00+05:30"},
                      Case{"west of it", "America/St_Johns", 1795374840, 0, "2026-11-22 15:44:00-03:30"},
                      Case{"before there were time zones", "Europe/Amsterdam", -1500000000, 0,
                           "1922-06-20 22:39:32+01:19:32"}),
    sentence_name<Case>);

TEST(CreateDate, of_an_unknown_zone_is_refused) {
  for (const std::string zone : {"Mars/Base", "../../etc/passwd", "CET-1CEST", "+01:00"}) {
    const auto date = create_date_at(ports::WallTime(seconds(0)), zone);
    ASSERT_FALSE(date) << zone;
    EXPECT_EQ(date.error().reason, "InvalidConfig");
    EXPECT_THAT(date.error().message, ::testing::HasSubstr("timezone is \"" + zone + "\""));
  }
}

/// Sets $TZ for a test.
class LocalZone {
 public:
  explicit LocalZone(const char* zone)
      : had_(std::getenv("TZ") != nullptr), old_(had_ ? std::getenv("TZ") : "") {
    ::setenv("TZ", zone, 1);
    ::tzset();
  }
  ~LocalZone() {
    if (had_) {
      ::setenv("TZ", old_.c_str(), 1);
    } else {
      ::unsetenv("TZ");
    }
    ::tzset();
  }
  LocalZone(const LocalZone&) = delete;
  LocalZone& operator=(const LocalZone&) = delete;

 private:
  bool had_;
  std::string old_;
};

TEST(CreateDate, of_the_machine_is_local_and_has_no_offset) {
  const LocalZone zone("America/New_York");
  const auto date = create_date_at(ports::WallTime(seconds(1795374840) + microseconds(7)), "");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->text, "2026-11-22 14:14:00.000007");
  EXPECT_EQ(date->epoch_s, 1795374840);
}

}  // namespace
}  // namespace athanor::cli
