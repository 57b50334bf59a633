// A revision with `transaction: off` on PostgreSQL, killed where a test wants it.
#pragma once

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/engine/environment.hpp"
#include "integration/engine/killed_process.hpp"

namespace athanor::testing {

class StatementByStatement : public ::testing::Test {
 protected:
  /// r1 makes table t in schema app, which is not on the search path, with two equal rows; r2 is `upgrade`.
  [[nodiscard]] static RevisionGraph graph_with(const std::string& upgrade) {
    return graph_of(
        {revision("r1", "",
                  "CREATE SCHEMA app; CREATE TABLE app.t (id integer); INSERT INTO app.t VALUES (1), "
                  "(1); CREATE TABLE mark (what text);"),
         off(revision("r2", "r1", upgrade))});
  }
  void kill_at(std::string_view failpoint, const RevisionGraph& graph) {
    ASSERT_EQ(run_in_child(std::string(failpoint), [&] { return !environment.upgrade(graph).failure; }),
              Ended::Killed);
  }
  [[nodiscard]] std::string index() const {
    return environment.scalar(
        "SELECT coalesce((SELECT format('%s %s', indexrelid, indisvalid) FROM pg_index WHERE "
        "indexrelid = to_regclass('app.t_id')), 'none')");
  }
  void sql(const std::string& text) const { (void)PostgresServer::shared().sql(environment.database, text); }
  void make_invalid() const {
    sql("UPDATE pg_index SET indisvalid = false, indisready = true WHERE indexrelid = 'app.t_id'::regclass");
  }
  void expect_done(const engine::Outcome& outcome) const {
    EXPECT_EQ(told(outcome), "ok");
    EXPECT_THAT(environment.ask("SELECT version_num FROM alembic_version"), ::testing::ElementsAre("r2"));
  }

  Environment environment = Environment::on_postgres();
  const std::string create_index = "CREATE INDEX CONCURRENTLY t_id ON app.t (id)";
};

}  // namespace athanor::testing
