// The editor in which a person changes files.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace athanor::cli {

/// The person's editor, as a shell would run it (it may have arguments): $VISUAL, else $EDITOR, else the
/// first of sensible-editor, editor, nano and vi on $PATH.
/// @param variables looks up the process's environment
/// @return Terminal `NoEditor`
[[nodiscard]] Result<std::string> find_editor(
    const std::function<std::optional<std::string>(const std::string& name)>& variables);

/// Runs an editor on files and waits for its end. It gets the signals that this process may have blocked.
/// @return Terminal `EditorFailed` unless it ends with 0
[[nodiscard]] Result<void> run_editor(const std::string& editor,
                                      const std::vector<std::filesystem::path>& files);

}  // namespace athanor::cli
