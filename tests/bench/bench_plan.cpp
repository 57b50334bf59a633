#include "bench/bench_plan.hpp"

#include <chrono>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/revision_graph.hpp"
#include "core/revision_query.hpp"
#include "core/traversal.hpp"

namespace athanor::bench {
namespace {

std::vector<Revision> chain(std::size_t count) {
  std::vector<Revision> revisions(count);
  for (std::size_t i = 0; i < count; ++i) {
    revisions[i].id = fmt::format("{:012x}", i);
    if (i > 0) revisions[i].down_revisions = {revisions[i - 1].id};
    revisions[i].upgrade = {"SELECT 1;", 1, "0f"};
    revisions[i].source = revisions[i].id + ".sql";
  }
  return revisions;
}

double milliseconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string plan(std::size_t revisions, int passes) {
  const auto all = chain(revisions);
  std::vector<double> build_ms;
  std::vector<double> plan_ms;
  for (int pass = 0; pass < passes; ++pass) {
    auto copy = all;
    const auto building = std::chrono::steady_clock::now();
    const auto graph = RevisionGraph::build(std::move(copy));
    build_ms.push_back(milliseconds_since(building));
    if (!graph) throw std::runtime_error(to_error(graph.error()).message);
    const auto planning = std::chrono::steady_clock::now();
    const auto target = resolve_target(*graph, "heads");
    if (!target) throw std::runtime_error(target.error().message);
    const auto made = plan_upgrade(*graph, {}, *target);
    plan_ms.push_back(milliseconds_since(planning));
    if (!made) throw std::runtime_error(made.error().message);
    if (made->steps.size() != revisions) throw std::runtime_error("the plan is not whole");
  }
  return nlohmann::json{{"revisions", revisions}, {"build_ms", build_ms}, {"plan_ms", plan_ms}}.dump();
}

}  // namespace athanor::bench
