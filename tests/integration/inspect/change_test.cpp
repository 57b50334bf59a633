// Each change in both directions on a real PostgreSQL: seen, rendered, applied, and gone then; pg_dump
// agrees.
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "adapters/postgres/postgres_connector.hpp"
#include "engine/inspect/postgres_reader.hpp"
#include "integration/inspect/change_cases.hpp"
#include "schema/postgres/postgres_rules.hpp"
#include "schema/postgres/render.hpp"
#include "support/child_process.hpp"
#include "support/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace athanor {
namespace {

using athanor::testing::ChangeCase;
using athanor::testing::PostgresServer;
using schema::Catalog;

/// One more database for a case, dropped with it.
class Scratch {
 public:
  explicit Scratch(const std::string& sql) : name_(server().create_database()) {
    if (!sql.empty()) server().sql(name_, sql);
  }
  ~Scratch() { server().drop_database(name_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  static PostgresServer& server() {
    static const bool prepared = [] {
      PostgresServer::shared().sql("postgres", "CREATE ROLE reader; CREATE ROLE \"Odd role\"");
      return true;
    }();
    (void)prepared;
    return PostgresServer::shared();
  }

  [[nodiscard]] Catalog read() const {
    postgres::PostgresConnector connector;
    ports::ConnectionSpec spec;
    spec.url = server().url(name_);
    auto database = connector.connect(spec);
    if (!database) throw std::runtime_error(database.error().message);
    auto catalog = engine::read_postgres_schema(**database, {});
    if (!catalog) throw std::runtime_error(catalog.error().message);
    return std::move(*catalog);
  }

  void apply(const std::string& script) const {
    if (!script.empty()) server().sql(name_, "BEGIN; " + script + " COMMIT");
  }

  /// What pg_dump says of it, its lines sorted: columns that came later stand elsewhere.
  [[nodiscard]] std::string dump() const {
    const testing::TempFolder folder;
    const auto file = folder.path() / "dump.sql";
    testing::ChildProcess::run({.command = {server().binaries() / "pg_dump", "--schema-only", "--no-owner",
                                            "--dbname", server().url(name_), "--file", file}});
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);) {
      // Comments name the object's place; \restrict has a key made up for each run.
      if (line.empty() || line.starts_with("--") || line.starts_with("\\")) continue;
      if (line.ends_with(',')) line.pop_back();
      lines.push_back(line);
    }
    std::sort(lines.begin(), lines.end());
    std::string text;
    for (const std::string& line : lines) text += line + '\n';
    return text;
  }

 private:
  std::string name_;
};

std::string script(const Catalog& from, const Catalog& to) {
  return schema::render_postgres_script(schema::plan_changes(from, to, schema::PostgresRules()), from, to);
}

std::string named(const std::vector<schema::Difference>& differences) {
  std::string text;
  for (const auto& difference : differences) {
    text += (difference.before == nullptr  ? "+ "
             : difference.after == nullptr ? "- "
                                           : "~ ") +
            schema::describe(difference.id());
    for (const schema::Fact fact : difference.facts) text += ", " + std::string(schema::to_string(fact));
    text += '\n';
  }
  return text;
}

class Change : public ::testing::TestWithParam<ChangeCase> {};

TEST_P(Change, IsSeenRenderedAndUndone) {
  const ChangeCase& given = GetParam();
  const Scratch before(std::string(given.common) + given.before);
  const Scratch after(std::string(given.common) + given.after);
  const Scratch walked(std::string(given.common) + given.before);
  const Catalog old_schema = before.read();
  const Catalog new_schema = after.read();
  ASSERT_NE(named(schema::compare(old_schema, new_schema)), "") << "nothing was seen";

  const std::string up = script(old_schema, new_schema);
  ASSERT_NO_THROW(walked.apply(up)) << up;
  EXPECT_EQ(named(schema::compare(walked.read(), new_schema)), "") << up;
  EXPECT_EQ(walked.dump(), after.dump()) << up;

  const std::string down = script(new_schema, old_schema);
  ASSERT_NO_THROW(walked.apply(down)) << down;
  EXPECT_EQ(named(schema::compare(walked.read(), old_schema)), "") << down;
  EXPECT_EQ(walked.dump(), before.dump()) << down;
}

std::string case_name(const ::testing::TestParamInfo<ChangeCase>& info) {
  std::string name;
  for (const char* c = info.param.what; *c != '\0'; ++c)
    name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
  return name;
}

INSTANTIATE_TEST_SUITE_P(Types, Change, ::testing::ValuesIn(athanor::testing::type_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Tables, Change, ::testing::ValuesIn(athanor::testing::table_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Constraints, Change, ::testing::ValuesIn(athanor::testing::constraint_cases()),
                         case_name);
INSTANTIATE_TEST_SUITE_P(Code, Change, ::testing::ValuesIn(athanor::testing::code_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Access, Change, ::testing::ValuesIn(athanor::testing::access_cases()), case_name);
INSTANTIATE_TEST_SUITE_P(Tangled, Change, ::testing::ValuesIn(athanor::testing::tangled_cases()), case_name);

}  // namespace
}  // namespace athanor
