#include <chrono>

#include <fmt/format.h>

#include "api/codec.hpp"
#include "cli/commands/command.hpp"
#include "cli/commands/json_text.hpp"
#include "cli/plugin/environment_view.hpp"
#include "cli/plugin/plugin_world.hpp"
#include "cli/plugin/table.hpp"

namespace athanor::cli {

Result<int> run_history(PluginWorld& world, const PluginOptions& options) {
  const auto view = read_environment(world, options.environment);
  if (!view) return fail(view.error());
  const auto& history = view->status.history;
  if (options.json) {
    auto listed = nlohmann::ordered_json::array();
    for (const api::AppliedStatus& act : history) {
      listed.push_back({{"time", act.time},
                        {"revision", act.revision},
                        {"direction", act.direction},
                        {"durationMs", act.duration_ms}});
    }
    world.console.line(json_text(listed));
    return kFine;
  }
  if (history.empty()) {
    world.console.note(
        fmt::format("Nothing is known to have been applied to {}.", view->meta.key.to_string()));
    return kFine;
  }
  std::vector<std::vector<std::string>> rows{{"TIME", "REVISION", "DIRECTION", "TOOK"}};
  for (const api::AppliedStatus& act : history) {
    rows.push_back({act.time, act.revision, act.direction,
                    api::format_duration(std::chrono::milliseconds(act.duration_ms))});
  }
  world.console.out(table_text(rows));
  if (history.size() >= api::kMaxHistory) {
    world.console.note(fmt::format("The status keeps the last {}; the database's ledger has all of them.",
                                   api::kMaxHistory));
  }
  return kFine;
}

}  // namespace athanor::cli
