#include "core/foreign_history.hpp"

#include <array>
#include <utility>

namespace athanor {
namespace {

constexpr std::array<std::pair<MigrationTool, std::string_view>, 6> kNames{
    {{MigrationTool::Alembic, "alembic"},
     {MigrationTool::GolangMigrate, "golang-migrate"},
     {MigrationTool::Dbmate, "dbmate"},
     {MigrationTool::Goose, "goose"},
     {MigrationTool::Flyway, "flyway"},
     {MigrationTool::Atlas, "atlas"}}};

}  // namespace

std::string_view to_string(MigrationTool tool) {
  for (const auto& [each, name] : kNames) {
    if (each == tool) return name;
  }
  return {};
}

std::optional<MigrationTool> migration_tool(std::string_view name) {
  for (const auto& [tool, each] : kNames) {
    if (each == name) return tool;
  }
  return std::nullopt;
}

std::vector<std::string> migration_tool_names() {
  std::vector<std::string> names;
  for (const auto& [tool, name] : kNames) names.emplace_back(name);
  return names;
}

}  // namespace athanor
