// Which index an interrupted statement is judged by: never another one that has its name.
#include <string>

#include <fmt/format.h>

#include "engine/failpoints.hpp"
#include "integration/engine/statementwise_fixture.hpp"

namespace athanor::testing {
namespace {

namespace fp = engine::failpoints;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class InterruptedIndex : public StatementByStatement {
 protected:
  [[nodiscard]] std::vector<std::string> indexes() const {
    return environment.ask(
        "SELECT schemaname, indexname, substring(indexdef from '[(].*[)]') FROM pg_indexes WHERE schemaname "
        "IN ('app', 'public') AND tablename IN ('t', 'u') ORDER BY 1, 2");
  }
};

TEST_F(InterruptedIndex, AnIndexThatTheRevisionsSearchPathLeadsToIsNotTakenForItsOwn) {
  environment.settings.transaction.search_path = "public";
  sql("CREATE SCHEMA app; CREATE TABLE app.t (id integer, other integer); CREATE INDEX t_id ON app.t "
      "(other)");
  const auto graph = graph_of({off(revision("r2", "", "SET search_path = app; " + create_index))});
  for (int round = 0; round < 2; ++round) {
    const auto outcome = environment.upgrade(graph);
    ASSERT_TRUE(outcome.failure);
    EXPECT_EQ(outcome.failure->site.sqlstate, "42P07");
  }
  EXPECT_THAT(indexes(), ElementsAre("app t_id (other)"));
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM alembic_version"), "0");
  EXPECT_THAT(environment.ledger(), ElementsAre("upgrade r2 failed"));
  sql("DROP INDEX app.t_id");
  expect_done(environment.upgrade(graph));
}

TEST_F(InterruptedIndex, ADropDoesNotTakeAnIndexThatWasMadeSince) {
  const auto graph = graph_with("CREATE INDEX t_id ON app.t (id); DROP INDEX CONCURRENTLY app.t_id");
  kill_at(fp::kOffAfterBareStatement, graph);
  sql("CREATE INDEX t_id ON app.t ((id + 1))");
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(indexes(), ElementsAre("app t_id (((id + 1)))"));
}

TEST_F(InterruptedIndex, ADropDoesNotTakeAnIndexFurtherDownTheSearchPath) {
  sql("CREATE SCHEMA app; CREATE TABLE app.t (id integer); CREATE INDEX t_id ON app.t (id); CREATE TABLE "
      "public.t (id integer); CREATE INDEX t_id ON public.t (id)");
  sql("ALTER DATABASE \"" + environment.database + "\" SET search_path = app, public");
  environment.settings.version_table.schema = "public";
  const auto graph = graph_of({off(revision("r2", "", "DROP INDEX CONCURRENTLY t_id"))});
  kill_at(fp::kOffAfterBareStatement, graph);
  EXPECT_EQ(told(environment.upgrade(graph)), "ok");
  EXPECT_THAT(indexes(), ElementsAre("public t_id (id)"));
}

TEST_F(InterruptedIndex, OnlyWhatItsOwnReindexLeftIsRemoved) {
  const std::string prefix(45, 'i');
  const auto invalid = [&](const std::string& name) {
    sql(
        fmt::format("CREATE INDEX {0} ON app.t (id); UPDATE pg_index SET indisvalid = false WHERE indexrelid "
                    "= 'app.{0}'::regclass",
                    name));
  };
  const auto graph = graph_with(
      fmt::format("CREATE INDEX {0}_a ON app.t (id); CREATE INDEX {0}_b ON app.t (id); REINDEX INDEX "
                  "CONCURRENTLY app.{0}_a",
                  prefix));
  kill_at(fmt::format("{}:3", fp::kOffBeforeStatement), graph);
  invalid(prefix + "_a_ccnew");
  invalid(prefix + "_b_ccnew");
  invalid("cc_new_like");
  expect_done(environment.upgrade(graph));
  EXPECT_THAT(environment.ask("SELECT relname FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid "
                              "= 'app.t'::regclass AND NOT indisvalid ORDER BY 1"),
              ElementsAre("cc_new_like", prefix + "_b_ccnew"));
}

class InterruptedReindex : public StatementByStatement, public ::testing::WithParamInterface<std::string> {};

INSTANTIATE_TEST_SUITE_P(Of, InterruptedReindex,
                         ::testing::Values("REINDEX TABLE CONCURRENTLY app.t",
                                           "REINDEX TABLE CONCURRENTLY app.parted",
                                           "REINDEX SCHEMA CONCURRENTLY app"),
                         [](const auto& named) {
                           std::string name = named.param.substr(8);
                           std::erase_if(name, [](char c) { return c == ' ' || c == '.'; });
                           return name;
                         });

TEST_P(InterruptedReindex, IsRunAgainWithoutWhatItLeft) {
  const std::string name(60, 'n');
  const auto graph = graph_with(fmt::format(
      "CREATE INDEX {} ON app.t (id); CREATE TABLE app.parted (id integer) PARTITION BY LIST (id); CREATE "
      "TABLE app.part PARTITION OF app.parted DEFAULT; CREATE INDEX part_id ON app.part (id); {}",
      name, GetParam()));
  kill_at(fmt::format("{}:5", fp::kOffBeforeStatement), graph);
  const bool parted = GetParam().ends_with("parted");
  sql(parted ? std::string("CREATE INDEX part_id_ccnew ON app.part (id); UPDATE pg_index SET indisvalid = "
                           "false WHERE indexrelid = 'app.part_id_ccnew'::regclass")
             : fmt::format("CREATE INDEX {0}_ccold1 ON app.t (id); UPDATE pg_index SET indisvalid = false "
                           "WHERE indexrelid = 'app.{0}_ccold1'::regclass",
                           name.substr(0, 56)));
  expect_done(environment.upgrade(graph));
  EXPECT_EQ(environment.scalar("SELECT count(*) FROM pg_index WHERE NOT indisvalid"), "0");
}

}  // namespace
}  // namespace athanor::testing
