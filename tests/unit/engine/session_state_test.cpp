#include "engine/session_state.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace athanor::engine {
namespace {

struct Case {
  std::string name;
  std::string sql;
  std::optional<std::size_t> lost;
};

class LostTemporary : public ::testing::TestWithParam<Case> {};

INSTANTIATE_TEST_SUITE_P(
    After, LostTemporary,
    ::testing::Values(
        Case{"NoStatement", "", {}},
        Case{"PlainTables", "CREATE TABLE t (a int); CREATE VIEW temp AS SELECT 1", {}},
        Case{"ATemporaryTable", "SELECT 1; CREATE TEMP TABLE t (a int); INSERT INTO t VALUES (1)", 1},
        Case{"ALocalTemporaryView", "CREATE OR REPLACE LOCAL TEMPORARY VIEW v AS SELECT 1", 0},
        Case{"ATemporarySequence", "CREATE TEMP SEQUENCE IF NOT EXISTS s", 0},
        Case{"ASelectIntoOne", "SELECT a INTO TEMP TABLE t FROM b", 0},
        Case{"OneThatWasDropped",
             "CREATE TEMP TABLE \"T\" (a int); DROP TABLE IF EXISTS x, pg_temp.\"T\"",
             {}},
        Case{"OneOfTwoThatWereDropped",
             "CREATE TEMP TABLE t (a int); CREATE TEMP TABLE u (a int); DROP TABLE t", 1},
        Case{"OneThatWentWithItsTransaction", "CREATE TEMP TABLE t ON COMMIT DROP AS SELECT 1", {}}),
    [](const auto& named) { return named.param.name; });

TEST_P(LostTemporary, IsTold) {
  EXPECT_EQ(lost_temporary(split_postgres(GetParam().sql).value()), GetParam().lost);
}

}  // namespace
}  // namespace athanor::engine
