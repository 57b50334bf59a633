#include "cli/import/sql_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto kMigrate = MigrationTool::GolangMigrate;
constexpr auto kDbmate = MigrationTool::Dbmate;
constexpr auto kGoose = MigrationTool::Goose;
constexpr auto kFlyway = MigrationTool::Flyway;
constexpr auto kAtlas = MigrationTool::Atlas;

/// `id <- parent (message) [transaction off]: upgrade | downgrade`, one for each revision.
std::vector<std::string> shown(const ImportSet& set) {
  std::vector<std::string> lines;
  for (const ImportedRevision& imported : set.revisions) {
    const Revision& revision = imported.revision;
    std::string line = revision.id;
    for (const std::string& parent : revision.down_revisions) line += " <- " + parent;
    line += " (" + revision.message + ")";
    if (revision.transaction == TransactionMode::Off) line += " [transaction off]";
    line += ": " + revision.upgrade.sql;
    if (revision.downgrade) line += " | " + revision.downgrade->sql;
    lines.push_back(line);
  }
  return lines;
}

ImportSet imported(MigrationTool tool, const std::vector<SqlFile>& files,
                   ports::Dialect dialect = ports::Dialect::PostgreSql) {
  return chain_of(folder_content(tool, files), dialect);
}

struct FolderCase {
  const char* sentence;
  MigrationTool tool;
  std::vector<SqlFile> files;  ///< by name
  std::vector<std::string> revisions;
};

class SqlFolder : public ::testing::TestWithParam<FolderCase> {};

TEST_P(SqlFolder, BecomesAChain) {
  const ImportSet set = imported(GetParam().tool, GetParam().files);
  for (const auto& [source, reason] : set.refused) ADD_FAILURE() << source << ": " << reason;
  EXPECT_EQ(shown(set), GetParam().revisions);
}

INSTANTIATE_TEST_SUITE_P(
    GolangMigrate, SqlFolder,
    ::testing::Values(
        FolderCase{
            "numbers keep their zeros",
            kMigrate,
            {{"000001_add_users.down.sql", "DROP TABLE u;\n"},
             {"000001_add_users.up.sql", "CREATE TABLE u ();\n"},
             {"000002_more.up.sql", "SELECT 2;"}},
            {"000001 (add users): CREATE TABLE u (); | DROP TABLE u;", "000002 <- 000001 (more): SELECT 2;"}},
        FolderCase{
            "numbers sort by what they are worth",
            kMigrate,
            {{"10_c.up.sql", "SELECT 10;"}, {"2_b.up.sql", "SELECT 2;"}, {"20230101000000_d.up.sql", ""}},
            {"2 (b): SELECT 2;", "10 <- 2 (c): SELECT 10;", "20230101000000 <- 10 (d): "}},
        FolderCase{"a file that wraps itself in a transaction is unwrapped",
                   kMigrate,
                   {{"1_a.up.sql", "BEGIN;\nSELECT 1;\nCOMMIT;"}},
                   {"1 (a): SELECT 1;"}},
        FolderCase{"a concurrent index leaves the transaction",
                   kMigrate,
                   {{"1_a.up.sql", "CREATE INDEX CONCURRENTLY i ON t (c)"}},
                   {"1 (a) [transaction off]: CREATE INDEX CONCURRENTLY i ON t (c)"}},
        FolderCase{"one without its up file does nothing",
                   kMigrate,
                   {{"1_a.down.sql", "SELECT 0;"}},
                   {"1 (a):  | SELECT 0;"}}),
    sentence_name<FolderCase>);

