// YAML to JSON and back, with scalars read as kubectl reads them.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "core/result.hpp"

namespace YAML {
class Node;
}

namespace athanor::manifests {

/// YAML 1.1 scalars, as kubectl and helm take them: `yes`, `on` and `true` are booleans, `1` is a number, and
/// only quotes make them text.
/// @return Terminal `InvalidManifest` with the line in its site: a key that is no text or stands there twice,
/// text that is no UTF-8, or nesting deeper than 100
[[nodiscard]] Result<nlohmann::json> to_json(const YAML::Node& node);

/// Block style, keys sorted; text that would be read as something else is quoted.
[[nodiscard]] std::string to_yaml(const nlohmann::json& value);

}  // namespace athanor::manifests
