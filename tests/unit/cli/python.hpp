// What Python says, where Alembic's behaviour is Python's.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "support/child_process.hpp"
#include "support/temp_folder.hpp"

namespace athanor::cli {

/// Runs a script that reads `given` as JSON from the file sys.argv[1] and prints JSON.
inline nlohmann::json ask_python(std::string_view script, const nlohmann::json& given) {
  const athanor::testing::TempFolder folder;
  const auto program = folder.write("script.py", script);
  const auto input = folder.write("given.json", given.dump());
  athanor::testing::ChildProcess::run({.command = {"/usr/bin/python3", program.string(), input.string()},
                                       .environment = {"PYTHONUTF8=1"},
                                       .output = folder.path() / "output.json"});
  return nlohmann::json::parse(folder.read("output.json"));
}

}  // namespace athanor::cli