INSTANTIATE_TEST_SUITE_P(
    Dbmate, SqlFolder,
    ::testing::Values(
        FolderCase{"blocks become sections",
                   kDbmate,
                   {{"20230101120000_add_users.sql",
                     "-- a remark\n-- migrate:up\nCREATE TABLE u ();\n\n-- migrate:down\nDROP TABLE u;\n"},
                    {"20230102120000_more.sql", "--migrate:up\nSELECT 2;\n--   migrate:down   \n"}},
                   {"20230101120000 (add users): CREATE TABLE u (); | DROP TABLE u;",
                    "20230102120000 <- 20230101120000 (more): SELECT 2; | "}},
        FolderCase{"transaction false of either block leaves the transaction",
                   kDbmate,
                   {{"1.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down transaction:false\nSELECT 0;\n"}},
                   {"1 () [transaction off]: SELECT 1; | SELECT 0;"}},
        FolderCase{"other options do nothing",
                   kDbmate,
                   {{"1_a.sql", "-- migrate:up transaction:true x:y\nSELECT 1;\n-- migrate:down\n"}},
                   {"1 (a): SELECT 1; | "}},
        FolderCase{"names sort as text, as dbmate sorts them",
                   kDbmate,
                   {{"10_a.sql", "-- migrate:up\n-- migrate:down\n"},
                    {"9_b.sql", "-- migrate:up\n-- migrate:down\n"}},
                   {"10 (a):  | ", "9 <- 10 (b):  | "}}),
    sentence_name<FolderCase>);

INSTANTIATE_TEST_SUITE_P(
    Goose, SqlFolder,
    ::testing::Values(
        FolderCase{
            "annotations become sections",
            kGoose,
            {{"00001_add_users.sql", "-- +goose Up\nCREATE TABLE u ();\n-- +goose Down\nDROP TABLE u;\n"},
             {"2_more.sql", "-- a remark\n\n-- +goose up\nSELECT 2;\n"}},
            {"00001 (add users): CREATE TABLE u (); | DROP TABLE u;", "2 <- 00001 (more): SELECT 2;"}},
        FolderCase{"statements in annotations may lack their semicolon",
                   kGoose,
                   {{"1_a.sql",
                     "-- +goose Up\n-- +goose StatementBegin\nDO $$ BEGIN\nPERFORM 1; END $$\n-- +goose "
                     "StatementEnd\n"
                     "SELECT 2;\n"}},
                   {"1 (a): DO $$ BEGIN\nPERFORM 1; END $$;\nSELECT 2;"}},
        FolderCase{"no transaction leaves the transaction",
                   kGoose,
                   {{"1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\n"}},
                   {"1 (a) [transaction off]: SELECT 1; | "}},
        FolderCase{"numbers sort by what they are worth",
                   kGoose,
                   {{"10_b.sql", "-- +goose Up\n"},
                    {"9_a.sql", "-- +goose Up\n"},
                    {"x_test.go", ""},
                    {"README", ""}},
                   {"9 (a): ", "10 <- 9 (b): "}}),
    sentence_name<FolderCase>);

INSTANTIATE_TEST_SUITE_P(
    Flyway, SqlFolder,
    ::testing::Values(FolderCase{"versions keep their form and sort by their parts",
                                 kFlyway,
                                 {{"V1.10__c.sql", "SELECT 3;"},
                                  {"V1_9__b.sql", "SELECT 2;"},
                                  {"V1__add_users.sql", "SELECT 1;"},
                                  {"V2.sql", ""}},
                                 {"1 (add users): SELECT 1;", "1_9 <- 1 (b): SELECT 2;",
                                  "1.10 <- 1_9 (c): SELECT 3;", "2 <- 1.10 (): "}},
                      FolderCase{"an undo of the same version is the downgrade",
                                 kFlyway,
                                 {{"U1.0__undo.sql", "SELECT 0;"}, {"V1__a.sql", "SELECT 1;"}},
                                 {"1 (a): SELECT 1; | SELECT 0;"}},
                      FolderCase{"settings beside a script count",
                                 kFlyway,
                                 {{"V1__a.sql", "SELECT '${x}';"},
                                  {"V1__a.sql.conf",
                                   "executeInTransaction = false\nflyway.placeholderReplacement=false\n"}},
                                 {"1 (a) [transaction off]: SELECT '${x}';"}},
                      FolderCase{"folders below are its own as well",
                                 kFlyway,
                                 {{"a/V2__b.sql", "SELECT 2;"}, {"b/V1__a.sql", "SELECT 1;"}},
                                 {"1 (a): SELECT 1;", "2 <- 1 (b): SELECT 2;"}}),
    sentence_name<FolderCase>);

