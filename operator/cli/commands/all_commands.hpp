// Every command that works on a project; each is defined in the file of its name.
#pragma once

#include "cli/commands/command.hpp"

namespace athanor::cli {

void add_adopt(CommandTable& table);
void add_branches(CommandTable& table);
void add_bundle(CommandTable& table);
void add_check(CommandTable& table);
void add_current(CommandTable& table);
void add_diff(CommandTable& table);
void add_downgrade(CommandTable& table);
void add_edit(CommandTable& table);
void add_ensure_version(CommandTable& table);
void add_heads(CommandTable& table);
void add_history(CommandTable& table);
void add_import(CommandTable& table);
void add_init(CommandTable& table);
void add_lint(CommandTable& table);
void add_repair(CommandTable& table);
void add_merge(CommandTable& table);
void add_plan(CommandTable& table);
void add_revision(CommandTable& table);
void add_show(CommandTable& table);
void add_stamp(CommandTable& table);
void add_upgrade(CommandTable& table);

/// All of them, in the order of `athanor --help`.
void add_all_commands(CommandTable& table);

}  // namespace athanor::cli
