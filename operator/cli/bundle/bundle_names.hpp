// What the objects of a bundle are called, and the entries in them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace athanor::cli {

/// The MigrationEnvironment's name that a section of the ini file stands for: the section itself where that
/// is a name to Kubernetes, else in lower case with dashes for what a name may not hold. It is the value of a
/// label too, and so has at most 63 bytes.
/// @return Terminal `InvalidName` if nothing is left of the section, or too much
[[nodiscard]] Result<std::string> environment_name(std::string_view section);

/// The name of the ConfigMap number `index`, counted from 0: NAME, NAME-2, NAME-3.
/// @return Terminal `InvalidName` if the number makes it longer than a name may be
[[nodiscard]] Result<std::string> numbered_name(const std::string& name, std::size_t index);

/// The file's name with an underscore for each run of what a ConfigMap's key may not hold, as advice.
[[nodiscard]] std::string better_key(std::string_view file_name);

}  // namespace athanor::cli