INSTANTIATE_TEST_SUITE_P(
    Atlas, SqlFolder,
    ::testing::Values(FolderCase{"files follow by name, and the sums are ignored",
                                 kAtlas,
                                 {{"20200101_add_users.sql", "-- Create \"u\" table\nCREATE TABLE u ();\n"},
                                  {"20200102.sql", "SELECT 2;"},
                                  {"atlas.sum", "h1:"}},
                                 {"20200101 (add users): -- Create \"u\" table\nCREATE TABLE u ();",
                                  "20200102 <- 20200101 (): SELECT 2;"}},
                      FolderCase{"txmode none leaves the transaction",
                                 kAtlas,
                                 {{"1_a.sql", "-- atlas:txmode none\n\nSELECT 1;"},
                                  {"2_b.sql", "-- atlas:txmode file\n\nSELECT 2;"}},
                                 {"1 (a) [transaction off]: -- atlas:txmode none\n\nSELECT 1;",
                                  "2 <- 1 (b): -- atlas:txmode file\n\nSELECT 2;"}}),
    sentence_name<FolderCase>);

struct RefusedFolder {
  const char* sentence;
  MigrationTool tool;
  std::vector<SqlFile> files;
  const char* source;
  const char* reason;
};

class FolderRefused : public ::testing::TestWithParam<RefusedFolder> {};

