// events_between(): transitions are told, states are not.
#include "controller/announcer.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/condition_rules.hpp"
#include "unit/controller/outcomes.hpp"
#include "unit/sentence.hpp"

namespace athanor::controller {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A status with the conditions that a verdict gives.
api::Status status_of(const Verdict& verdict, const api::Status& previous = {}) {
  api::Status status = previous;
  status.conditions = next_conditions(previous.conditions, verdict, 1, "2026-11-22T20:00:00Z");
  return status;
}

Verdict well() {
  Verdict verdict;
  verdict.summary = "The database is at r2, as the target asks; verified.";
  verdict.drift = {ConditionStatus::False, "InSync", "The database's history is the set's.", {}};
  return verdict;
}
Verdict failing(ErrorKind kind, std::string reason, std::string message) {
  Verdict verdict = well();
  verdict.failure = Error{kind, std::move(reason), std::move(message), {}};
  return verdict;
}
Verdict drifted() {
  Verdict verdict = failing(ErrorKind::Terminal, "EditedRevision", "r1 was edited.");
  verdict.drift = {ConditionStatus::True, "HistoryEdited", "r1 was edited.", {"r1"}};
  return verdict;
}
Verdict out(std::uint32_t checks) {
  Verdict verdict = failing(ErrorKind::Transient, "DatabaseUnreachable", "Connection refused.");
  verdict.database_unreachable = true;
  verdict.failed_checks = checks;
  verdict.drift = Drift{};
  return verdict;
}
Verdict running() {
  Verdict verdict = well();
  verdict.phase = Phase::Running;
  verdict.summary = "Applying r3 (1 of 2)";
  return verdict;
}

struct Told {
  ports::EventType type;
  std::string reason;
  std::string part;  ///< of the note
};

struct Case {
  std::string sentence;
  api::Status previous;
  api::Status next;
  std::optional<engine::Outcome> outcome;
  std::vector<Told> told;
};

class Announcer : public testing::TestWithParam<Case> {};

TEST_P(Announcer, Tells) {
  const Case& expected = GetParam();
  ports::ObjectMeta regarding;
  regarding.key = {"shop", "staging"};
  const auto events = events_between(regarding, expected.previous, expected.next, expected.outcome);
  ASSERT_EQ(events.size(), expected.told.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].regarding.key, regarding.key);
    EXPECT_EQ(events[i].type, expected.told[i].type);
    EXPECT_EQ(events[i].reason, expected.told[i].reason);
    EXPECT_FALSE(events[i].action.empty());
    EXPECT_THAT(events[i].note, HasSubstr(expected.told[i].part));
  }
}

constexpr auto kNormal = ports::EventType::Normal;
constexpr auto kWarning = ports::EventType::Warning;

INSTANTIATE_TEST_SUITE_P(
    Sentences, Announcer,
    testing::Values(
        Case{"nothing where all stays well", status_of(well()), status_of(well(), status_of(well())), {}, {}},
        Case{"nothing where the same failure goes on",
             status_of(failing(ErrorKind::Terminal, "SqlError", "x")),
             status_of(failing(ErrorKind::Terminal, "SqlError", "x")),
             {},
             {}},
        Case{"nothing where only the words of a failure differ",
             status_of(failing(ErrorKind::Transient, "DatabaseUnreachable", "one address")),
             status_of(failing(ErrorKind::Transient, "DatabaseUnreachable", "another address")),
             {},
             {}},
        Case{"a new environment that is ready",
             {},
             status_of(well()),
             {},
             {{kNormal, "Ready", "The database is at r2"}}},
        Case{"a run, and that it made the environment ready",
             {},
             status_of(well()),
             outcome_of({{"r1", Direction::Upgrade, {}, ""}, {"r2", Direction::Upgrade, {}, ""}}, {"r2"}),
             {{kNormal, "Migrated", "Applied r1, r2. The database is at r2."}, {kNormal, "Ready", ""}}},
        Case{"a run back to base",
             status_of(well()),
             status_of(well()),
             outcome_of({{"r1", Direction::Downgrade, {}, ""}}, {}),
             {{kNormal, "Migrated", "Undid r1. The database is at base."}}},
        Case{"no run where nothing was applied before it failed",
             status_of(well()),
             status_of(failing(ErrorKind::Terminal, "SqlError", "r1 failed"), status_of(well())),
             outcome_of({}, {}),
             {{kWarning, "SqlError", "r1 failed"}}},
        Case{"what was applied before it failed, and the failure",
             status_of(well()),
             status_of(failing(ErrorKind::Terminal, "SqlError", "r4 failed"), status_of(well())),
             outcome_of({{"r3", Direction::Upgrade, {}, ""}}, {"r3"}),
             {{kNormal, "Migrated", "Applied r3"}, {kWarning, "SqlError", "r4 failed"}}},
        Case{"another reason for not being ready",
             status_of(failing(ErrorKind::Transient, "SecretMissing", "no Secret")),
             status_of(failing(ErrorKind::Transient, "AuthenticationFailed", "wrong password")),
             {},
             {{kWarning, "AuthenticationFailed", "wrong password"}}},
        Case{"ready again",
             status_of(failing(ErrorKind::Terminal, "SqlError", "x")),
             status_of(well()),
             {},
             {{kNormal, "Ready", ""}}},
        Case{"suspension is nothing to warn of",
             status_of(well()),
             status_of(failing(ErrorKind::Blocked, "Suspended", "2 revision(s) pending")),
             {},
             {{kNormal, "Suspended", "2 revision(s) pending"}}},
        Case{"a policy that says no is worth a warning",
             status_of(well()),
             status_of(failing(ErrorKind::Blocked, "DowngradeDenied", "ahead")),
             {},
             {{kWarning, "DowngradeDenied", "ahead"}}},
        Case{"nothing for progress of a run", status_of(well()), status_of(running()), {}, {}},
        Case{"ready after a run whose progress was written",
             status_of(running()),
             status_of(well()),
             outcome_of({{"r3", Direction::Upgrade, {}, ""}}, {"r3"}),
             {{kNormal, "Migrated", ""}, {kNormal, "Ready", ""}}},
        Case{"drift beside the failure that it causes",
             status_of(well()),
             status_of(drifted(), status_of(well())),
             {},
             {{kWarning, "EditedRevision", "r1 was edited."},
              {kWarning, "Drifted", "HistoryEdited: r1 was edited."}}},
        Case{"drift that is gone",
             status_of(drifted()),
             status_of(well(), status_of(drifted())),
             {},
             {{kNormal, "Ready", ""}, {kNormal, "DriftResolved", ""}}},
        Case{"an outage that Ready forgives is told all the same",
             status_of(well()),
             status_of(out(1), status_of(well())),
             {},
             {{kWarning, "DatabaseUnreachable", "Connection refused."}}},
        Case{"and not told again at the second check",
             status_of(out(1), status_of(well())),
             status_of(out(2), status_of(out(1), status_of(well()))),
             {},
             {}},
        Case{"a drift check that failed is no news of its own",
             status_of(out(3)),
             status_of(out(4), status_of(out(3))),
             {},
             {}}),
    sentence_name<Case>);

}  // namespace
}  // namespace athanor::controller
