// RevisionGraph: its ends, edges and labels, and every way in which revisions fail to be a graph.
#include "core/revision_graph.hpp"

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/digest.hpp"
#include "unit/core/graph_builders.hpp"

namespace athanor {
namespace {

using testing::chain;
using testing::graph_of;
using testing::Ids;
using testing::revision;

Ids ids_of(const RevisionGraph& graph, std::span<const RevisionGraph::Index> nodes) {
  Ids ids;
  for (const auto node : nodes) ids.push_back(graph.at(node).id);
  return ids;
}

struct FaultyGraph {
  std::string name;
  std::vector<Revision> revisions;
  std::string reason;
  Ids says;  ///< files and ids
};

TEST(RevisionGraph, NamesEveryWayOfNotBeingAGraph) {
  auto copy = revision("a");
  copy.source = "copy.sql";
  copy.upgrade.sql = "SELECT 2;";
  for (const FaultyGraph& faulty : std::vector<FaultyGraph>{
           {"an id twice", {revision("a"), copy}, "DuplicateRevision", {"a.sql", "copy.sql", "\"a\""}},
           {"a parent that is missing",
            {revision("a", {"zz"})},
            "MissingParent",
            {"a.sql", "\"a\"", "\"zz\""}},
           {"a label in place of a parent",
            {revision("a", {}, {}, {"lab"}), revision("b", {"lab"})},
            "MissingParent",
            {"b.sql", "\"lab\""}},
           {"a dependency that is missing",
            {revision("a", {}, {"zz"})},
            "MissingDependency",
            {"a.sql", "\"a\"", "\"zz\"", "depends_on"}},
           {"a revision that is its own parent",
            {revision("a", {"a"})},
            "SelfLoop",
            {"a.sql", "down_revision"}},
           {"a revision that depends on itself", {revision("a", {}, {"a"})}, "DependencySelfLoop", {"a.sql"}},
           {"a revision that depends on its own label",
            {revision("a", {}, {"lab"}, {"lab"})},
            "DependencySelfLoop",
            {"a.sql"}},
           {"a circle of parents",
            {revision("base"), revision("a", {"c"}), revision("b", {"a"}), revision("c", {"b"}),
             revision("d", {"c"})},
            "Cycle",
            {"a, which needs c, which needs b, which needs a again", "a.sql", "b.sql", "c.sql"}},
           {"a circle through depends_on",
            {revision("a1"), revision("a2", {"a1"}, {"b2"}), revision("b1"), revision("b2", {"b1"}, {"a2"})},
            "DependencyCycle",
            {"a2, which needs b2, which needs a2 again", "a2.sql", "b2.sql", "depends_on"}},
           {"a label twice",
            {revision("a", {}, {}, {"lab"}), revision("b", {}, {}, {"lab"})},
            "DuplicateLabel",
            {"\"lab\"", "a.sql", "b.sql"}},
           {"a label that is an id",
            {revision("a", {}, {}, {"b"}), revision("b")},
            "DuplicateLabel",
            {"\"b\"", "a.sql", "b.sql"}},
       }) {
    SCOPED_TRACE(faulty.name);
    const auto graph = RevisionGraph::build(faulty.revisions);
    ASSERT_FALSE(graph);
    const Error error = to_error(graph.error());
    EXPECT_EQ(error.kind, ErrorKind::Terminal);
    EXPECT_EQ(error.reason, faulty.reason);
    EXPECT_FALSE(error.site.file.empty());
    EXPECT_FALSE(error.site.revision.empty());
    for (const std::string& word : faulty.says) {
      EXPECT_NE(error.message.find(word), std::string::npos) << word << " in: " << error.message;
    }
  }
}

TEST(RevisionGraph, BoundsTheMessageOfALongCircle) {
  auto revisions = chain(5000);
  revisions.front().down_revisions = {revisions.back().id};
  const auto graph = RevisionGraph::build(std::move(revisions));
  ASSERT_FALSE(graph);
  const Error error = to_error(graph.error());
  EXPECT_EQ(error.reason, "Cycle");
  EXPECT_LT(error.message.size(), 1000U);
  EXPECT_NE(error.message.find("4992 more"), std::string::npos) << error.message;
}

TEST(RevisionGraph, TakesEqualCopiesForOne) {
  auto copy = revision("a");
  copy.source = "elsewhere.sql";
  copy.upgrade.first_line = 20;
  const auto graph = graph_of({revision("a"), copy, revision("b", {"a"})});
  EXPECT_EQ(graph.size(), 2U);
}

TEST(RevisionGraph, TellsCopiesThatDifferInAnythingElseApart) {
  const std::vector<std::pair<std::string, std::function<void(Revision&)>>> edits = {
      {"parents", [](Revision& r) { r.down_revisions = {"x"}; }},
      {"labels", [](Revision& r) { r.branch_labels = {"x"}; }},
      {"dependencies", [](Revision& r) { r.depends_on = {"x"}; }},
      {"date", [](Revision& r) { r.create_date = "x"; }},
      {"message", [](Revision& r) { r.message = "x"; }},
      {"transaction", [](Revision& r) { r.transaction = TransactionMode::Off; }},
      {"upgrade", [](Revision& r) { r.upgrade.sql = "x"; }},
      {"upgrade checksum", [](Revision& r) { r.upgrade.checksum = "x"; }},
      {"downgrade", [](Revision& r) { r.downgrade->sql = "x"; }},
      {"reversibility", [](Revision& r) { r.downgrade.reset(); }},
  };
  for (const auto& [name, edit] : edits) {
    auto copy = revision("a");
    edit(copy);
    const auto graph = RevisionGraph::build({revision("a"), copy, revision("x")});
    ASSERT_FALSE(graph) << name;
    EXPECT_TRUE(std::holds_alternative<DuplicateRevision>(graph.error())) << name;
  }
}

TEST(RevisionGraph, KnowsItsEnds) {
  //  a ── b ── d        x ── y        y depends on d
  //   └── c
  const auto graph = graph_of({revision("a"), revision("b", {"a"}), revision("c", {"a"}),
                               revision("d", {"b"}), revision("x"), revision("y", {"x"}, {"d"})});
  EXPECT_EQ(graph.bases(), (Ids{"a", "x"}));
  EXPECT_EQ(graph.heads(), (Ids{"c", "d", "y"}));
  EXPECT_EQ(graph.effective_heads(), (Ids{"c", "y"}));
  EXPECT_EQ(ids_of(graph, graph.children(*graph.find("a"))), (Ids{"b", "c"}));
  EXPECT_EQ(ids_of(graph, graph.parents(*graph.find("d"))), (Ids{"b"}));
  EXPECT_EQ(ids_of(graph, graph.dependencies(*graph.find("y"))), (Ids{"d"}));
  EXPECT_EQ(ids_of(graph, graph.dependents(*graph.find("d"))), (Ids{"y"}));
  EXPECT_EQ(ids_of(graph, graph.topological_order()), (Ids{"a", "b", "c", "d", "x", "y"}));
  EXPECT_FALSE(graph.find("zz"));
  EXPECT_FALSE(graph.find(""));
}

TEST(RevisionGraph, OfNothingIsEmpty) {
  const auto graph = graph_of({});
  EXPECT_EQ(graph.size(), 0U);
  EXPECT_TRUE(graph.heads().empty());
  EXPECT_TRUE(graph.topological_order().empty());
}

TEST(RevisionGraph, DoesNotDependOnTheOrderOfItsFiles) {
  auto revisions = chain(50);
  const auto sorted = graph_of(revisions);
  std::shuffle(revisions.begin(), revisions.end(), std::mt19937(3));
  const auto shuffled = graph_of(revisions);
  EXPECT_EQ(ids_of(sorted, sorted.topological_order()), ids_of(shuffled, shuffled.topological_order()));
  EXPECT_EQ(digest_of(sorted), digest_of(shuffled));
}

TEST(RevisionGraph, LetsDependenciesNameLabels) {
  const auto graph =
      graph_of({revision("a", {}, {}, {"core"}), revision("b"), revision("c", {"b"}, {"core"})});
  EXPECT_EQ(ids_of(graph, graph.dependencies(*graph.find("c"))), (Ids{"a"}));
  EXPECT_EQ(graph.find_label("core"), graph.find("a"));
  EXPECT_FALSE(graph.find_label("a"));
}

TEST(RevisionGraph, DropsDependenciesThatAnAncestorHas) {
  const auto graph =
      graph_of({revision("d1"), revision("d2"), revision("a", {}, {"d1"}), revision("b", {"a"}, {"d1", "d2"}),
                revision("c", {"b"}, {"d2", "d1", "b"}), revision("x", {}, {"d1"})});
  EXPECT_EQ(ids_of(graph, graph.dependencies(*graph.find("a"))), (Ids{"d1"}));
  EXPECT_EQ(ids_of(graph, graph.dependencies(*graph.find("b"))), (Ids{"d2"}));
  EXPECT_EQ(ids_of(graph, graph.dependencies(*graph.find("c"))), (Ids{}));
  EXPECT_EQ(ids_of(graph, graph.dependencies(*graph.find("x"))), (Ids{"d1"}));
}

TEST(RevisionGraph, DropsInheritedDependenciesBeyondOneWordOfBits) {
  std::vector<Revision> revisions;
  Ids all;
  for (int i = 100; i < 300; ++i) {
    all.push_back("d" + std::to_string(i));
    revisions.push_back(revision(all.back()));
  }
  revisions.push_back(revision("x1", {}, all));
  revisions.push_back(revision("x2", {"x1"}));
  revisions.push_back(revision("x3", {"x2"}, all));
  const auto graph = graph_of(std::move(revisions));
  EXPECT_EQ(graph.dependencies(*graph.find("x1")).size(), 200U);
  EXPECT_EQ(graph.dependencies(*graph.find("x3")).size(), 0U);
  EXPECT_EQ(graph.effective_heads(), (Ids{"x3"}));
}

struct LabelCase {
  std::string name;
  std::vector<Revision> revisions;
  std::vector<std::pair<std::string, Ids>> labels;
};

TEST(RevisionGraph, SpreadsLabelsAsAlembicDoes) {
  for (const LabelCase& spread : std::vector<LabelCase>{
           {"over a whole line, both ways",
            {revision("a"), revision("b", {"a"}, {}, {"x"}), revision("c", {"b"})},
            {{"a", {"x"}}, {"b", {"x"}}, {"c", {"x"}}}},
           {"downwards as far as a branch point",
            {revision("a"), revision("b", {"a"}), revision("c", {"b"}, {}, {"x"}), revision("d", {"a"})},
            {{"a", {}}, {"b", {"x"}}, {"c", {"x"}}, {"d", {}}}},
           {"to all descendants, but not downwards through a branch point above",
            {revision("a"), revision("b", {"a"}, {}, {"x"}), revision("c", {"b"}), revision("d", {"b"})},
            {{"a", {}}, {"b", {"x"}}, {"c", {"x"}}, {"d", {"x"}}}},
           {"as far as a merge point",
            {revision("a"), revision("b"), revision("m", {"a", "b"}), revision("n", {"m"}, {}, {"x"})},
            {{"a", {}}, {"b", {}}, {"m", {}}, {"n", {"x"}}}},
           {"together where branches merge",
            {revision("a"), revision("b", {"a"}, {}, {"x"}), revision("c", {"a"}, {}, {"y"}),
             revision("m", {"b", "c"})},
            {{"a", {}}, {"b", {"x"}}, {"c", {"y"}}, {"m", {"x", "y"}}}},
           {"not downwards through what others depend on",
            {revision("a"), revision("b", {"a"}, {}, {"x"}), revision("c", {"b"}), revision("z", {}, {"a"})},
            {{"a", {}}, {"b", {"x"}}, {"c", {"x"}}, {"z", {}}}},
       }) {
    const auto graph = graph_of(spread.revisions);
    for (const auto& [id, labels] : spread.labels) {
      EXPECT_EQ(graph.labels(*graph.find(id)), labels) << spread.name << ": " << id;
    }
  }
}

TEST(RevisionGraph, SharesTheLabelsOfALongHistory) {
  auto revisions = chain(20000);
  for (Revision& made : revisions) made.branch_labels = {"label" + made.id};
  const auto graph = graph_of(std::move(revisions));
  EXPECT_EQ(graph.labels(10).size(), 20000U);
}

TEST(RevisionGraph, KeepsItsPromisesWhenCopied) {
  const auto graph = graph_of({revision("a", {}, {}, {"x"}), revision("b", {"a"})});
  const RevisionGraph copy =
      graph;  // NOLINT(performance-unnecessary-copy-initialization): the copy is the point
  EXPECT_EQ(copy.find("b"), graph.find("b"));
  EXPECT_EQ(copy.find_label("x"), graph.find_label("x"));
  EXPECT_EQ(copy.labels(1), graph.labels(1));
}

TEST(Digest, ChangesWithWhatAnEnvironmentIsGiven) {
  const auto plain = digest_of(graph_of({revision("a"), revision("b", {"a"})}));
  EXPECT_EQ(plain.substr(0, 7), "sha256:");
  EXPECT_EQ(plain.size(), 7U + 64U);
  std::vector<std::pair<std::string, std::function<void(Revision&)>>> edits = {
      {"parents", [](Revision& r) { r.down_revisions = {}; }},
      {"dependencies", [](Revision& r) { r.depends_on = {"a"}; }},
      {"labels", [](Revision& r) { r.branch_labels = {"x"}; }},
      {"upgrade", [](Revision& r) { r.upgrade.checksum = "1e"; }},
      {"downgrade", [](Revision& r) { r.downgrade->checksum = "1e"; }},
      {"reversibility", [](Revision& r) { r.downgrade.reset(); }},
      {"transaction", [](Revision& r) { r.transaction = TransactionMode::Off; }},
      {"id", [](Revision& r) { r.id = "c"; }},
  };
  for (const auto& [name, edit] : edits) {
    auto edited = revision("b", {"a"});
    edit(edited);
    EXPECT_NE(digest_of(graph_of({revision("a"), edited})), plain) << name;
  }
}

TEST(Digest, DoesNotChangeWithWhatIsOnlyForPeople) {
  auto edited = revision("b", {"a"});
  edited.message = "words";
  edited.create_date = "today";
  edited.source = "elsewhere";
  edited.upgrade.first_line = 9;
  edited.upgrade.sql = "/* words */ " + edited.upgrade.sql;
  EXPECT_EQ(digest_of(graph_of({revision("a"), edited})),
            digest_of(graph_of({revision("b", {"a"}), revision("a")})));
}

}  // namespace
}  // namespace athanor
