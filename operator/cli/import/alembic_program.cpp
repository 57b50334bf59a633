#include "cli/import/alembic_program.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "adapters/system/child_process.hpp"
#include "adapters/system/private_folder.hpp"
#include "cli/import/alembic_reader.hpp"
#include "core/text.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

/// An environment of Alembic's own layout. The separator only keeps newer versions from warning.
constexpr std::string_view kReaderConfig =
    "[alembic]\n"
    "script_location = %(here)s\n"
    "path_separator = os\n";

nlohmann::json heads_of(const std::vector<Revision>& revisions) {
  auto heads = nlohmann::json::array();
  for (const Revision& revision : revisions) {
    heads.push_back({{"revision", revision.id},
                     {"down_revisions", revision.down_revisions},
                     {"branch_labels", revision.branch_labels},
                     {"depends_on", revision.depends_on},
                     {"path", revision.source}});
  }
  return heads;
}

Result<void> lay_out(const fs::path& folder, const AlembicRequest& request, ports::Filesystem& files) {
  const nlohmann::json asked{{"config", request.config},
                             {"section", request.section},
                             {"x", request.x},
                             {"sql", heads_of(request.sql)}};
  const std::array contents{
      std::pair("alembic.ini", std::string(kReaderConfig)), std::pair("env.py", std::string(kAlembicReader)),
      std::pair("request.json", asked.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace))};
  for (const auto& [name, content] : contents) {
    if (auto written = files.write_atomically(folder / name, content); !written) return written;
  }
  return {};
}

Error told_of(const system::ChildFailure& failure, const std::string& program) {
  if (failure.started) {
    return {ErrorKind::Terminal, "AlembicFailed",
            fmt::format("lost {} while it ran: {}", program, failure.why.message()),
            ErrorSite{.file = program}};
  }
  const std::string what = fmt::format("cannot run {}: {}", program, failure.why.message());
  if (failure.why != std::errc::no_such_file_or_directory)
    return {ErrorKind::Terminal, "AlembicFailed", what, ErrorSite{.file = program}};
  return {ErrorKind::Terminal, "AlembicMissing",
          what +
              ". Importing runs the project's own alembic: name it with --alembic FILE (of a virtual "
              "environment: --alembic .venv/bin/alembic), or install it.",
          ErrorSite{.file = program}};
}

std::string ending_of(const system::ChildEnd& end) {
  return end.signal != 0 ? fmt::format("was ended by signal {}", end.signal)
                         : fmt::format("ended with exit code {}", end.exit_code);
}

}  // namespace

Result<std::string> ask_alembic(const AlembicRequest& request, ports::Filesystem& files,
                                const std::stop_token& stop, const std::stop_token& cancel) {
  const system::PrivateFolder folder;
  if (folder.path().empty()) {
    return fail(
        ErrorKind::Transient, "FileUnwritable",
        fmt::format("cannot make a folder in the temporary folder ($TMPDIR): {}", folder.why().message()));
  }
  if (auto laid = lay_out(folder.path(), request, files); !laid) return fail(std::move(laid.error()));
  const fs::path errors = folder.path() / "errors";
  const auto end = system::run_child(
      {.words = {request.program, "-c", (folder.path() / "alembic.ini").string(), "current"},
       // Loading the user's scripts leaves no __pycache__ beside them.
       .variables = {"PYTHONDONTWRITEBYTECODE=1"},
       .apart = system::ChildCall::Streams{.output = folder.path() / "output", .errors = errors}},
      stop, cancel);
  if (!end) return fail(told_of(end.error(), request.program));
  if (stop.stop_requested()) {
    return fail(ErrorKind::Transient, "Stopped",
                fmt::format("stopped: {} was ended, and nothing was written", request.program));
  }
  const bool fine = end->signal == 0 && end->exit_code == 0;
  if (auto answer = files.read(folder.path() / "answer.json"); answer && fine) return answer;
  const auto told = files.read(errors);
  return fail(
      ErrorKind::Terminal, "AlembicFailed",
      fmt::format("{} {} before it could read the scripts: {}", request.program, ending_of(*end),
                  told && !trim(*told).empty() ? without_passwords(last_line(*told)) : "it said nothing"),
      ErrorSite{.file = request.program});
}

}  // namespace athanor::cli
