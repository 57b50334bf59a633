// decide(): every gate of the planner, and the order they stand in.
#include "core/planner.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "unit/core/observations.hpp"

namespace athanor {
namespace {

struct Case {
  std::string sentence;
  std::function<void(Observation&)> change;
  Action action;
  std::string reason;  ///< of the hold; empty: none
  ErrorKind kind;      ///< of the hold
  std::string drift;   ///< reason
  std::vector<std::string> plan;
};

class Planner : public testing::TestWithParam<Case> {};

TEST_P(Planner, Decides) {
  const Case& expected = GetParam();
  Observation observation = one_pending();
  expected.change(observation);
  const Decision decision = decide(observation);
  EXPECT_EQ(decision.action, expected.action);
  EXPECT_EQ(decision.hold ? decision.hold->reason : "", expected.reason);
  if (decision.hold) {
    EXPECT_EQ(decision.hold->kind, expected.kind);
    EXPECT_FALSE(decision.hold->message.empty());
  }
  EXPECT_EQ(decision.drift.reason, expected.drift);
  std::vector<std::string> steps;
  for (const auto& step : decision.plan.steps) steps.push_back(step.revision);
  EXPECT_EQ(steps, expected.plan);
}

constexpr auto kNone = ErrorKind::Terminal;

INSTANTIATE_TEST_SUITE_P(
    Sentences, Planner,
    testing::Values(
        Case{"applies what is pending", [](Observation&) {}, Action::Migrate, "", kNone, "InSync", {"r3"}},
        Case{"does nothing where the target is reached",
             [](Observation& o) { o.wanted.target = "r2"; },
             Action::None,
             "",
             kNone,
             "InSync",
             {}},
        Case{"starts from an empty database",
             [](Observation& o) {
               o.database = DatabaseState{};
               o.last_known_rows = {};
             },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r1", "r2", "r3"}},
        Case{"holds what is pending while suspended",
             [](Observation& o) { o.wanted.suspended = true; },
             Action::Hold,
             "Suspended",
             ErrorKind::Blocked,
             "InSync",
             {"r3"}},
        Case{"is fine with suspension where nothing is pending",
             [](Observation& o) {
               o.wanted.suspended = true;
               o.wanted.target = "r2";
             },
             Action::None,
             "",
             kNone,
             "InSync",
             {}},
        Case{"acts on no other digest than the one asked for",
             [](Observation& o) { o.wanted.digest = "sha256:" + std::string(64, '0'); },
             Action::Hold,
             "DigestMismatch",
             ErrorKind::Blocked,
             "InSync",
             {"r3"}},
        Case{"acts on the digest asked for",
             [](Observation& o) { o.wanted.digest = o.inputs->digest; },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r3"}},
        Case{"passes on that a ConfigMap is missing",
             [](Observation& o) { o.inputs = fail(ErrorKind::Transient, "ConfigMapMissing", "gone"); },
             Action::Hold,
             "ConfigMapMissing",
             ErrorKind::Transient,
             "CheckFailed",
             {}},
        Case{"stalls on a graph error once the inputs are quiet",
             [](Observation& o) { o.inputs = fail(ErrorKind::Terminal, "MissingParent", "r9"); },
             Action::Hold,
             "MissingParent",
             ErrorKind::Terminal,
             "CheckFailed",
             {}},
        Case{"gives no verdict on a graph error while inputs arrive",
             [](Observation& o) {
               o.inputs = fail(ErrorKind::Terminal, "MissingParent", "r9");
               o.inputs_settled = false;
             },
             Action::Hold,
             "MissingParent",
             ErrorKind::Transient,
             "CheckFailed",
             {}},
        Case{"never downgrades for a set that is empty",
             [](Observation& o) { o.inputs = fail(ErrorKind::Terminal, "NoRevisions", "none"); },
             Action::Hold,
             "NoRevisions",
             ErrorKind::Terminal,
             "CheckFailed",
             {}},
        Case{"tells what is pending while the database is down",
             [](Observation& o) { o.database = fail(ErrorKind::Transient, "DatabaseUnreachable", "down"); },
             Action::Hold,
             "DatabaseUnreachable",
             ErrorKind::Transient,
             "CheckFailed",
             {"r3"}},
        Case{"keeps away from another's database",
             [](Observation& o) {
               o.ownership = fail(ErrorKind::Terminal, "DatabaseOwnedElsewhere", "theirs");
             },
             Action::Hold,
             "DatabaseOwnedElsewhere",
             ErrorKind::Terminal,
             "CheckFailed",
             {}},
        Case{"stalls on a version row that nobody knows",
             [](Observation& o) { o.database->version_rows = {"zz"}; },
             Action::Hold,
             "UnknownRevision",
             ErrorKind::Terminal,
             "UnknownRevision",
             {}},
        Case{"waits for a set that lacks the database's revision while inputs arrive",
             [](Observation& o) {
               o.database->version_rows = {"zz"};
               o.inputs_settled = false;
             },
             Action::Hold,
             "UnknownRevision",
             ErrorKind::Transient,
             "UnknownRevision",
             {}},
        Case{"stalls on an edited revision",
             [](Observation& o) { o.database->applied["r1"].checksum = "other"; },
             Action::Hold,
             "EditedRevision",
             ErrorKind::Terminal,
             "HistoryEdited",
             {}},
        Case{"goes on over an edited revision where the policy says Warn",
             [](Observation& o) {
               o.database->applied["r1"].checksum = "other";
               o.wanted.policy.edited_revision = Policy::EditedRevision::Warn;
             },
             Action::Migrate,
             "",
             kNone,
             "HistoryEdited",
             {"r3"}},
        Case{"takes a stamped revision, which has no checksum, as it is",
             [](Observation& o) { o.database->applied["r1"].checksum = ""; },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r3"}},
        Case{"goes on from the version table where the ledger was lost",
             [](Observation& o) {
               o.database->applied.clear();
               o.database->ledger_exists = false;
             },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r3"}},
        Case{"refuses a relative target",
             [](Observation& o) { o.wanted.target = "+1"; },
             Action::Hold,
             "InvalidTarget",
             ErrorKind::Terminal,
             "InSync",
             {}},
        Case{"denies a downgrade unless the policy allows it",
             [](Observation& o) { o.wanted.target = "r1"; },
             Action::Hold,
             "DowngradeDenied",
             ErrorKind::Blocked,
             "DatabaseAhead",
             {}},
        Case{"downgrades to an explicit id where the policy allows it",
             [](Observation& o) {
               o.wanted.target = "r1";
               o.wanted.policy.downgrade = Policy::Downgrade::Allow;
             },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r2"}},
        Case{"downgrades to base where the policy allows it",
             [](Observation& o) {
               o.wanted.target = "base";
               o.wanted.policy.downgrade = Policy::Downgrade::Allow;
             },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r2", "r1"}},
        Case{"never takes a vanished file for a downgrade",
             [](Observation& o) {
               o.inputs = inputs_of({revision("r1", {})});
               o.wanted.policy.downgrade = Policy::Downgrade::Allow;
             },
             Action::Hold,
             "UnknownRevision",
             ErrorKind::Terminal,
             "UnknownRevision",
             {}},
        Case{"does not run again what failed for these very inputs",
             [](Observation& o) {
               o.remembered = Error{ErrorKind::Terminal, "SqlError", "line 3", {}};
             },
             Action::Hold,
             "SqlError",
             ErrorKind::Terminal,
             "InSync",
             {"r3"}},
        Case{"tells that a database was taken back behind our back, and brings it forward",
             [](Observation& o) { o.database->version_rows = {"r1"}; },
             Action::Migrate,
             "",
             kNone,
             "DatabaseBehind",
             {"r2", "r3"}},
        Case{"goes on telling it while nobody has brought it forward",
             [](Observation& o) {
               o.database->version_rows = {"r1"};
               o.last_known_rows = {"r1"};
               o.wanted.suspended = true;
             },
             Action::Hold,
             "Suspended",
             ErrorKind::Blocked,
             "DatabaseBehind",
             {"r2", "r3"}},
        Case{"goes on telling it of a restored backup, whose ledger knows nothing of it",
             [](Observation& o) {
               o.database->version_rows = {"r1"};
               o.database->applied.erase("r2");
               o.last_known_rows = {"r1"};
               o.known_lost = {"r2"};
             },
             Action::Migrate,
             "",
             kNone,
             "DatabaseBehind",
             {"r2", "r3"}},
        Case{"tells it of the same database for another spec",
             [](Observation& o) {
               o.database->version_rows = {"r1"};
               o.database->applied.clear();
               o.last_known_rows = {"r1"};
               o.known_lost = {"r2"};
               o.same_spec = false;
             },
             Action::Migrate,
             "",
             kNone,
             "DatabaseBehind",
             {"r2", "r3"}},
        Case{"takes another database for no drift",
             [](Observation& o) {
               o.database = DatabaseState{};
               o.known_lost = {"r2"};
               o.same_spec = false;
             },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r1", "r2", "r3"}},
        Case{"is in sync once what was lost is applied again",
             [](Observation& o) { o.known_lost = {"r2"}; },
             Action::Migrate,
             "",
             kNone,
             "InSync",
             {"r3"}},
        Case{"needs no settling for the verdict that stands already",
             [](Observation& o) {
               o.inputs = fail(ErrorKind::Terminal, "MissingParent", "r9 is missing");
               o.inputs_settled = false;
               o.judged = Error{ErrorKind::Terminal, "MissingParent", "r9 is missing", {}};
             },
             Action::Hold,
             "MissingParent",
             ErrorKind::Terminal,
             "CheckFailed",
             {}},
        Case{"settles before another verdict",
             [](Observation& o) {
               o.inputs = fail(ErrorKind::Terminal, "MissingParent", "r8 is missing");
               o.inputs_settled = false;
               o.judged = Error{ErrorKind::Terminal, "MissingParent", "r9 is missing", {}};
             },
             Action::Hold,
             "MissingParent",
             ErrorKind::Transient,
             "CheckFailed",
             {}},
        Case{"is never Ready over a revision that stands half done",
             [](Observation& o) {
               o.wanted.target = "r2";
               o.database->interrupted = InterruptedRun{"r3", Direction::Upgrade, "sum-r3", 1};
             },
             Action::Hold,
             "InterruptedRevision",
             ErrorKind::Terminal,
             "InSync",
             {}}),
    [](const testing::TestParamInfo<Case>& one) {
      std::string name = one.param.sentence;
      for (char& letter : name) {
        if (std::isalnum(static_cast<unsigned char>(letter)) == 0) letter = '_';
      }
      return name;
    });

}  // namespace
}  // namespace athanor