TEST_P(FolderRefused, NamesTheFileAndWhy) {
  const ImportSet set = imported(GetParam().tool, GetParam().files);
  ASSERT_EQ(set.refused.size(), 1U);
  EXPECT_EQ(set.refused[0].source, GetParam().source);
  EXPECT_THAT(set.refused[0].reason, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Table, FolderRefused,
    ::testing::Values(
        RefusedFolder{"a number twice",
                      kMigrate,
                      {{"01_b.up.sql", ""}, {"1_a.up.sql", ""}},
                      "1_a.up.sql",
                      "01_b.up.sql has the same version"},
        RefusedFolder{"a rollback",
                      kMigrate,
                      {{"1_a.up.sql", "ROLLBACK;"}},
                      "1_a.up.sql",
                      "upgrade: \"ROLLBACK\" controls a transaction"},
        RefusedFolder{"a downgrade that copies",
                      kMigrate,
                      {{"1_a.down.sql", "COPY t FROM STDIN;"}, {"1_a.up.sql", ""}},
                      "1_a.up.sql",
                      "downgrade: COPY"},
        RefusedFolder{
            "no up block", kDbmate, {{"1_a.sql", "-- nothing\n"}}, "1_a.sql", "\"-- migrate:up\" is missing"},
        RefusedFolder{"SQL above the up block",
                      kDbmate,
                      {{"1_a.sql", "SELECT 1;\n-- migrate:up\n"}},
                      "1_a.sql",
                      "SQL stands above"},
        RefusedFolder{"down before up",
                      kDbmate,
                      {{"1_a.sql", "-- migrate:down\n-- migrate:up\n"}},
                      "1_a.sql",
                      "stands above \"-- migrate:up\""},
        RefusedFolder{"two pairs of blocks",
                      kDbmate,
                      {{"1_a.sql", "-- migrate:up\n-- migrate:down\n-- migrate:up\n"}},
                      "1_a.sql",
                      "twice"},
        RefusedFolder{"variables to fill in",
                      kGoose,
                      {{"1_a.sql", "-- +goose ENVSUB ON\n-- +goose Up\n"}},
                      "1_a.sql",
                      "ENVSUB ON"},
        RefusedFolder{"a statement that does not end",
                      kGoose,
                      {{"1_a.sql", "-- +goose Up\n-- +goose StatementBegin\n"}},
                      "1_a.sql",
                      "StatementEnd\" is missing"},
        RefusedFolder{"an unknown annotation",
                      kGoose,
                      {{"1_a.sql", "-- +goose Upp\n"}},
                      "1_a.sql",
                      "\"-- +goose upp\" is unknown"},
        RefusedFolder{"a migration in Go",
                      kGoose,
                      {{"1_a.sql", "-- +goose Up\n"}, {"2_b.go", ""}},
                      "2_b.go",
                      "written in Go"},
        RefusedFolder{
            "a name without a number", kGoose, {{"a.sql", "-- +goose Up\n"}}, "a.sql", "VERSION_name.sql"},
        RefusedFolder{"a version in two forms",
                      kFlyway,
                      {{"V1.0__a.sql", ""}, {"V1__b.sql", ""}},
                      "V1__b.sql",
                      "V1.0__a.sql has the same version"},
        RefusedFolder{"a placeholder", kFlyway, {{"V1__a.sql", "SELECT ${x};"}}, "V1__a.sql", "placeholder"},
        RefusedFolder{"a migration in Java", kFlyway, {{"V1__a.java", ""}}, "V1__a.java", "it is a program"},
        RefusedFolder{"statements cut otherwise",
                      kAtlas,
                      {{"1_a.sql", "-- atlas:delimiter \\n\n\nSELECT 1"}},
                      "1_a.sql",
                      "atlas:delimiter"},
        RefusedFolder{"a version that can be no id",
                      kAtlas,
                      {{"2020-01-01_a.sql", ""}},
                      "2020-01-01_a.sql",
                      "its version \"2020-01-01\" contains -"}),
    sentence_name<RefusedFolder>);

struct LeftOutCase {
  const char* sentence;
  MigrationTool tool;
  SqlFile file;
  const char* reason;
};

class LeftOut : public ::testing::TestWithParam<LeftOutCase> {};

TEST_P(LeftOut, IsNamedWithTheReason) {
  const ImportSet set = imported(GetParam().tool, {GetParam().file});
  EXPECT_THAT(set.refused, IsEmpty());
  EXPECT_THAT(set.revisions, IsEmpty());
  ASSERT_EQ(set.left_out.size(), 1U);
  EXPECT_EQ(set.left_out[0].source, GetParam().file.path.string());
  EXPECT_THAT(set.left_out[0].reason, HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    Table, LeftOut,
    ::testing::Values(
        LeftOutCase{"a repeatable migration", kFlyway, {"R__views.sql", "SELECT ${x};"}, "it is repeatable"},
        LeftOutCase{"a baseline", kFlyway, {"B3__all.sql", ""}, "it is a baseline"},
        LeftOutCase{"a callback", kFlyway, {"afterMigrate.sql", ""}, "it is no migration"},
        LeftOutCase{"an undo of nothing", kFlyway, {"U1__a.sql", ""}, "no migration of its version"},
        LeftOutCase{
            "a checkpoint", kAtlas, {"1_a.sql", "-- atlas:checkpoint v1\n\nSELECT 1;"}, "it is a checkpoint"},
        LeftOutCase{"another name", kMigrate, {"schema.sql", ""}, "its name is not"},
        LeftOutCase{
            "a name without a version", kDbmate, {"schema.sql", ""}, "does not begin with a version"}),
    sentence_name<LeftOutCase>);

TEST(SqlFolderDialect, KeepsTheBodiesOfSqlitesTriggers) {
  const char* const trigger = "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 1; END;";
  EXPECT_THAT(shown(imported(kMigrate, {{"1_a.up.sql", trigger}}, ports::Dialect::Sqlite)),
              ElementsAre(std::string("1 (a): ") + trigger));
}

}  // namespace
}  // namespace athanor::cli
