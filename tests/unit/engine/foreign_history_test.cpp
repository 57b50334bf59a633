#include "engine/foreign_history.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor::engine {
namespace {

using ::testing::HasSubstr;
using Tool = MigrationTool;

struct Case {
  std::string sentence;
  Tool tool;
  ports::Rows rows;
  std::vector<ForeignVersion> versions;
};

class ParseForeignHistory : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    Of, ParseForeignHistory,
    ::testing::Values(
        Case{"golang migrate", Tool::GolangMigrate, {{"7", "f"}}, {{"7", false, true}}},
        Case{"golang migrate in the midst of one", Tool::GolangMigrate, {{"7", "1"}}, {{"7", true, true}}},
        Case{"dbmate", Tool::Dbmate, {{"1"}, {"2"}}, {{"1"}, {"2"}}},
        Case{"goose without its base row", Tool::Goose, {{"0", "t"}, {"1", "t"}, {"2", "t"}}, {{"1"}, {"2"}}},
        Case{"goose where the last row of a version decides",
             Tool::Goose,
             {{"0", "1"}, {"1", "1"}, {"2", "1"}, {"2", "0"}, {"1", "0"}, {"1", "1"}},
             {{"1"}}},
        Case{"flyway without repeatables and schemas",
             Tool::Flyway,
             {{std::nullopt, "t", "SCHEMA", "\"shop\""},
              {"1", "t", "SQL", "V1__a.sql"},
              {std::nullopt, "t", "SQL", "R__views.sql"}},
             {{"1"}}},
        Case{"flyway with a baseline",
             Tool::Flyway,
             {{"3", "t", "BASELINE", "<< Flyway Baseline >>"}},
             {{"3", false, true}}},
        Case{"flyway with what was undone or deleted",
             Tool::Flyway,
             {{"1", "t", "SQL", ""},
              {"2", "t", "SQL", ""},
              {"3", "t", "SQL", ""},
              {"2", "t", "UNDO_SQL", ""},
              {"3", "t", "DELETE", ""}},
             {{"1"}}},
        Case{"flyway with failures",
             Tool::Flyway,
             {{"1", "f", "SQL", "V1__a.sql"}, {std::nullopt, "0", "SQL", "R__views.sql"}},
             {{"1", true}, {"R__views.sql", true}}},
        Case{"atlas without its own note",
             Tool::Atlas,
             {{".atlas_cloud_identifier", "0", "0", "", "2"}, {"1", "3", "3", std::nullopt, "2"}},
             {{"1"}}},
        Case{"atlas in the midst of one",
             Tool::Atlas,
             {{"1", "1", "3", "syntax error", "2"}},
             {{"1", true, false, "1 of its 3 statements are in"}}},
        Case{"atlas with one that a person resolved",
             Tool::Atlas,
             {{"1", "1", "3", "syntax error", "6"}},
             {{"1"}}},
        Case{"atlas with a baseline", Tool::Atlas, {{"1", "0", "0", "", "1"}}, {{"1", false, true}}}),
    sentence_name<Case>);

TEST_P(ParseForeignHistory, HasWhatIsAppliedAndWhatFailed) {
  const auto history = parse_foreign_history({GetParam().tool, "public", "t"}, GetParam().rows);
  EXPECT_EQ(history.table, "public.t");
  EXPECT_EQ(history.versions, GetParam().versions);
}

TEST(ParseForeignTables, TellsByTheColumnsWhoseTheyAre) {
  const auto tables = parse_foreign_tables({{"public", "a", "version,dirty", "t"},
                                            {"public", "b", "version", "t"},
                                            {"public", "c", "id,version_id,is_applied,tstamp", "t"},
                                            {"public", "d", "version_num", "t"},
                                            {"public", "e", "id,version,name,up,down", "t"}});
  ASSERT_EQ(tables.size(), 4U);
  EXPECT_EQ(tables[0].tool, Tool::GolangMigrate);
  EXPECT_EQ(tables[1].tool, Tool::Dbmate);
  EXPECT_EQ(tables[2].tool, Tool::Goose);
  EXPECT_EQ(tables[3].tool, Tool::Alembic);
}

TEST(ChooseForeignTable, TakesTheOneThatIsMeantOrSaysWhatThereIs) {
  const ForeignTable migrate{Tool::GolangMigrate, "public", "schema_migrations"};
  const ForeignTable goose{Tool::Goose, "public", "goose_db_version"};
  const ForeignTable other{Tool::Goose, "shop", "goose_db_version"};
  const auto chosen = [](std::vector<ForeignTable> tables, const AdoptionRequest& request) {
    const auto table = choose_foreign_table(std::move(tables), request);
    return table ? table->for_a_person() : table.error().message;
  };
  EXPECT_EQ(chosen({migrate}, {}), "public.schema_migrations");
  EXPECT_EQ(chosen({migrate, goose}, {Tool::Goose, ""}), "public.goose_db_version");
  EXPECT_THAT(chosen({migrate, goose}, {}), HasSubstr("with spec.adopt.from."));
  EXPECT_THAT(chosen({other, goose}, {Tool::Goose, ""}), HasSubstr("with spec.adopt.table."));
  EXPECT_THAT(chosen({migrate, goose}, {std::nullopt, "", Audience::CommandLine}), HasSubstr("with --from."));
  EXPECT_THAT(chosen({}, {std::nullopt, "", Audience::CommandLine}), HasSubstr("Name it with --table if"));
  EXPECT_THAT(chosen({}, {}), HasSubstr("alembic, golang-migrate, dbmate, goose, flyway, atlas"));
  EXPECT_THAT(chosen({migrate}, {Tool::Goose, ""}),
              HasSubstr("What there is: public.schema_migrations (golang-migrate)"));
  EXPECT_THAT(chosen({}, {Tool::Goose, "shop.versions"}), HasSubstr("no table shop.versions of goose"));
  EXPECT_THAT(chosen({{Tool::Goose, "shop", "v", false}}, {}), HasSubstr("GRANT SELECT ON \"shop\".\"v\""));
}

}  // namespace
}  // namespace athanor::engine
