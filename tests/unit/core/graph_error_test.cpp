// How the errors of a graph are told.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/revision_graph.hpp"

namespace athanor {
namespace {

struct ToldError {
  std::string sentence;
  GraphError error;
  std::string reason, revision, file;
  std::vector<std::string> says;
};

TEST(GraphErrors, AreTerminalAndNameTheirPlaceAndAWayOut) {
  for (const ToldError& told : std::vector<ToldError>{
           {"two revisions of one id",
            DuplicateRevision{"a", {"a.sql", "b.sql"}},
            "DuplicateRevision",
            "a",
            "a.sql",
            {"\"a\"", "a.sql; b.sql", "Keep one of them"}},
           {"a parent that is missing",
            MissingParent{"b", "a", "b.sql"},
            "MissingParent",
            "b",
            "b.sql",
            {"b.sql", "\"b\"", "\"a\"", "Add that revision's file"}},
           {"a dependency that is missing",
            MissingDependency{"b", "x", "b.sql"},
            "MissingDependency",
            "b",
            "b.sql",
            {"b.sql", "\"x\"", "depends_on"}},
           {"its own parent", SelfLoop{"a", "a.sql"}, "SelfLoop", "a", "a.sql", {"itself", "down_revision"}},
           {"its own dependency",
            DependencySelfLoop{"a", "a.sql"},
            "DependencySelfLoop",
            "a",
            "a.sql",
            {"depends on itself"}},
           {"a circle of parents",
            Cycle{{"a", "c", "b"}, {"a.sql", "c.sql", "b.sql"}},
            "Cycle",
            "a",
            "a.sql",
            {"a, which needs c, which needs b, which needs a again", "(a.sql; c.sql; b.sql)"}},
           {"a circle through dependencies",
            DependencyCycle{{"a", "b"}, {"a.sql", "b.sql"}},
            "DependencyCycle",
            "a",
            "a.sql",
            {"a, which needs b, which needs a again", "Correct depends_on"}},
           {"a label twice",
            DuplicateLabel{"lab", {"a", "b"}, {"a.sql", "b.sql"}},
            "DuplicateLabel",
            "b",
            "b.sql",
            {"\"lab\"", "a, b", "a.sql; b.sql", "rename one"}},
       }) {
    SCOPED_TRACE(told.sentence);
    const Error error = to_error(told.error);
    EXPECT_EQ(error.kind, ErrorKind::Terminal);
    EXPECT_EQ(error.reason, told.reason);
    EXPECT_EQ(error.site.revision, told.revision);
    EXPECT_EQ(error.site.file, told.file);
    for (const std::string& words : told.says) {
      EXPECT_NE(error.message.find(words), std::string::npos) << words << " in: " << error.message;
    }
  }
}

TEST(GraphErrors, ListEightOfManyAndCountTheRest) {
  std::vector<std::string> ids;
  std::vector<std::string> files;
  for (int i = 0; i < 9; ++i) {
    ids.push_back("r" + std::to_string(i));
    files.push_back(ids.back() + ".sql");
  }
  const Error error = to_error(Cycle{ids, files});
  EXPECT_NE(error.message.find("which needs r7 and 1 more"), std::string::npos) << error.message;
  EXPECT_NE(error.message.find("r7.sql and 1 more"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find("r8"), std::string::npos) << error.message;
  EXPECT_EQ(error.message.find("again"), std::string::npos) << "the end of a circle that is cut short";
}

}  // namespace
}  // namespace athanor
