#include "bench/bench_apply.hpp"

#include <chrono>
#include <stdexcept>
#include <stop_token>
#include <utility>

#include <nlohmann/json.hpp>

#include "adapters/postgres/postgres_connector.hpp"
#include "adapters/system/system_clock.hpp"
#include "adapters/system/system_randomness.hpp"
#include "bench/revision_folder.hpp"
#include "core/digest.hpp"
#include "core/revision_query.hpp"
#include "core/traversal.hpp"
#include "engine/migrator.hpp"

namespace athanor::bench {
namespace {

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

std::string apply(const std::string& url, const std::filesystem::path& folder) {
  const auto begin = std::chrono::steady_clock::now();
  const RevisionGraph graph = graph_of(read_files(folder));
  const double read_s = seconds_since(begin);

  postgres::PostgresConnector connector;
  system::SystemClock clock;
  system::SystemRandomness randomness;
  engine::Settings settings;
  settings.self.name = "bench";
  settings.digest = digest_of(graph);
  settings.by = "bench";
  engine::Migrator migrator(
      [&](std::stop_token cancel) {
        ports::ConnectionSpec spec;
        spec.url = url;
        return connector.connect(spec, std::move(cancel));
      },
      settings, clock, randomness);

  const auto planning = std::chrono::steady_clock::now();
  const auto state = migrator.read_state();
  if (!state) throw std::runtime_error(state.error().message);
  const auto target = resolve_target(graph, "heads");
  if (!target) throw std::runtime_error(target.error().message);
  const auto plan = plan_upgrade(graph, state->version_rows, *target);
  if (!plan) throw std::runtime_error(plan.error().message);
  const double plan_s = seconds_since(planning);

  const auto running = std::chrono::steady_clock::now();
  engine::Progress progress;
  const auto outcome = migrator.run(graph, *plan, progress, {}, {});
  if (outcome.failure) throw std::runtime_error(outcome.failure->message);
  return nlohmann::json{{"revisions", outcome.applied.size()},
                        {"read_s", read_s},
                        {"plan_s", plan_s},
                        {"run_s", seconds_since(running)}}
      .dump();
}

}  // namespace athanor::bench
