// Applying a folder of revisions by the engine.
#pragma once

#include <filesystem>
#include <string>

namespace athanor::bench {

/// Applies what is pending up to the heads. Throws std::runtime_error if that fails.
/// @return JSON: revisions, and seconds of reading, planning and running each
[[nodiscard]] std::string apply(const std::string& url, const std::filesystem::path& folder);

}  // namespace athanor::bench
