// Schemas made by chance, alike enough to be changed into each other.
#pragma once

#include <string>

#include "integration/random_schemas/choice.hpp"

namespace athanor::testing {

/// Some hundred objects of every kind that the model knows, the same for the same seeds. The same names come
/// again with every seed, most of them each time; what refers to others takes them as they are.
/// @param server_version the major version
[[nodiscard]] std::string random_schema(const Seeds& seeds, int server_version);

}  // namespace athanor::testing
