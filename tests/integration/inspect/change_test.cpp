// Each change in both directions on a real PostgreSQL: seen, rendered, applied, and gone then; pg_dump
// agrees.
#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "integration/inspect/change_cases.hpp"
#include "support_schema/scratch_database.hpp"

namespace athanor {
namespace {

using athanor::testing::ChangeCase;
using athanor::testing::named;
using athanor::testing::ScratchDatabase;
using athanor::testing::script;
using schema::Catalog;

/// Those that this server's version can take.
std::vector<ChangeCase> possible(std::vector<ChangeCase> cases) {
  std::erase_if(
      cases, [](const ChangeCase& given) { return given.since > ScratchDatabase::server().major_version(); });
  return cases;
}

class Change : public ::testing::TestWithParam<ChangeCase> {};

TEST_P(Change, IsSeenRenderedAndUndone) {
  const ChangeCase& given = GetParam();
  const ScratchDatabase after(std::string(given.common) + given.after);
  const ScratchDatabase walked(std::string(given.common) + given.before);
  const Catalog old_schema = walked.read();
  const std::string old_dump = walked.second_opinion();
  const Catalog new_schema = after.read();
  ASSERT_NE(named(schema::compare(old_schema, new_schema)), "") << "nothing was seen";

  const std::string up = script(old_schema, new_schema);
  ASSERT_NO_THROW(walked.apply(up)) << up;
  EXPECT_EQ(named(schema::compare(walked.read(), new_schema)), "") << up;
  EXPECT_EQ(walked.second_opinion(), after.second_opinion()) << up;

  const std::string down = script(new_schema, old_schema);
  ASSERT_NO_THROW(walked.apply(down)) << down;
  EXPECT_EQ(named(schema::compare(walked.read(), old_schema)), "") << down;
  EXPECT_EQ(walked.second_opinion(), old_dump) << down;
}

std::string case_name(const ::testing::TestParamInfo<ChangeCase>& info) {
  std::string name;
  for (const char* c = info.param.what; *c != '\0'; ++c)
    name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
  return name;
}

#define CHANGES(name, cases) \
  INSTANTIATE_TEST_SUITE_P(name, Change, ::testing::ValuesIn(possible(athanor::testing::cases())), case_name)

CHANGES(Types, type_cases);
CHANGES(Tables, table_cases);
CHANGES(Families, family_cases);
CHANGES(Constraints, constraint_cases);
CHANGES(Code, code_cases);
CHANGES(Access, access_cases);
CHANGES(Tangled, tangled_cases);
CHANGES(Versions, version_cases);

#undef CHANGES

}  // namespace
}  // namespace athanor
