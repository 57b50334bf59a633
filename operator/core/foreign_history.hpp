// What another migration tool's own table says of a database.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace athanor {

enum class MigrationTool { Alembic, GolangMigrate, Dbmate, Goose, Flyway, Atlas };

/// As it is written: alembic, golang-migrate, dbmate, goose, flyway, atlas.
[[nodiscard]] std::string_view to_string(MigrationTool tool);
[[nodiscard]] std::optional<MigrationTool> migration_tool(std::string_view name);
/// All names: alembic, golang-migrate, …
[[nodiscard]] std::vector<std::string> migration_tool_names();

/// One migration that the tool began.
struct ForeignVersion {
  std::string version;   ///< as the table has it
  bool failed = false;   ///< it was begun, and did not end well
  bool up_to = false;    ///< everything below it counts as applied too, though the table does not list it
  std::string detail{};  ///< of a failed one, where the table says more

  bool operator==(const ForeignVersion&) const = default;
};

struct ForeignHistory {
  MigrationTool tool = MigrationTool::Alembic;
  std::string table;  ///< for a person: `public.goose_db_version`
  /// What is applied, or was begun and failed. Base rows, repeatable migrations and what was undone are left
  /// out.
  std::vector<ForeignVersion> versions;

  bool operator==(const ForeignHistory&) const = default;
};

}  // namespace athanor
