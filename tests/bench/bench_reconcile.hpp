// Reconciling an environment that is up to date.
#pragma once

#include <filesystem>
#include <string>

namespace athanor::bench {

/// Has a Reconciler look `passes` times at an environment whose database is at its target already; API
/// objects are kept in memory, the database is real. Throws std::runtime_error unless every pass ends Ready.
/// @return JSON: revisions, first_ms (reads the ConfigMap), passes_ms, and what the passes after the first
/// cost: status_writes, config_map_reads
[[nodiscard]] std::string reconcile(const std::string& url, const std::filesystem::path& folder, int passes);

}  // namespace athanor::bench
