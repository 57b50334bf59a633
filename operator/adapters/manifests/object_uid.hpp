// Uids, as an API server gives them.
#pragma once

#include <string>

#include "ports/randomness.hpp"

namespace athanor::manifests {

/// A random UUID (RFC 9562, version 4).
[[nodiscard]] std::string random_uid(ports::Randomness& randomness);

}  // namespace athanor::manifests
