// Log lines: one line per act, readable or JSON, whatever the values hold.
#include "cli/log_output.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fakes/fake_clock.hpp"
#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTime = "2026-11-22T20:14:00.123Z";

std::string text_line(ports::LogLevel level, std::string_view message, const ports::LogFields& fields = {}) {
  return format_line(LogFormat::Text, kTime, level, message, fields);
}
nlohmann::ordered_json json_line(const ports::LogFields& fields) {
  return nlohmann::ordered_json::parse(
      format_line(LogFormat::Json, kTime, ports::LogLevel::Info, "revision applied", fields));
}

struct Value {
  std::string sentence;
  std::string value;
  std::string written;
};

class TextValues : public testing::TestWithParam<Value> {};

TEST_P(TextValues, ReadAsOneWord) {
  const std::string line = text_line(ports::LogLevel::Info, "m", {{"key", GetParam().value}});
  EXPECT_EQ(line, std::string(kTime) + " info    m key=" + GetParam().written);
  EXPECT_EQ(line.find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Sentences, TextValues,
                         testing::Values(Value{"a word stays as it is", "3f2a9c1b7d10", "3f2a9c1b7d10"},
                                         Value{"a path stays as it is", "/var/lib/x.db", "/var/lib/x.db"},
                                         Value{"spaces are quoted", "two words", R"("two words")"},
                                         Value{"an equals sign is quoted", "a=b", R"("a=b")"},
                                         Value{"a quote is escaped", R"(say "no")", R"("say \"no\"")"},
                                         Value{"a line end is escaped", "one\ntwo", R"("one\ntwo")"},
                                         Value{"a carriage return is escaped", "one\rtwo", R"("one\rtwo")"},
                                         Value{"nothing is shown as nothing", "", R"("")"},
                                         Value{"other letters stay", "pässword", "pässword"},
                                         Value{"an escape sequence cannot colour the terminal", "\x1b[31mred",
                                               R"("\u001b[31mred")"}),
                         sentence_name<Value>);

TEST(TextLine, names_time_level_message_and_fields_in_order) {
  EXPECT_EQ(text_line(ports::LogLevel::Warning, "revision applied",
                      {{"namespace", "shop"}, {"name", "staging"}, {"revision", "r1"}}),
            "2026-11-22T20:14:00.123Z warning revision applied namespace=shop name=staging revision=r1");
}

TEST(TextLine, has_a_word_for_every_level) {
  EXPECT_THAT(text_line(ports::LogLevel::Debug, "m"), HasSubstr(" debug "));
  EXPECT_THAT(text_line(ports::LogLevel::Info, "m"), HasSubstr(" info "));
  EXPECT_THAT(text_line(ports::LogLevel::Warning, "m"), HasSubstr(" warning "));
  EXPECT_THAT(text_line(ports::LogLevel::Error, "m"), HasSubstr(" error "));
}

TEST(JsonLine, is_one_object_with_its_keys_in_order) {
  EXPECT_EQ(format_line(LogFormat::Json, kTime, ports::LogLevel::Error, "no",
                        {{"namespace", "shop"}, {"error", "a \"b\"\nc"}}),
            R"({"time":"2026-11-22T20:14:00.123Z","level":"error","msg":"no",)"
            R"("namespace":"shop","error":"a \"b\"\nc"})");
}

TEST(JsonLine, survives_bytes_that_are_no_text) {
  const auto line = json_line({{"error", "caf\xe9 \xff"}});
  EXPECT_THAT(line["error"].get<std::string>(), HasSubstr("caf"));
}

TEST(JsonLine, keeps_every_value_as_text) {
  const auto line = json_line({{"duration_ms", "12"}});
  EXPECT_TRUE(line["duration_ms"].is_string());
}

class StandardError : public testing::Test {
 protected:
  std::string written_by(LogFormat format, ports::LogLevel least) {
    testing::internal::CaptureStderr();
    {
      const auto log = make_log(format, least, clock_);
      log->write(ports::LogLevel::Debug, "the debug line", {});
      log->write(ports::LogLevel::Info, "the info line", {{"percent", "100%v {}"}});
      log->write(ports::LogLevel::Error, "the error line", {});
    }
    return testing::internal::GetCapturedStderr();
  }
  fakes::FakeClock clock_;
};

TEST_F(StandardError, gets_a_line_each_with_the_clocks_time) {
  EXPECT_EQ(written_by(LogFormat::Text, ports::LogLevel::Debug),
            "2026-11-18T11:06:40.000Z debug   the debug line\n"
            "2026-11-18T11:06:40.000Z info    the info line percent=\"100%v {}\"\n"
            "2026-11-18T11:06:40.000Z error   the error line\n");
}

TEST_F(StandardError, gets_no_line_below_the_level_asked_for) {
  const std::string written = written_by(LogFormat::Json, ports::LogLevel::Error);
  EXPECT_THAT(written, HasSubstr("the error line"));
  EXPECT_THAT(written, Not(HasSubstr("the info line")));
  EXPECT_THAT(written, Not(HasSubstr("the debug line")));
}

TEST_F(StandardError, gets_json_that_parses_line_by_line) {
  std::istringstream lines(written_by(LogFormat::Json, ports::LogLevel::Debug));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_EQ(nlohmann::json::parse(line)["time"], "2026-11-18T11:06:40.000Z");
  }
  EXPECT_EQ(count, 3);
}

}  // namespace
}  // namespace athanor::cli
