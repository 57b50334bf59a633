#include "adapters/manifests/manifest_data.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/binary.h>

#include "api/object_names.hpp"

namespace athanor::manifests {
namespace {

/// Padded base64 of the standard alphabet, in which line breaks and blanks may stand.
std::optional<std::string> base64_decoded(std::string_view text) {
  std::string compact;
  std::copy_if(text.begin(), text.end(), std::back_inserter(compact),
               [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t'; });
  if (compact.empty()) return "";
  if (compact.size() % 4 != 0) return std::nullopt;
  // The library indexes a table by the byte, whatever it is.
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
  if (compact.find_first_not_of(kAlphabet) != std::string::npos) return std::nullopt;
  const std::size_t padding = compact.find('=');
  if (padding != std::string::npos && (compact.size() - padding > 2 || compact.back() != '='))
    return std::nullopt;
  const std::vector<unsigned char> bytes = YAML::DecodeBase64(compact);  // empty: something it doesn't take
  if (bytes.empty()) return std::nullopt;
  return std::string(bytes.begin(), bytes.end());
}

tl::expected<void, std::string> check_keys(const StringMap& data) {
  for (const auto& [key, value] : data) {
    if (!api::is_data_key(key)) {
      return tl::unexpected(fmt::format("\"{}\" is no key; letters, digits, -, _ and . are", key));
    }
  }
  return {};
}

tl::expected<StringMap, std::string> decode_all(StringMap encoded, std::string_view field) {
  for (auto& [key, value] : encoded) {
    auto bytes = base64_decoded(value);
    if (!bytes) return tl::unexpected(fmt::format("{}.{} is no base64", field, key));
    value = *std::move(bytes);
  }
  return encoded;
}

}  // namespace

tl::expected<void, std::string> fill_secret(Manifest& secret, StringMap data, StringMap string_data) {
  auto decoded = decode_all(std::move(data), "data");
  if (!decoded) return tl::unexpected(decoded.error() + "; text as it is goes under stringData");
  secret.data = *std::move(decoded);
  for (auto& [key, value] : string_data) secret.data[key] = std::move(value);
  return check_keys(secret.data);
}

tl::expected<void, std::string> fill_config_map(Manifest& config_map, StringMap data, StringMap binary_data) {
  auto decoded = decode_all(std::move(binary_data), "binaryData");
  if (!decoded) return tl::unexpected(decoded.error());
  config_map.data = std::move(data);
  config_map.binary_data = *std::move(decoded);
  for (const auto& [key, value] : config_map.binary_data) {
    if (config_map.data.contains(key))
      return tl::unexpected(fmt::format("{} is in data and in binaryData", key));
  }
  if (auto checked = check_keys(config_map.data); !checked) return checked;
  return check_keys(config_map.binary_data);
}

}  // namespace athanor::manifests
