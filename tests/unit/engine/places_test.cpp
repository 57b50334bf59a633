#include "engine/places.hpp"

#include <functional>
#include <memory>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes/scripted_database.hpp"

namespace athanor::engine {
namespace {

using ::testing::HasSubstr;

constexpr TableFacts kAllRights{true, true, true};
constexpr SchemaFacts kOwnSchema{true, true, true};

/// A role that may use its own schema, and nothing else, in a database without any of our tables.
Survey plain_survey() {
  Survey survey;
  survey.schema = "app";
  survey.schema_facts = kOwnSchema;
  survey.keyed_name = "app.alembic_version";
  survey.beside_name = "athanor_ledger";
  survey.user = "shop";
  survey.database = "db";
  return survey;
}

const std::string kKeyed = "\"athanor\".\"app.alembic_version\"";
const std::string kBeside = "\"app\".\"athanor_ledger\"";

struct Case {
  std::string name;
  std::function<void(Survey&)> set;
  std::string ledger;  ///< where it is, or the reason why not
  bool exists = false;
  bool wants_schema = false;
};

class LedgerPlaces : public ::testing::TestWithParam<Case> {
 protected:
  fakes::ScriptedDatabase database{std::make_shared<fakes::Script>()};
};

INSTANTIATE_TEST_SUITE_P(
    Where, LedgerPlaces,
    ::testing::Values(
        Case{"NothingMayBeCreatedElsewhere", [](Survey&) {}, kBeside},
        Case{"ASchemaMayBeCreated", [](Survey& s) { s.may_create_schema = true; }, kKeyed, false, true},
        Case{"TheSchemaIsThereAndOpen", [](Survey& s) { s.ledger_schema = kOwnSchema; }, kKeyed},
        Case{"TheSchemaIsThereAndAnothers",
             [](Survey& s) {
               s.ledger_schema = {true, false, false};
               s.may_create_schema = true;
             },
             kBeside},
        Case{"ALedgerBesideStaysWhateverMayBeCreated",
             [](Survey& s) {
               s.may_create_schema = true;
               s.beside_ledger = kAllRights;
             },
             kBeside, true},
        Case{"ALedgerInTheSchemaStaysWithoutTheRightToCreate",
             [](Survey& s) {
               s.ledger_schema = {true, true, false};
               s.keyed_ledger = kAllRights;
             },
             kKeyed, true},
        Case{"OfTwoTheOneInTheSchemaCounts",
             [](Survey& s) {
               s.ledger_schema = kOwnSchema;
               s.keyed_ledger = kAllRights;
               s.beside_ledger = kAllRights;
             },
             kKeyed, true},
        Case{"ALedgerThatMayNotBeReadIsAnError",
             [](Survey& s) {
               s.ledger_schema = {true, false, false};
               s.keyed_ledger = {true, false, false};
             },
             "PermissionDenied"},
        Case{"ALedgerBesideThatMayNotBeReadIsAnError",
             [](Survey& s) {
               s.beside_ledger = {true, false, false};
             },
             "PermissionDenied"},
        Case{"AVersionTableThatMayNotBeReadIsAnError",
             [](Survey& s) {
               s.version_table = {true, false, false};
             },
             "PermissionDenied"},
        Case{"ASchemaThatMayNotBeUsedIsAnError",
             [](Survey& s) {
               s.schema_facts = {true, false, false};
             },
             "PermissionDenied"},
        Case{"ASchemaThatIsMissingIsAnError", [](Survey& s) { s.schema_facts = {}; }, "InvalidVersionTable"},
        Case{"ASearchPathWithoutASchemaIsAnError", [](Survey& s) { s.schema.clear(); },
             "InvalidVersionTable"}),
    [](const auto& named) { return named.param.name; });

TEST_P(LedgerPlaces, AreChosenFromTheSurvey) {
  Survey survey = plain_survey();
  GetParam().set(survey);
  const auto places = choose_places(survey, database, {});
  if (!places) {
    EXPECT_EQ(places.error().reason, GetParam().ledger);
    EXPECT_EQ(places.error().kind, ErrorKind::Terminal);
    if (places.error().reason == "PermissionDenied") {
      EXPECT_THAT(places.error().message, HasSubstr("GRANT "));
    }
    return;
  }
  EXPECT_EQ(places->ledger, GetParam().ledger);
  EXPECT_EQ(places->ledger_exists, GetParam().exists);
  EXPECT_EQ(places->ledger_schema_wanted, GetParam().wants_schema);
  EXPECT_EQ(places->version_table, "\"app\".\"alembic_version\"");
  EXPECT_EQ(places->version_key_name, "\"alembic_version_pkc\"");
}

TEST(Places, TheLockIsThatOfTheVersionTableWhoeverAsks) {
  const fakes::ScriptedDatabase database{std::make_shared<fakes::Script>()};
  Survey survey = plain_survey();
  const std::string lock = choose_places(survey, database, {})->lock_key;
  survey.user = "somebody";
  survey.may_create_schema = true;
  EXPECT_EQ(choose_places(survey, database, {"alembic_version", "app"})->lock_key, lock);
  survey.schema = "other";
  EXPECT_NE(choose_places(survey, database, {})->lock_key, lock);
}

TEST(Places, ANewVersionTableHasAlembicsWidth) {
  const fakes::ScriptedDatabase database{std::make_shared<fakes::Script>()};
  Survey survey = plain_survey();
  EXPECT_EQ(choose_places(survey, database, {})->version_width, 32U);
  survey.version_table = kAllRights;
  survey.version_width = 64;
  EXPECT_EQ(choose_places(survey, database, {})->version_width, 64U);
  survey.version_width.reset();
  EXPECT_EQ(choose_places(survey, database, {})->version_width, std::nullopt) << "a column of type text";
}

TEST(Places, SqliteHasNoSchemas) {
  auto script = std::make_shared<fakes::Script>();
  script->dialect = ports::Dialect::Sqlite;
  const fakes::ScriptedDatabase database{script};
  Survey survey = plain_survey();
  survey.schema.clear();
  const auto places = choose_places(survey, database, {});
  ASSERT_TRUE(places);
  EXPECT_EQ(places->version_table, "\"main\".\"alembic_version\"");
  EXPECT_EQ(places->ledger, "\"main\".\"athanor_ledger\"");
  EXPECT_TRUE(choose_places(survey, database, {"alembic_version", "main"}));
  EXPECT_EQ(choose_places(survey, database, {"alembic_version", "app"}).error().reason,
            "InvalidVersionTable");
}

struct Right {
  std::string name;
  std::function<void(Survey&)> set;
  bool version_table;
  bool ledger;
};

class Writing : public ::testing::TestWithParam<Right> {};

INSTANTIATE_TEST_SUITE_P(When, Writing,
                         ::testing::Values(Right{"TheSchemaIsTheRolesOwn", [](Survey&) {}, true, true},
                                           Right{"NothingMayBeCreated",
                                                 [](Survey& s) { s.schema_facts.creates = false; }, false,
                                                 false},
                                           Right{"BothAreThere",
                                                 [](Survey& s) {
                                                   s.schema_facts.creates = false;
                                                   s.version_table = kAllRights;
                                                   s.beside_ledger = kAllRights;
                                                 },
                                                 true, true},
                                           Right{"BothMayOnlyBeRead",
                                                 [](Survey& s) {
                                                   s.version_table = {true, true, false};
                                                   s.beside_ledger = {true, true, false};
                                                 },
                                                 false, false},
                                           Right{"OnlyTheLedgerMayBeCreatedElsewhere",
                                                 [](Survey& s) {
                                                   s.schema_facts.creates = false;
                                                   s.may_create_schema = true;
                                                   s.version_table = kAllRights;
                                                 },
                                                 true, true}),
                         [](const auto& named) { return named.param.name; });

TEST_P(Writing, NeedsTheRights) {
  const fakes::ScriptedDatabase database{std::make_shared<fakes::Script>()};
  Survey survey = plain_survey();
  GetParam().set(survey);
  const auto places = choose_places(survey, database, {});
  ASSERT_TRUE(places);
  const auto version_table = check_version_table_writable(survey, *places);
  const auto ledger = check_ledger_writable(survey, *places);
  EXPECT_EQ(version_table.has_value(), GetParam().version_table);
  EXPECT_EQ(ledger.has_value(), GetParam().ledger);
  for (const auto& checked : {version_table, ledger}) {
    if (!checked) {
      EXPECT_THAT(checked.error().message, HasSubstr("GRANT "));
    }
  }
}

TEST(ParseSurvey, AnythingButOneWholeRowIsNoAnswer) {
  EXPECT_FALSE(parse_survey({}));
  EXPECT_FALSE(parse_survey({ports::Row(3)}));
  EXPECT_TRUE(parse_survey({ports::Row(22)}));
  EXPECT_EQ(parse_survey({}).error().kind, ErrorKind::Transient);
}

}  // namespace
}  // namespace athanor::engine
