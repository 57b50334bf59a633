#include "cli/commands/failure.hpp"

#include <nlohmann/json.hpp>

namespace athanor::cli {

void tell_failure(Console& console, const Error& error, bool json) {
  if (!json) {
    console.note(console.paint_err(Colour::Red, "FAILED:") + " " + error.message);
    return;
  }
  nlohmann::ordered_json told{
      {"kind", to_string(error.kind)}, {"reason", error.reason}, {"message", error.message}};
  if (!error.site.revision.empty()) told["revision"] = error.site.revision;
  if (!error.site.file.empty()) told["file"] = error.site.file;
  if (error.site.line != 0) told["line"] = error.site.line;
  if (!error.site.sqlstate.empty()) told["sqlstate"] = error.site.sqlstate;
  console.note(nlohmann::ordered_json{{"error", told}}.dump(
      -1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace athanor::cli
