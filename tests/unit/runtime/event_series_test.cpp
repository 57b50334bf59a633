#include "runtime/event_series.hpp"

#include <gtest/gtest.h>

#include "unit/runtime/support.hpp"

namespace athanor::runtime {
namespace {

using namespace std::chrono_literals;

constexpr ports::WallTime kWall{1'795'000'000s};

ports::Event event(std::string note = "applied 3f2a", std::string name = "staging") {
  ports::Event event;
  event.regarding.key = key(std::move(name));
  event.regarding.uid = "uid of " + event.regarding.key.name;
  event.reason = "Applied";
  event.action = "Migrate";
  event.note = std::move(note);
  return event;
}

class EventSeriesTest : public testing::Test {
 protected:
  EventSeries::Verdict fold(const ports::Event& told, ports::Millis when) {
    return series_.fold(told, at(when), kWall + when);
  }
  EventSeries series_{"operator-1"};
};

TEST_F(EventSeriesTest, CreatesTheFirstEventWithoutASeries) {
  const auto verdict = fold(event(), 0s);
  ASSERT_TRUE(verdict.write);
  EXPECT_FALSE(verdict.write->update);
  const ports::EventRecord& record = verdict.write->record;
  EXPECT_EQ(record.series_count, 0);
  EXPECT_EQ(record.event_time, "2026-11-18T11:06:40.000000Z");
  EXPECT_EQ(record.reporting_instance, "operator-1");
  EXPECT_EQ(record.event.note, "applied 3f2a");
  EXPECT_EQ(record.event.regarding.uid, "uid of staging");
}

TEST_F(EventSeriesTest, CountsRepeatsAndWritesThemOnceTheIntervalHasPassed) {
  const std::string name = fold(event(), 0s).write->record.name;
  EXPECT_FALSE(fold(event(), 10s).write);
  EXPECT_FALSE(fold(event(), 20s).write);
  EXPECT_EQ(series_.next_due(), at(60s));
  EXPECT_TRUE(series_.due(at(59s)).empty());
  const auto writes = series_.due(at(60s));
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_TRUE(writes[0].update);
  EXPECT_EQ(writes[0].record.name, name);
  EXPECT_EQ(writes[0].record.series_count, 3);
  EXPECT_EQ(writes[0].record.event_time, "2026-11-18T11:06:40.000000Z");
  EXPECT_EQ(writes[0].record.last_observed, "2026-11-18T11:07:00.000000Z");
  EXPECT_TRUE(series_.due(at(2min)).empty()) << "nothing new to say";
}

TEST_F(EventSeriesTest, WritesARepeatAtOnceWhenTheLastWriteWasLongAgo) {
  (void)fold(event(), 0s);
  const auto verdict = fold(event(), 5min);
  ASSERT_TRUE(verdict.write);
  EXPECT_TRUE(verdict.write->update);
  EXPECT_EQ(verdict.write->record.series_count, 2);
}

TEST_F(EventSeriesTest, BeginsANewEventAfterALongSilence) {
  const std::string first = fold(event(), 0s).write->record.name;
  const auto verdict = fold(event(), 6min);
  ASSERT_TRUE(verdict.write);
  EXPECT_FALSE(verdict.write->update);
  EXPECT_NE(verdict.write->record.name, first);
}

TEST_F(EventSeriesTest, ForgetsWhatHasBeenQuietForLong) {
  (void)fold(event(), 0s);
  EXPECT_EQ(series_.next_due(), at(6min));
  (void)series_.due(at(6min));
  EXPECT_EQ(series_.size(), 0U);
  EXPECT_EQ(series_.next_due(), std::nullopt);
}

struct Difference {
  std::string name;
  std::function<void(ports::Event&)> change;
};
class EventsThatDiffer : public testing::TestWithParam<Difference> {};

TEST_P(EventsThatDiffer, AreNoRepeats) {
  EventSeries series("operator-1");
  const auto first = series.fold(event(), at(0s), kWall);
  ports::Event other = event();
  GetParam().change(other);
  const auto second = series.fold(other, at(0s), kWall);
  ASSERT_TRUE(second.write);
  EXPECT_FALSE(second.write->update);
  EXPECT_NE(second.write->record.name, first.write->record.name);
}

INSTANTIATE_TEST_SUITE_P(
    EventSeries, EventsThatDiffer,
    testing::Values(Difference{"in_the_object", [](ports::Event& e) { e.regarding.uid = "made anew"; }},
                    Difference{"in_the_type", [](ports::Event& e) { e.type = ports::EventType::Warning; }},
                    Difference{"in_the_reason", [](ports::Event& e) { e.reason = "Failed"; }},
                    Difference{"in_the_action", [](ports::Event& e) { e.action = "Observe"; }},
                    Difference{"in_the_note", [](ports::Event& e) { e.note = "applied 8e1d"; }}),
    [](const auto& param) { return param.param.name; });

TEST_F(EventSeriesTest, NamesTheSameEventTheSameSoThatARepeatedPostIsTheSameAct) {
  EventSeries twin("operator-1");
  const std::string name = fold(event(), 0s).write->record.name;
  EXPECT_EQ(twin.fold(event(), at(9h), kWall).write->record.name, name);
  EXPECT_TRUE(name.starts_with("staging.")) << name;
  EventSeries other_process("operator-2");
  EXPECT_NE(other_process.fold(event(), at(0s), kWall).write->record.name, name);
}

TEST_F(EventSeriesTest, KeepsNamesWithinWhatTheApiTakes) {
  const std::string name =
      fold(event("note", std::string(235, 'a') + ".-" + std::string(10, 'b')), 0s).write->record.name;
  EXPECT_EQ(name.substr(0, 236), std::string(235, 'a') + ".");
  EXPECT_EQ(name.size(), 235U + 17U);
  EXPECT_LE(name.size(), 253U);
}

TEST_F(EventSeriesTest, LeavesLabelsAndAnnotationsAtHome) {
  ports::Event told = event();
  told.regarding.labels["app"] = "shop";
  told.regarding.annotations["note"] = "long";
  const auto verdict = fold(told, 0s);
  EXPECT_TRUE(verdict.write->record.event.regarding.labels.empty());
  EXPECT_TRUE(verdict.write->record.event.regarding.annotations.empty());
}

TEST_F(EventSeriesTest, LimitsHowMuchOneObjectTells) {
  for (int i = 0; i < 25; ++i) EXPECT_TRUE(fold(event("note " + std::to_string(i)), 0s).write);
  const auto verdict = fold(event("one too many"), 0s);
  EXPECT_FALSE(verdict.write);
  EXPECT_TRUE(verdict.over_limit);
  EXPECT_TRUE(fold(event("note", "another object"), 0s).write);
  EXPECT_FALSE(fold(event("still too many"), 299s).write);
  EXPECT_TRUE(fold(event("one more after five minutes"), 301s).write);
}

TEST_F(EventSeriesTest, KeepsALimitThatIsUsedUpWhileItForgetsOthers) {
  for (int i = 0; i < 25; ++i) (void)fold(event("note " + std::to_string(i)), 0s);
  (void)series_.due(at(4min));
  EXPECT_TRUE(fold(event("one too many"), 4min).over_limit);
}

TEST_F(EventSeriesTest, RemembersABoundedNumberOfSeriesAndForgetsTheQuietest) {
  EventSeries small("operator-1", {.most_series = 2});
  (void)small.fold(event("a"), at(0s), kWall);
  (void)small.fold(event("b"), at(1s), kWall);
  (void)small.fold(event("a"), at(2s), kWall);
  (void)small.fold(event("c"), at(3s), kWall);
  EXPECT_EQ(small.size(), 2U);
  EXPECT_FALSE(small.fold(event("a"), at(4s), kWall).write) << "still known";
  EXPECT_FALSE(small.fold(event("b"), at(5s), kWall).write->update) << "forgotten";
}

TEST_F(EventSeriesTest, WritesTheCountsThatAreStillOpenAtTheEnd) {
  (void)fold(event(), 0s);
  (void)fold(event(), 1s);
  const auto writes = series_.drain();
  ASSERT_EQ(writes.size(), 1U);
  EXPECT_EQ(writes[0].record.series_count, 2);
  EXPECT_TRUE(series_.drain().empty());
}

struct Cut {
  std::string name;
  std::string text;
  std::size_t limit;
  std::string expected;
};
class CutUtf8 : public testing::TestWithParam<Cut> {};

TEST_P(CutUtf8, EndsWhereACharacterEnds) {
  const std::string cut = cut_utf8(GetParam().text, GetParam().limit);
  EXPECT_EQ(cut, GetParam().expected);
  EXPECT_LE(cut.size(), GetParam().limit);
}

INSTANTIATE_TEST_SUITE_P(EventSeries, CutUtf8,
                         testing::Values(Cut{"what_fits_stays_whole", "abcdef", 6, "abcdef"},
                                         Cut{"ascii", "abcdefgh", 6, "abc…"},
                                         Cut{"before_a_two_byte_character", "aaéé", 5, "aa…"},
                                         Cut{"before_a_three_byte_character", "a€€€", 6, "a…"},
                                         Cut{"before_a_four_byte_character", "😀😀", 7, "😀…"},
                                         Cut{"without_room_for_an_ellipsis", "éé", 2, "é"},
                                         Cut{"without_room_for_anything", "éé", 1, ""},
                                         Cut{"of_nothing", "", 3, ""}),
                         [](const auto& param) { return param.param.name; });

TEST_F(EventSeriesTest, CutsNotesAt1024Bytes) {
  const auto verdict = fold(event(std::string(5000, 'x')), 0s);
  EXPECT_EQ(verdict.write->record.event.note.size(), 1024U);
}

}  // namespace
}  // namespace athanor::runtime
