// SHA-256, and the digest that names a set of revisions (design section 5).
#pragma once

#include <string>
#include <string_view>

#include "core/revision_graph.hpp"

namespace athanor {

/// 64 lower-case hex digits.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

/// `sha256:` and 64 hex digits over the sorted (id, parents, checksums) of the graph: exactly what an
/// environment was given.
[[nodiscard]] std::string digest_of(const RevisionGraph& graph);

}  // namespace athanor
