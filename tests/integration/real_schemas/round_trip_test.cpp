// What is read of a schema is all of it: rendered from nothing, it is the same schema again, and taken away,
// nothing is left.
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/child_process.hpp"
#include "support/real_schemas.hpp"
#include "support_schema/scratch_database.hpp"
#include "support_schema/second_opinion.hpp"

namespace athanor {
namespace {

using athanor::testing::ChildProcess;
using athanor::testing::named;
using athanor::testing::ScratchDatabase;
using athanor::testing::script;
using schema::Catalog;

struct RealSchema {
  const char* package;
  int tables;     ///< at least so many, so that an empty one doesn't pass
  int functions;  ///< with procedures and aggregates
  int until = 0;  ///< PostgreSQL's last major version that takes it; 0: any
};

std::ostream& operator<<(std::ostream& out, const RealSchema& given) {
  return out << given.package;
}

void load(const ScratchDatabase& database, const std::string& file) {
  ChildProcess::run(
      {.command = {testing::newest_client("psql"), "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1",
                   "--dbname", ScratchDatabase::server().url(database.name()), "--file", file}});
}

auto count(const Catalog& catalog, std::initializer_list<schema::ObjectKind> kinds) {
  return std::count_if(catalog.begin(), catalog.end(), [&](const auto& entry) {
    return std::find(kinds.begin(), kinds.end(), entry.first.kind) != kinds.end();
  });
}

class RealSchemas : public ::testing::TestWithParam<RealSchema> {};

TEST_P(RealSchemas, IsMadeAgainFromNothingAndTakenAway) {
  const RealSchema& given = GetParam();
  const ScratchDatabase original;
  load(original, testing::real_schema_file(given.package));
  const Catalog schema = original.read();
  EXPECT_GE(count(schema, {schema::ObjectKind::Table}), given.tables);
  EXPECT_GE(count(schema, {schema::ObjectKind::Function, schema::ObjectKind::Procedure,
                           schema::ObjectKind::Aggregate}),
            given.functions);

  const ScratchDatabase made;
  const Catalog nothing = made.read();
  const std::string nothing_dumped = made.second_opinion();
  ASSERT_NO_THROW(made.apply(script(nothing, schema)));
  EXPECT_EQ(named(schema::compare(made.read(), schema)), "");
  EXPECT_EQ(made.second_opinion(), original.second_opinion());

  ASSERT_NO_THROW(made.apply(script(schema, nothing)));
  EXPECT_EQ(named(schema::compare(made.read(), nothing)), "");
  EXPECT_EQ(made.second_opinion(), nothing_dumped);
}

std::vector<RealSchema> possible(std::vector<RealSchema> schemas) {
  std::erase_if(schemas, [](const RealSchema& given) {
    return given.until != 0 && given.until < ScratchDatabase::server().major_version();
  });
  return schemas;
}

std::string package_name(const ::testing::TestParamInfo<RealSchema>& info) {
  std::string name = info.param.package;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(
    Debian, RealSchemas,
    ::testing::ValuesIn(possible({// A view of its own counts on columns that pg_auth_members had until 15.
                                  RealSchema{"ledgersmb", 150, 450, 15},
                                  RealSchema{"zabbix-server-pgsql", 170, 2}, RealSchema{"icingadb", 60, 2},
                                  RealSchema{"kea-admin", 50, 100}, RealSchema{"icinga2-ido-pgsql", 60, 3}})),
    package_name);

}  // namespace
}  // namespace athanor
