// Schemas that programs use: made again from nothing they are the same, and each can be left for the next.
#include "support/real_schemas.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "integration/inspect_sqlite/second_opinion.hpp"
#include "schema/sqlite/render.hpp"
#include "support/schema_differences.hpp"

namespace athanor {
namespace {

using schema::compare;
using schema::render_sqlite_script;
using testing::described_by_sqlite;
using testing::named;
using testing::SqliteScratch;

struct RealSqliteSchema {
  const char* package;
  int tables;  ///< at least so many, so that an empty one doesn't pass
};

constexpr RealSqliteSchema kSchemas[] = {{"zabbix-proxy-sqlite3", 170},
                                         {"roundcube-core", 15},
                                         {"bacula-director-sqlite3", 25},
                                         {"pdns-backend-sqlite3", 7}};

std::string sql_of(const char* package) {
  std::ifstream in(testing::real_schema_file(package));
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(RealSqliteSchemas, AreMadeFromNothingAndLeftForTheNext) {
  SqliteScratch walked;
  for (const auto& [package, tables] : kSchemas) {
    SCOPED_TRACE(package);
    SqliteScratch original(sql_of(package));
    const schema::Catalog schema = original.read();
    EXPECT_GE(std::count_if(schema.begin(), schema.end(),
                            [](const auto& entry) { return entry.first.kind == schema::ObjectKind::Table; }),
              tables);

    SqliteScratch made;
    ASSERT_NO_THROW(made.apply(render_sqlite_script({}, schema)));
    EXPECT_EQ(named(compare(made.read(), schema)), "");
    EXPECT_EQ(described_by_sqlite(made), described_by_sqlite(original));

    ASSERT_NO_THROW(walked.apply(render_sqlite_script(walked.read(), schema)));
    EXPECT_EQ(named(compare(walked.read(), schema)), "");
    EXPECT_EQ(described_by_sqlite(walked), described_by_sqlite(original));
  }
}

}  // namespace
}  // namespace athanor
