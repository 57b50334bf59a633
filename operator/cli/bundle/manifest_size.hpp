// How much of what a manifest may have it has.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace athanor::cli {

/// Plain `kubectl apply` keeps a copy of the manifest in an annotation, and an object's annotations have at
/// most 256 KiB together.
inline constexpr std::size_t kApplyLimitBytes = std::size_t{256} * 1024;
/// Leaves room for the annotations and labels of other tools.
inline constexpr std::size_t kDefaultManifestBytes = std::size_t{200} * 1024;
/// What the API server takes as a ConfigMap's data.
inline constexpr std::size_t kConfigMapLimitBytes = std::size_t{1024} * 1024;

/// A manifest's bytes in both of its encodings.
struct ManifestSize {
  std::size_t yaml = 0;
  std::size_t json = 0;  ///< as kubectl writes its copy: Go's encoder escapes `<`, `>` and `&` with six bytes

  [[nodiscard]] std::size_t larger() const { return std::max(yaml, json); }
  ManifestSize operator+(const ManifestSize& other) const { return {yaml + other.yaml, json + other.json}; }
};

/// Of a whole document.
[[nodiscard]] ManifestSize size_of(const nlohmann::ordered_json& object);

/// Of one entry in a ConfigMap's `data` or `binaryData`, comma and line ends included.
[[nodiscard]] ManifestSize size_of_entry(std::string_view key, const nlohmann::ordered_json& text);

}  // namespace athanor::cli
