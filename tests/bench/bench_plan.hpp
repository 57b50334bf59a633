// Building the graph of a long chain and planning over it.
#pragma once

#include <cstddef>
#include <string>

namespace athanor::bench {

/// Builds the graph of `revisions` in one chain, and plans from nothing to its head, `passes` times. Throws
/// std::runtime_error if a plan isn't whole.
/// @return JSON: revisions, and milliseconds of each pass: build_ms, plan_ms
[[nodiscard]] std::string plan(std::size_t revisions, int passes);

}  // namespace athanor::bench
