// Each change in both directions on a real SQLite: seen, rendered, applied, and gone then; rows stay, and
// SQLite's own account of the schema agrees.
#include <string>

#include <gtest/gtest.h>

#include "integration/inspect_sqlite/change_cases.hpp"
#include "integration/inspect_sqlite/second_opinion.hpp"
#include "schema/sqlite/render.hpp"
#include "support/schema_differences.hpp"
#include "unit/sentence.hpp"

namespace athanor {
namespace {

using schema::Catalog;
using schema::compare;
using schema::render_sqlite_script;
using testing::delete_all_rows;
using testing::described_by_sqlite;
using testing::named;
using testing::outcomes;
using testing::rows_in_common;
using testing::SqliteCase;
using testing::SqliteScratch;

class ChangeSqlite : public ::testing::TestWithParam<SqliteCase> {};

TEST_P(ChangeSqlite, IsSeenRenderedAndUndone) {
  const SqliteCase& given = GetParam();
  SqliteScratch before(given.before);
  SqliteScratch after(given.after);
  SqliteScratch walked(given.before);
  walked.query(given.rows);
  const Catalog old_schema = before.read();
  const Catalog new_schema = after.read();
  ASSERT_NE(named(compare(old_schema, new_schema)), "") << "nothing was seen";
  const std::string rows = rows_in_common(walked, old_schema, new_schema);

  const std::string up = render_sqlite_script(old_schema, new_schema);
  ASSERT_NO_THROW(walked.apply(up)) << up;
  EXPECT_EQ(named(compare(walked.read(), new_schema)), "") << up;
  EXPECT_EQ(described_by_sqlite(walked), described_by_sqlite(after)) << up;
  EXPECT_EQ(rows_in_common(walked, old_schema, new_schema), rows) << up;

  const std::string down = render_sqlite_script(new_schema, old_schema);
  ASSERT_NO_THROW(walked.apply(down)) << down;
  EXPECT_EQ(named(compare(walked.read(), old_schema)), "") << down;
  EXPECT_EQ(described_by_sqlite(walked), described_by_sqlite(before)) << down;
  EXPECT_EQ(rows_in_common(walked, old_schema, new_schema), rows) << down;
}

TEST_P(ChangeSqlite, BehavesAsWhatWasWritten) {
  const SqliteCase& given = GetParam();
  SqliteScratch written(given.after);
  SqliteScratch walked(given.before);
  walked.query(given.rows);
  walked.apply(render_sqlite_script(walked.read(), written.read()));
  delete_all_rows(walked);
  SqliteScratch from_nothing;
  const std::string script = render_sqlite_script({}, written.read());
  ASSERT_NO_THROW(from_nothing.apply(script)) << script;
  EXPECT_EQ(described_by_sqlite(from_nothing), described_by_sqlite(written)) << script;

  const std::string expected = outcomes(written, given.probes);
  EXPECT_EQ(outcomes(from_nothing, given.probes), expected) << script;
  EXPECT_EQ(outcomes(walked, given.probes), expected);
}

INSTANTIATE_TEST_SUITE_P(Columns, ChangeSqlite, ::testing::ValuesIn(testing::column_cases()),
                         sentence_name<SqliteCase>);
INSTANTIATE_TEST_SUITE_P(Tables, ChangeSqlite, ::testing::ValuesIn(testing::table_cases()),
                         sentence_name<SqliteCase>);
INSTANTIATE_TEST_SUITE_P(Constraints, ChangeSqlite, ::testing::ValuesIn(testing::constraint_cases()),
                         sentence_name<SqliteCase>);
INSTANTIATE_TEST_SUITE_P(Code, ChangeSqlite, ::testing::ValuesIn(testing::code_cases()),
                         sentence_name<SqliteCase>);
INSTANTIATE_TEST_SUITE_P(Tangled, ChangeSqlite, ::testing::ValuesIn(testing::tangled_cases()),
                         sentence_name<SqliteCase>);

}  // namespace
}  // namespace athanor
