#include "cli/commands/all_commands.hpp"

namespace athanor::cli {

void add_all_commands(CommandTable& table) {
  add_init(table);
  add_revision(table);
  add_merge(table);
  add_edit(table);
  add_import(table);
  add_adopt(table);
  add_upgrade(table);
  add_downgrade(table);
  add_plan(table);
  add_stamp(table);
  add_repair(table);
  add_ensure_version(table);
  add_current(table);
  add_history(table);
  add_heads(table);
  add_branches(table);
  add_show(table);
  add_check(table);
  add_diff(table);
  add_lint(table);
  add_bundle(table);
}

}  // namespace athanor::cli
