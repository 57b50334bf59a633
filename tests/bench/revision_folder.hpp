// The revision files of a folder.
#pragma once

#include <filesystem>

#include "core/revision_graph.hpp"
#include "ports/objects.hpp"

namespace athanor::bench {

/// Name and text of every `.sql` file. Throws std::runtime_error for a folder that can't be read.
[[nodiscard]] ports::StringMap read_files(const std::filesystem::path& folder);

/// The graph of these files. Throws std::runtime_error for files that are none.
[[nodiscard]] RevisionGraph graph_of(const ports::StringMap& files);

}  // namespace athanor::bench
