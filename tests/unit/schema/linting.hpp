// Histories to lint, and findings in a form that a table can hold.
#pragma once

#include <string>
#include <vector>

#include "schema/lint.hpp"

namespace athanor::schema {

/// What every history of these tests begins with.
inline const std::string kBaseSql =
    "CREATE TABLE users (id bigint PRIMARY KEY, name varchar(40), price numeric(10, 2), at timestamptz(3),\n"
    "  small int, note text, code char(3), ip cidr, flags varbit(4));\n"
    "CREATE TABLE orders (id serial PRIMARY KEY);\n"
    "CREATE INDEX users_name ON users (name);\n"
    "CREATE MATERIALIZED VIEW totals AS SELECT 1 AS n";

inline RevisionText revision_file(const std::string& id, const std::string& parent,
                                  const std::string& upgrade, const std::string& downgrade = "",
                                  const std::string& head = "") {
  return {id + ".sql", "-- revision: " + id + "\n-- down_revision: " + (parent.empty() ? "none" : parent) +
                           "\n" + head + "-- athanor:upgrade\n" + upgrade + "\n-- athanor:downgrade\n" +
                           downgrade + "\n"};
}

/// The findings of a revision upon the base, as "rule:line" with lines of its upgrade section from 1.
inline std::vector<std::string> found_in(const std::string& upgrade, const std::string& head = "",
                                         const LintOptions& options = {}) {
  std::vector<std::string> found;
  const std::size_t above = head.empty() ? 3 : 4;
  for (const Finding& finding :
       lint({revision_file("r1", "", kBaseSql), revision_file("r2", "r1", upgrade, "", head)}, options)) {
    EXPECT_EQ(finding.file, "r2.sql") << finding.rule << ": " << finding.message;
    found.push_back(finding.rule + ":" + std::to_string(finding.line - above));
  }
  return found;
}

}  // namespace athanor::schema
