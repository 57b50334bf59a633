// Base64, as Kubernetes writes bytes in JSON and YAML.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace athanor::kubernetes {

/// Standard alphabet, padded, in one line.
[[nodiscard]] std::string base64_encode(std::string_view bytes);

/// Standard alphabet, padded; line breaks and blanks between the groups are left out. nullopt if it is
/// anything else.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

}  // namespace athanor::kubernetes
