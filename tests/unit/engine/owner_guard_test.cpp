#include "engine/owner_guard.hpp"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/migrator.hpp"

namespace athanor::engine {
namespace {

struct Case {
  std::string name;
  std::optional<Owner> recorded;
  Owner self;
  std::string take_over;
  Ownership expected;
};

class OwnerGuard : public ::testing::TestWithParam<Case> {};

const Owner kStaging{"staging", "shop", "c1", "server/1"};

INSTANTIATE_TEST_SUITE_P(
    Of, OwnerGuard,
    ::testing::Values(Case{"ADatabaseWithoutAnOwnerIsFree", std::nullopt, kStaging, "", Ownership::Unowned},
                      Case{"ALedgerThatNamesNobodyIsFree", Owner{}, kStaging, "", Ownership::Unowned},
                      Case{"OurOwnIsOurs", kStaging, kStaging, "", Ownership::Ours},
                      Case{"AnUnknownClusterEqualsAny", Owner{"staging", "shop", "", "server/1"}, kStaging,
                           "", Ownership::Ours},
                      Case{"ASelfWithoutAClusterEqualsAny", kStaging,
                           Owner{"staging", "shop", "", "server/1"}, "", Ownership::Ours},
                      Case{"AnotherNameIsElsewhere", Owner{"production", "shop", "c1", "server/1"}, kStaging,
                           "", Ownership::Elsewhere},
                      Case{"AnotherNamespaceIsElsewhere", Owner{"staging", "crm", "c1", "server/1"}, kStaging,
                           "", Ownership::Elsewhere},
                      Case{"ALaptopsEnvironmentOfTheSameNameIsElsewhere",
                           Owner{"staging", "", "", "server/1"}, kStaging, "", Ownership::Elsewhere},
                      Case{"AnotherClusterIsElsewhere", Owner{"staging", "shop", "c2", "server/1"}, kStaging,
                           "", Ownership::Elsewhere},
                      Case{"AWishThatNamesTheOwnerTakesItOver", Owner{"production", "shop", "c1", "server/1"},
                           kStaging, "shop/production", Ownership::TakenOver},
                      Case{"AWishThatNamesAnotherDoesNot", Owner{"production", "shop", "c1", "server/1"},
                           kStaging, "shop/dev", Ownership::Elsewhere},
                      Case{"AnotherServersRecordIsACopy", Owner{"staging", "shop", "c1", "server/9"},
                           kStaging, "", Ownership::Copy},
                      Case{"ACopyOfAnothersDatabaseIsOursToo", Owner{"production", "shop", "c1", "server/9"},
                           kStaging, "", Ownership::Copy},
                      Case{"AServerThatCanNotBeToldIsNoCopy", Owner{"production", "shop", "c1", ""}, kStaging,
                           "", Ownership::Elsewhere}),
    [](const auto& named) { return named.param.name; });

TEST_P(OwnerGuard, Decides) {
  const Case& c = GetParam();
  EXPECT_EQ(ownership_of(c.recorded, c.self, c.take_over), c.expected);
  DatabaseState state;
  state.owner = c.recorded;
  state.server = c.self.server;
  Settings settings;
  settings.self = c.self;
  settings.self.server.clear();  // the engine fills it in
  settings.take_over = c.take_over;
  EXPECT_EQ(check_owner(state, settings).has_value(), c.expected != Ownership::Elsewhere);
}

TEST(OwnerGuardRefusal, NamesBothAndTheWayOut) {
  const Owner recorded{"production", "shop", "c1", ""};
  const Owner self{"staging", "shop", "c2", ""};
  const Error error = owned_elsewhere(recorded, self, Audience::Operator);
  EXPECT_EQ(error.kind, ErrorKind::Terminal);
  EXPECT_EQ(error.reason, "DatabaseOwnedElsewhere");
  EXPECT_THAT(error.message, ::testing::HasSubstr("shop/production in cluster c1"));
  EXPECT_THAT(error.message, ::testing::HasSubstr("shop/staging in cluster c2"));
  EXPECT_THAT(error.message, ::testing::HasSubstr("athanor.dev/take-over: shop/production"));
  const std::string typed = owned_elsewhere(recorded, self, Audience::CommandLine).message;
  EXPECT_THAT(typed, ::testing::EndsWith("say so with --take-over shop/production."));
  EXPECT_EQ(typed.find("annotation"), std::string::npos) << typed;
}

}  // namespace
}  // namespace athanor::engine
