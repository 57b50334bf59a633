#include "runtime/watch_machine.hpp"

#include <gtest/gtest.h>

namespace athanor::runtime::watch {

// Readable failures.
void PrintTo(const State& state, std::ostream* out) {
  *out << "phase " << state.phase.index() << ", " << state.failures << " failures, " << state.expiries
       << " expiries";
}

namespace {

using namespace std::chrono_literals;

Error error(std::string reason, ErrorKind kind = ErrorKind::Transient) {
  return {kind, std::move(reason), "it failed"};
}

State watching(std::string version, std::uint32_t failures = 0) {
  return {Watching{std::move(version)}, failures};
}

template <class T>
const T* action(const Step& step) {
  for (const Action& each : step.actions) {
    if (const T* found = std::get_if<T>(&each)) return found;
  }
  return nullptr;
}

std::string restart_reason(const Step& step) {
  const auto* restart = action<CountRestart>(step);
  return restart == nullptr ? "" : restart->reason;
}

TEST(WatchMachine, BeginsWithTheFirstPageOf500) {
  const Step first = start();
  EXPECT_EQ(first.state, (State{Listing{}, 0}));
  EXPECT_EQ(first.actions, std::vector<Action>{(FetchPage{500, ""})});
}

TEST(WatchMachine, FetchesThePageThatTheOneBeforePointsAt) {
  const Step next = step(start().state, PageArrived{"v7", "token"}, 0);
  EXPECT_EQ(next.state, (State{Listing{"token"}, 0}));
  EXPECT_EQ(next.actions, std::vector<Action>{(FetchPage{500, "token"})});
}

TEST(WatchMachine, FinishesTheListBeforeItWatchesFromTheListsVersion) {
  const Step next = step({Listing{"token"}, 0}, PageArrived{"v7", ""}, 0);
  EXPECT_EQ(next.state, watching("v7"));
  EXPECT_EQ(next.actions, (std::vector<Action>{FinishList{}, OpenWatch{"v7", 300s, kIdleTimeout}}));
}

TEST(WatchMachine, AsksTheServerToEndTheWatchAfterARandomTimeBetween300And600Seconds) {
  const auto timeout = [](double uniform) {
    return action<OpenWatch>(step(start().state, PageArrived{"v7", ""}, uniform))->server_timeout;
  };
  EXPECT_EQ(timeout(0), 300s);
  EXPECT_EQ(timeout(0.5), 450s);
  EXPECT_EQ(timeout(0.9999999), 600s);
}

TEST(WatchMachine, GivesADeadConnectionUpSoonerThanTheServersTimeout) {
  EXPECT_LT(action<OpenWatch>(step(start().state, PageArrived{"v7", ""}, 0))->idle_timeout, kShortestTimeout);
}

TEST(WatchMachine, TakesTheVersionOfEveryEventAndBookmarkAsItStands) {
  // Opaque: longer, shorter, not a number, or "smaller" than before.
  State state = watching("1000");
  for (const char* version : {"999", "not-a-number", "5"}) {
    const Step next = step(std::move(state), EventArrived{version}, 0);
    EXPECT_TRUE(next.actions.empty());
    state = next.state;
    EXPECT_EQ(state, watching(version));
  }
}

TEST(WatchMachine, KeepsItsVersionWhenAnEventHasNone) {
  EXPECT_EQ(step(watching("v7"), EventArrived{""}, 0).state, watching("v7"));
}

TEST(WatchMachine, WatchesAgainAtOnceFromTheLastVersionWhenTheServerEndsTheWatch) {
  State state = step(watching("v7"), EventArrived{"v9"}, 0).state;
  const Step next = step(std::move(state), WatchEnded{400s}, 0.5);
  EXPECT_EQ(next.state, watching("v9"));
  EXPECT_EQ(next.actions, (std::vector<Action>{CountRestart{"Ended"}, OpenWatch{"v9", 450s, kIdleTimeout}}));
}

TEST(WatchMachine, ListsAgainAtOnceWhenTheWatchesVersionHasExpired) {
  const Step next = step(watching("v7"), WatchFailed{error("Expired")}, 0);
  EXPECT_EQ(next.state, (State{Listing{}, 0, 1}));
  EXPECT_EQ(next.actions, (std::vector<Action>{CountRestart{"Expired"}, FetchPage{500, ""}}));
}

TEST(WatchMachine, BeginsTheListAnewWhenAContinueTokenHasExpired) {
  const Step next = step({Listing{"old token"}, 0}, ListFailed{error("Expired")}, 0);
  EXPECT_EQ(next.state, (State{Listing{}, 0, 1}));
  EXPECT_EQ(next.actions, (std::vector<Action>{CountRestart{"Expired"}, FetchPage{500, ""}}));
}

TEST(WatchMachine, WaitsBeforeItListsAgainWhenEveryVersionExpires) {
  State state = step(watching("v7"), WatchFailed{error("Expired")}, 0).state;
  state = step(std::move(state), PageArrived{"v8", ""}, 0).state;
  const Step next = step(std::move(state), WatchFailed{error("Expired")}, 0);
  EXPECT_EQ(next.state.phase, (decltype(State::phase){Waiting{std::nullopt}}));
  ASSERT_NE(action<Wait>(next), nullptr);
  EXPECT_EQ(action<Wait>(next)->duration, 800ms);
}

TEST(WatchMachine, WaitsLongerWithEachVersionThatExpiresAndForgetsItOnceSomethingIsSeen) {
  State state = watching("v7");
  state.expiries = 1;
  for (const ports::Millis wait : {800ms, 1600ms, 3200ms}) {
    const Step next = step(std::move(state), WatchFailed{error("Expired")}, 0);
    EXPECT_EQ(action<Wait>(next)->duration, wait);
    state = step(step(next.state, WaitOver{}, 0).state, PageArrived{"v8", ""}, 0).state;
  }
  state = step(std::move(state), EventArrived{"v9"}, 0).state;
  EXPECT_EQ(step(std::move(state), WatchFailed{error("Expired")}, 0).actions,
            (std::vector<Action>{CountRestart{"Expired"}, FetchPage{500, ""}}));
}

TEST(WatchMachine, ListsAtOnceAfterAnOutageInWhichTheVersionExpired) {
  State state = watching("v7");
  for (int refusal = 0; refusal < 6; ++refusal) {
    const Step refused = step(std::move(state), WatchFailed{error("ApiUnavailable")}, 0);
    state = step(refused.state, WaitOver{}, 0).state;
  }
  const Step next = step(std::move(state), WatchFailed{error("Expired")}, 0);
  EXPECT_EQ(next.state, (State{Listing{}, 0, 1})) << "the server answers again: the outage is over";
  EXPECT_EQ(next.actions, (std::vector<Action>{CountRestart{"Expired"}, FetchPage{500, ""}}));
}

TEST(WatchMachine, WatchesAgainAtOnceFromTheSameVersionHoweverOftenAWatchIsIdle) {
  State state = watching("v7", 5);
  for (int quiet = 0; quiet < 10; ++quiet) {
    const Step next = step(std::move(state), WatchFailed{error("WatchIdle")}, 0.5);
    EXPECT_EQ(next.actions,
              (std::vector<Action>{CountRestart{"WatchIdle"}, OpenWatch{"v7", 450s, kIdleTimeout}}));
    state = next.state;
    EXPECT_EQ(state, watching("v7"));
  }
}

struct Refusal {
  std::string name;
  Error error;
  std::optional<std::string> resumes_from;  ///< nullopt: lists again
};
class RefusedWatch : public testing::TestWithParam<Refusal> {};

TEST_P(RefusedWatch, WaitsAndThenGoesOn) {
  const Step refused = step(watching("v7"), WatchFailed{GetParam().error}, 0);
  EXPECT_EQ(refused.state, (State{Waiting{GetParam().resumes_from}, 1}));
  EXPECT_EQ(refused.actions, (std::vector<Action>{CountRestart{GetParam().error.reason}, Wait{800ms}}));

  const Step after = step(refused.state, WaitOver{}, 0);
  if (GetParam().resumes_from) {
    EXPECT_EQ(after.actions, std::vector<Action>{(OpenWatch{"v7", 300s, kIdleTimeout})});
  } else {
    EXPECT_EQ(after.actions, std::vector<Action>{(FetchPage{500, ""})});
  }
}

INSTANTIATE_TEST_SUITE_P(
    WatchMachine, RefusedWatch,
    testing::Values(Refusal{"from_the_last_version_when_the_server_is_gone_or_busy", error("ApiUnavailable"),
                            "v7"},
                    Refusal{"from_the_last_version_when_it_was_forbidden", error("Forbidden"), "v7"},
                    Refusal{"with_a_list_when_the_kind_is_unknown", error("NotFound"), std::nullopt},
                    Refusal{"with_a_list_when_the_request_was_rejected",
                            error("ApiRejected", ErrorKind::Terminal), std::nullopt}),
    [](const auto& param) { return param.param.name; });

TEST(WatchMachine, WaitsLongerWithEachRefusalUpToThirtySecondsAndAsMuchAgainByJitter) {
  State state = watching("v7");
  const std::vector<ports::Millis> expected{800ms, 1600ms, 3200ms, 6400ms, 12800ms, 25600ms, 30s, 30s};
  for (const ports::Millis wait : expected) {
    const Step refused = step(std::move(state), WatchFailed{error("ApiUnavailable")}, 0);
    EXPECT_EQ(action<Wait>(refused)->duration, wait);
    state = step(refused.state, WaitOver{}, 0).state;
  }
  const Step jittered = step(std::move(state), WatchFailed{error("ApiUnavailable")}, 0.9999999);
  EXPECT_GT(action<Wait>(jittered)->duration, 59s);
  EXPECT_LE(action<Wait>(jittered)->duration, 60s);
}

TEST(WatchMachine, WaitsLongerWithEachFailedListToo) {
  State state = start().state;
  for (const ports::Millis wait : {800ms, 1600ms, 3200ms}) {
    const Step refused = step(std::move(state), ListFailed{error("ApiUnavailable")}, 0);
    EXPECT_EQ(restart_reason(refused), "ApiUnavailable");
    EXPECT_EQ(action<Wait>(refused)->duration, wait);
    const Step after = step(refused.state, WaitOver{}, 0);
    EXPECT_EQ(after.actions, std::vector<Action>{(FetchPage{500, ""})});
    state = after.state;
  }
}

TEST(WatchMachine, WaitsBrieflyAgainOnceSomethingWasSeen) {
  State state = step(watching("v7", 6), EventArrived{"v8"}, 0).state;
  EXPECT_EQ(state.failures, 0U);
  EXPECT_EQ(action<Wait>(step(std::move(state), WatchFailed{error("ApiUnavailable")}, 0))->duration, 800ms);
}

TEST(WatchMachine, DoesNotTakeAListForAWorkingWatch) {
  const Step listed = step({Listing{}, 4}, PageArrived{"v7", ""}, 0);
  EXPECT_EQ(listed.state.failures, 4U);
}

TEST(WatchMachine, WaitsBeforeItAsksAServerAgainThatEndsWatchesAtOnce) {
  const Step ended = step(watching("v7"), WatchEnded{999ms}, 0);
  EXPECT_EQ(ended.state, (State{Waiting{"v7"}, 1}));
  EXPECT_EQ(ended.actions, (std::vector<Action>{CountRestart{"ShortWatch"}, Wait{800ms}}));
  EXPECT_EQ(step(watching("v7", 1), WatchEnded{999ms}, 0).state.failures, 2U);
}

TEST(WatchMachine, StaysWhereItIsOnAnAnswerToAQuestionThatWasNotAsked) {
  const Step same = step({Waiting{"v7"}, 2}, EventArrived{"v9"}, 0);
  EXPECT_EQ(same.state, (State{Waiting{"v7"}, 2}));
  EXPECT_TRUE(same.actions.empty());
}

}  // namespace
}  // namespace athanor::runtime::watch
