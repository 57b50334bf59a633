// A migrator reads the schema of the application, and none of Athanor's own.
#include <gtest/gtest.h>

#include "integration/engine/environment.hpp"
#include "schema/model/object.hpp"

namespace athanor::testing {
namespace {

/// Everything that is neither a part of something nor a schema, as people name it.
std::string wholes(engine::Migrator& engine) {
  const auto catalog = engine.read_schema();
  if (!catalog) return catalog.error().message;
  std::string text;
  for (const auto& [id, object] : *catalog) {
    if (id.parent.empty() && id.kind != schema::ObjectKind::Schema) text += schema::describe(id) + ";";
  }
  return text;
}

RevisionGraph history() {
  return graph_of({revision("r1", "", "CREATE TABLE a (id integer PRIMARY KEY);")});
}

TEST(ReadingASchema, KnowsTheLedgerInItsOwnSchema) {
  auto environment = Environment::on_postgres();
  environment.settings.version_table.name = "Odd \"versions\"";
  auto engine = environment.migrator();
  EXPECT_EQ(wholes(engine), "") << "before anything is there";
  ASSERT_EQ(told(environment.upgrade(history())), "ok");
  EXPECT_EQ(wholes(engine), "table public.a;");
}

TEST(ReadingASchema, KnowsTheLedgerBesideTheVersionTable) {
  const auto owner = Environment::on_postgres();
  (void)owner.ask("CREATE ROLE modest LOGIN");
  (void)owner.ask("GRANT CREATE ON SCHEMA public TO modest");
  auto environment = Environment::on_postgres(owner.database, "modest");
  ASSERT_EQ(told(environment.upgrade(history())), "ok");
  auto engine = environment.migrator();
  EXPECT_EQ(wholes(engine), "table public.a;");
}

TEST(ReadingASchema, KnowsTheTablesInAFile) {
  auto environment = Environment::on_sqlite();
  auto engine = environment.migrator();
  EXPECT_EQ(wholes(engine), "") << "no file is made";
  ASSERT_EQ(told(environment.upgrade(history())), "ok");
  EXPECT_EQ(wholes(engine), "table a;");
}

}  // namespace
}  // namespace athanor::testing
