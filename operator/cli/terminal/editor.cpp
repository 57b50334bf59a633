#include "cli/terminal/editor.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "adapters/system/child_process.hpp"

namespace athanor::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kShell = "/bin/sh";

bool is_on_path(std::string_view program, std::string_view path) {
  while (!path.empty()) {
    const std::string_view folder = path.substr(0, path.find(':'));
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
    if (!folder.empty() && ::access((fs::path(folder) / program).c_str(), X_OK) == 0) return true;
  }
  return false;
}

tl::unexpected<Error> failed(const std::string& editor, const std::string& how) {
  return fail(ErrorKind::Terminal, "EditorFailed",
              fmt::format("the editor ({}) {}. $VISUAL or $EDITOR names another.", editor, how));
}

}  // namespace

Result<std::string> find_editor(
    const std::function<std::optional<std::string>(const std::string& name)>& variables) {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (auto chosen = variables(name); chosen && !chosen->empty()) return std::move(*chosen);
  }
  const std::string path = variables("PATH").value_or("");
  for (const char* usual : {"sensible-editor", "editor", "nano", "vi"}) {
    if (is_on_path(usual, path)) return usual;
  }
  return fail(ErrorKind::Terminal, "NoEditor",
              "there is no editor to open the file with. Name one: export EDITOR=vim");
}

Result<void> run_editor(const std::string& editor, const std::vector<fs::path>& files) {
  // The shell splits the editor's words; the files come beside, whatever their names hold.
  std::vector<std::string> words{kShell, "-c", editor + " \"$@\"", "editor"};
  for (const fs::path& file : files) words.push_back(file.string());
  const auto end = system::run_child({.words = std::move(words)});
  if (!end) {
    return failed(editor,
                  (end.error().started ? "was lost: " : "cannot be started: ") + end.error().why.message());
  }
  if (end->signal != 0) return failed(editor, fmt::format("was ended by signal {}", end->signal));
  if (end->exit_code != 0) return failed(editor, fmt::format("ended with exit code {}", end->exit_code));
  return {};
}

}  // namespace athanor::cli
