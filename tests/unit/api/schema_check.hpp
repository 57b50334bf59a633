// As much of OpenAPI v3 as the CRD uses: would an API server take this value?
#pragma once

#include <algorithm>
#include <regex>
#include <string>

#include <nlohmann/json.hpp>
#include <yaml-cpp/yaml.h>

namespace athanor::api {

[[nodiscard]] inline bool fits_schema(const nlohmann::json& value, const YAML::Node& schema);

namespace schema_check {

using nlohmann::json;

/// Characters, as an API server counts them.
inline std::size_t length_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

inline bool fits_type(const json& value, const YAML::Node& schema) {
  if (schema["x-kubernetes-int-or-string"]) return value.is_string() || value.is_number_integer();
  if (!schema["type"]) return true;
  const auto type = schema["type"].as<std::string>();
  return (type == "object" && value.is_object()) || (type == "array" && value.is_array()) ||
         (type == "string" && value.is_string()) || (type == "boolean" && value.is_boolean()) ||
         (type == "integer" && value.is_number_integer());
}

inline bool fits_enum(const json& value, const YAML::Node& allowed) {
  if (!allowed) return true;
  return value.is_string() && std::any_of(allowed.begin(), allowed.end(), [&](const YAML::Node& one) {
           return one.as<std::string>() == value.get<std::string>();
         });
}

inline bool fits_text(const json& value, const YAML::Node& schema) {
  if (!value.is_string()) return true;
  const auto text = value.get<std::string>();
  if (schema["minLength"] && length_of(text) < schema["minLength"].as<std::size_t>()) return false;
  if (schema["maxLength"] && length_of(text) > schema["maxLength"].as<std::size_t>()) return false;
  return !schema["pattern"] || std::regex_search(text, std::regex(schema["pattern"].as<std::string>()));
}

inline bool fits_number(const json& value, const YAML::Node& schema) {
  if (!value.is_number_integer()) return true;
  if (schema["minimum"] && value.get<std::int64_t>() < schema["minimum"].as<std::int64_t>()) return false;
  return !schema["maximum"] || value.get<std::int64_t>() <= schema["maximum"].as<std::int64_t>();
}

inline bool fits_list(const json& value, const YAML::Node& schema) {
  if (!value.is_array()) return true;
  if (schema["minItems"] && value.size() < schema["minItems"].as<std::size_t>()) return false;
  if (schema["maxItems"] && value.size() > schema["maxItems"].as<std::size_t>()) return false;
  return !schema["items"] || std::all_of(value.begin(), value.end(), [&](const json& item) {
    return fits_schema(item, schema["items"]);
  });
}

inline bool fits_object(const json& value, const YAML::Node& schema) {
  if (!value.is_object()) return true;
  if (schema["minProperties"] && value.size() < schema["minProperties"].as<std::size_t>()) return false;
  for (const YAML::Node& name : schema["required"]) {
    if (!value.contains(name.as<std::string>())) return false;
  }
  for (const auto& [name, field] : value.items()) {
    const YAML::Node known = schema["properties"] ? schema["properties"][name] : YAML::Node();
    if (known.IsDefined() && !known.IsNull() && !fits_schema(field, known)) return false;
    if (schema["additionalProperties"] && !fits_schema(field, schema["additionalProperties"])) return false;
  }
  return true;
}

inline std::ptrdiff_t count_fitting(const json& value, const YAML::Node& schemas) {
  return std::count_if(schemas.begin(), schemas.end(),
                       [&](const YAML::Node& schema) { return fits_schema(value, schema); });
}

}  // namespace schema_check

[[nodiscard]] inline bool fits_schema(const nlohmann::json& value, const YAML::Node& schema) {
  using namespace schema_check;
  const bool plain = fits_type(value, schema) && fits_enum(value, schema["enum"]) &&
                     fits_text(value, schema) && fits_number(value, schema) && fits_list(value, schema) &&
                     fits_object(value, schema);
  if (!plain) return false;
  const auto size = [](const YAML::Node& schemas) { return static_cast<std::ptrdiff_t>(schemas.size()); };
  if (schema["oneOf"] && count_fitting(value, schema["oneOf"]) != 1) return false;
  if (schema["anyOf"] && count_fitting(value, schema["anyOf"]) == 0) return false;
  if (schema["allOf"] && count_fitting(value, schema["allOf"]) != size(schema["allOf"])) return false;
  return !schema["not"] || !fits_schema(value, schema["not"]);
}

}  // namespace athanor::api
