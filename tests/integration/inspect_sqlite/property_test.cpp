// Any schema can be changed into any other, with its rows, and back.
#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "integration/inspect_sqlite/random_schema.hpp"
#include "integration/inspect_sqlite/second_opinion.hpp"
#include "schema/sqlite/render.hpp"
#include "support/schema_differences.hpp"

namespace athanor {
namespace {

using schema::compare;
using schema::render_sqlite_script;
using testing::described_by_sqlite;
using testing::named;
using testing::random_schema;
using testing::rows_in_common;
using testing::SqliteScratch;

constexpr std::uint32_t kPairs = 100;

void expect_same(SqliteScratch& walked, SqliteScratch& written, const std::string& script) {
  EXPECT_EQ(named(compare(walked.read(), written.read())), "") << script;
  EXPECT_EQ(described_by_sqlite(walked), described_by_sqlite(written)) << script;
  EXPECT_EQ(schema::fingerprint(walked.read()), schema::fingerprint(written.read()));
}

TEST(RandomSqliteSchemas, BecomeEachOtherAndKeepTheirRows) {
  for (std::uint32_t seed = 0; seed < kPairs && !HasFailure(); ++seed) {
    SCOPED_TRACE("seeds " + std::to_string(2 * seed) + " and " + std::to_string(2 * seed + 1));
    const auto one = random_schema(2 * seed);
    const auto other = random_schema(2 * seed + 1);
    SqliteScratch before(one.sql);
    SqliteScratch after(other.sql);
    SqliteScratch walked(one.sql + one.rows);
    const auto old_schema = before.read();
    const auto new_schema = after.read();
    const std::string rows = rows_in_common(walked, old_schema, new_schema);

    const std::string up = render_sqlite_script(old_schema, new_schema);
    ASSERT_NO_THROW(walked.apply(up)) << up;
    expect_same(walked, after, up);
    EXPECT_EQ(rows_in_common(walked, old_schema, new_schema), rows) << up;

    const std::string down = render_sqlite_script(new_schema, old_schema);
    ASSERT_NO_THROW(walked.apply(down)) << down;
    expect_same(walked, before, down);
    EXPECT_EQ(rows_in_common(walked, old_schema, new_schema), rows) << down;
  }
}

TEST(RandomSqliteSchemas, AreMadeFromNothingAsTheyWereWritten) {
  for (std::uint32_t seed = 0; seed < kPairs && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SqliteScratch written(random_schema(seed).sql);
    const std::string script = render_sqlite_script({}, written.read());
    SqliteScratch made;
    ASSERT_NO_THROW(made.apply(script)) << script;
    expect_same(made, written, script);
    EXPECT_EQ(render_sqlite_script(made.read(), written.read()), "");
    made.apply(render_sqlite_script(made.read(), {}));
    EXPECT_TRUE(made.read().empty());
  }
}

}  // namespace
}  // namespace athanor
