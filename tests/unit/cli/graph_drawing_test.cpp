// Histories drawn with lines: what stands beside each node.
#include "cli/terminal/graph_drawing.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/text.hpp"
#include "unit/sentence.hpp"

namespace athanor::cli {
namespace {

/// A drawing as text: the node's number behind its line.
std::string drawn(const std::vector<GraphNode>& nodes) {
  std::string text;
  for (const DrawnLine& line : draw_graph(nodes)) {
    text += line.lanes;
    if (line.node < nodes.size()) text += " " + std::to_string(line.node);
    text += "\n";
  }
  return text;
}

/// Where a glyph stands, in characters.
std::size_t column_of(const std::string& lanes, const std::string& glyph) {
  const std::size_t at = lanes.find(glyph);
  return at == std::string::npos ? at : count_characters(lanes.substr(0, at));
}

struct Case {
  const char* sentence;
  std::vector<GraphNode> nodes;
  const char* expected;
};

class GraphDrawing : public ::testing::TestWithParam<Case> {};

TEST_P(GraphDrawing, draws) {
  EXPECT_EQ(drawn(GetParam().nodes), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Sentences, GraphDrawing,
    ::testing::Values(Case{"nothing is nothing", {}, ""},
                      Case{"a chain is one lane", {{{1}}, {{2}}, {{}}}, "* 0\n* 1\n* 2\n"},
                      Case{"two heads join in the revision that they follow",
                           {{{2}}, {{2}}, {{}}},
                           "* 0\n"
                           "│ * 1\n"
                           "├─╯\n"
                           "* 2\n"},
                      Case{"a merge opens a lane for each further parent",
                           {{{1, 2}}, {{3}}, {{3}}, {{}}},
                           "* 0\n"
                           "├─╮\n"
                           "* │ 1\n"
                           "│ * 2\n"
                           "├─╯\n"
                           "* 3\n"},
                      Case{"three at once are joined in one line",
                           {{{3}}, {{3}}, {{3}}, {{}}},
                           "* 0\n"
                           "│ * 1\n"
                           "│ │ * 2\n"
                           "├─┴─╯\n"
                           "* 3\n"},
                      Case{"histories that have nothing in common end apart",
                           {{{2}}, {{}}, {{}}},
                           "* 0\n"
                           "│ * 1\n"
                           "* 2\n"},
                      Case{"a base is followed by an empty place, and not by another history's head",
                           {{{1}}, {{}, true}, {{3}}, {{}, true}, {{}, true}},
                           "* 0\n"
                           "o 1\n"
                           "  * 2\n"
                           "  o 3\n"
                           "o 4\n"},
                      Case{"so is a revision whose parents are not shown",
                           {{{}}, {{2}}, {{}}},
                           "* 0\n"
                           "  * 1\n"
                           "  * 2\n"},
                      Case{"a base between two lines leaves its place free for one",
                           {{{4}}, {{}, true}, {{3}}, {{4}}, {{}, true}},
                           "* 0\n"
                           "│ o 1\n"
                           "│   * 2\n"
                           "│   * 3\n"
                           "├───╯\n"
                           "o 4\n"}),
    sentence_name<Case>);

TEST(GraphDrawingOf, any_history_has_each_node_once_and_in_order) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    const std::size_t size = 1 + random() % 40;
    std::vector<GraphNode> nodes(size);
    for (std::size_t node = 0; node + 1 < size; ++node) {
      for (std::size_t count = random() % 3; count > 0; --count) {
        const std::size_t parent = node + 1 + random() % (size - node - 1);
        auto& parents = nodes[node].parents;
        if (std::find(parents.begin(), parents.end(), parent) == parents.end()) parents.push_back(parent);
      }
    }
    std::size_t next = 0;
    std::size_t column_above = std::string::npos;  // of a node in the line above
    for (const DrawnLine& line : draw_graph(nodes)) {
      const std::size_t column = column_of(line.lanes, "*");
      if (column != std::string::npos && column == column_above) {
        const auto& parents = nodes[next - 1].parents;
        EXPECT_TRUE(std::find(parents.begin(), parents.end(), line.node) != parents.end())
            << line.node << " looks like a parent of " << next - 1;
      }
      column_above = column;
      if (line.node == size) continue;
      EXPECT_EQ(line.node, next++);
      EXPECT_NE(line.lanes.find('*'), std::string::npos);
    }
    EXPECT_EQ(next, size);
  }
}

}  // namespace
}  // namespace athanor::cli
