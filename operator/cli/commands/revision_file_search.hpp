// A revision's file, found without a history.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "cli/project/project.hpp"
#include "core/result.hpp"
#include "ports/filesystem.hpp"

namespace athanor::cli {

/// The files of a project that a word names: by the file's name, by the id in the head, or by how one of them
/// begins. They need not be fit to be read as revisions: that is what they are opened for.
/// @return none if there is none; more than one if it is not clear; the errors of list_versions()
[[nodiscard]] Result<std::vector<std::filesystem::path>> find_revision_files(const Project& project,
                                                                             const ports::Filesystem& files,
                                                                             std::string_view word);

}  // namespace athanor::cli
