#include "cli/commands/failure.hpp"

#include <utility>

#include <nlohmann/json.hpp>

#include "cli/commands/command.hpp"

namespace athanor::cli {

namespace {

constexpr const char* kWrongUsage = "WrongUsage";

std::string as_json(const Error& error) {
  nlohmann::ordered_json told{
      {"kind", to_string(error.kind)}, {"reason", error.reason}, {"message", error.message}};
  if (!error.site.revision.empty()) told["revision"] = error.site.revision;
  if (!error.site.file.empty()) told["file"] = error.site.file;
  if (error.site.line != 0) told["line"] = error.site.line;
  if (!error.site.sqlstate.empty()) told["sqlstate"] = error.site.sqlstate;
  return nlohmann::ordered_json{{"error", told}}.dump(-1, ' ', false,
                                                      nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace

Error wrong_usage(std::string message) {
  return {ErrorKind::Terminal, kWrongUsage, std::move(message), {}};
}

int tell(Console& console, const Error& error, bool json) {
  const bool is_usage = error.reason == kWrongUsage;
  if (json) {
    console.note(as_json(error));
  } else if (is_usage) {
    console.note(error.message + "\nRun with --help for more information.");
  } else {
    console.note(console.paint_err(Colour::Red, "FAILED:") + " " + error.message);
  }
  return is_usage ? kUsage : kFailed;
}

}  // namespace athanor::cli
